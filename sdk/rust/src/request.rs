//! A call that was described and not yet sent: await it, after saying what is different about it.

use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Result;
use crate::transport::{Call, Options, Transport};

/// A call. Nothing is sent before it is awaited.
///
/// ```no_run
/// # async fn example(pepay: pepay_client::Pepay) -> pepay_client::Result<()> {
/// use std::time::Duration;
///
/// let invoice = pepay.invoices().cancel("0199d9b2-…").idempotency_key("cancel-order-7").timeout(Duration::from_secs(5)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a request is awaited"]
pub struct Request<T> {
    transport: Transport,
    call: Call,
    options: Options,
    read: fn(&[u8]) -> serde_json::Result<T>,
}

/// `{"success":true,"data":…}`, which some answers are wrapped in.
#[derive(Deserialize)]
struct Wrapped<T> {
    data: T,
}

impl<T: DeserializeOwned> Request<T> {
    pub(crate) fn new(transport: &Transport, call: Call) -> Self {
        Self::reading(transport, call, |body| serde_json::from_slice(body))
    }

    /// A call whose answer is wrapped.
    pub(crate) fn wrapped(transport: &Transport, call: Call) -> Self {
        Self::reading(transport, call, |body| serde_json::from_slice::<Wrapped<T>>(body).map(|answer| answer.data))
    }
}

impl<T> Request<T> {
    fn reading(transport: &Transport, call: Call, read: fn(&[u8]) -> serde_json::Result<T>) -> Self {
        Self { transport: transport.clone(), call, options: Options::default(), read }
    }

    /// Of a write: the same key gives the same outcome once, however often it is sent. Random when not said.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.options.idempotency_key = Some(key.into());
        self
    }

    /// How long one attempt may take.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How often it is sent again.
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.options.max_retries = Some(retries);
        self
    }

    /// Sends it; the same as awaiting it.
    pub async fn send(self) -> Result<T> {
        self.transport.send(&self.call, &self.options, self.read).await
    }
}

impl<T: Send + 'static> IntoFuture for Request<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
