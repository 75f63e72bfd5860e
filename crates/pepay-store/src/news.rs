//! Word that events were committed, without saying which: whoever waits then reads the log.
//!
//! This process hears of its own commits at once. Other nodes are heard through PostgreSQL's `LISTEN`. Word may come
//! without cause and may fail to come: a waiter looks at a timer's pace as well.

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;

use crate::Error;

/// The channel on which nodes tell each other.
pub(crate) const CHANNEL: &str = "pepay_events";

/// Tells this process of commits.
#[derive(Clone, Debug)]
pub(crate) struct Bell(watch::Sender<()>);

impl Bell {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(()))
    }

    pub(crate) fn ring(&self) {
        self.0.send_replace(());
    }

    pub(crate) fn news(&self, pool: Option<PgPool>) -> News {
        News { here: self.0.subscribe(), pool, elsewhere: None }
    }
}

/// Waits for word of new events.
pub struct News {
    here: watch::Receiver<()>,
    pool: Option<PgPool>,
    elsewhere: Option<PgListener>,
}

impl News {
    /// Resolves once events may have been committed since the last call. An error when PostgreSQL cannot be listened
    /// to; the next call tries again.
    pub async fn wait(&mut self) -> Result<(), Error> {
        if let (Some(pool), None) = (&self.pool, &self.elsewhere) {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            self.elsewhere = Some(listener);
            // What was committed before listening began was not heard of.
            return Ok(());
        }
        let Some(listener) = &mut self.elsewhere else {
            // The bell cannot go: the database that is read holds it.
            let _rang = self.here.changed().await;
            return Ok(());
        };
        let heard = tokio::select! {
            _rang = self.here.changed() => return Ok(()),
            heard = listener.try_recv() => heard,
        };
        // `None`: the connection was lost and made anew, and word may have been missed meanwhile.
        if heard.is_err() {
            self.elsewhere = None;
        }
        heard?;
        Ok(())
    }
}
