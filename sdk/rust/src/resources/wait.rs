//! Polling an invoice until it is where it was waited for.

use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep, timeout_at};

use crate::error::{Error, ErrorKind, Result};
use crate::request::Request;
use crate::types::{InvoiceState, InvoiceStatus};

/// The statuses no invoice leaves.
const TERMINAL: [InvoiceState; 3] = [InvoiceState::Paid, InvoiceState::Expired, InvoiceState::Canceled];
/// The longest time a wait may take; a longer one could not be added to now.
const MAX_WAIT: Duration = Duration::from_hours(365 * 24);

/// A wait that was described; await it.
#[derive(Clone, Debug)]
#[must_use = "nothing is waited for before it is awaited"]
pub struct WaitForStatus {
    look: Request<InvoiceStatus>,
    timeout: Duration,
    interval: Duration,
    until: Vec<InvoiceState>,
}

impl WaitForStatus {
    pub(super) fn new(look: Request<InvoiceStatus>) -> Self {
        Self { look, timeout: Duration::from_mins(15), interval: Duration::from_secs(2), until: TERMINAL.to_vec() }
    }

    /// How long to wait altogether; 15 minutes unless said.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(MAX_WAIT);
        self
    }

    /// How long between two looks; 2 s unless said.
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// What to wait for; the terminal statuses unless said. In a terminal status that is none of these the wait ends at
    /// once, with `INVOICE_ENDED` and the invoice.
    pub fn until(mut self, statuses: impl Into<Vec<InvoiceState>>) -> Self {
        self.until = statuses.into();
        self
    }

    fn wanted(&self) -> String {
        self.until.iter().map(InvoiceState::as_str).collect::<Vec<_>>().join(" or ")
    }

    // A failure that may pass is only a look that saw nothing.
    async fn wait(self) -> Result<InvoiceStatus> {
        let end = Instant::now() + self.timeout;
        let (mut last, mut cause) = (None, None);
        let looking = async {
            loop {
                match self.look.clone().await {
                    Ok(found) if self.until.contains(&found.invoice.status) => return Ok(found),
                    Ok(found) if TERMINAL.contains(&found.invoice.status) => {
                        return Err(Error::over(found, &self.wanted()));
                    }
                    Ok(found) => last = Some(found.invoice.status),
                    Err(error) if error.is_transient() => cause = Some(error),
                    Err(error) => return Err(error),
                }
                sleep(self.interval).await;
            }
        };
        // Ends a look that hangs, and its retries, as well as the pause.
        if let Ok(done) = timeout_at(end, looking).await {
            return done;
        }
        let seen = last.map_or_else(|| "its status was never seen".to_owned(), |last| format!("it is {last}"));
        let message = format!("the invoice was not {} within {:?}; {seen}", self.wanted(), self.timeout);
        let error = Error::new(ErrorKind::Timeout, "WAIT_TIMEOUT", message);
        Err(match cause {
            Some(cause) => error.caused_by(cause),
            None => error,
        })
    }
}

impl IntoFuture for WaitForStatus {
    type Output = Result<InvoiceStatus>;
    type IntoFuture = BoxFuture<'static, Result<InvoiceStatus>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}
