//! Whether a node has the server key that its database was written with.
//!
//! With another one nothing that was sealed opens, and what fails for it may be given up for good: a node must not even
//! begin. The first key that meets a database is noted; another one is taken only when the operator says so.

use pepay_core::credential::ServerKey;
use pepay_core::time::Millis;
use pepay_store::db::Db;
use pepay_store::server_key;
use pepay_store::webhook::endpoint;
use rand_core::CryptoRng;

use crate::{Error, operator, webhook};

/// How a key stands to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// The database was written with it.
    Same,
    /// It was written with another one.
    Other,
    /// No node has run on it yet.
    None,
}

/// How `key` stands to the database. Changes nothing.
pub async fn compare(db: &Db, key: &ServerKey) -> Result<Known, Error> {
    Ok(match server_key::fingerprint(db.read()).await? {
        Some(fingerprint) if key.has(&fingerprint) => Known::Same,
        Some(_) => Known::Other,
        None => Known::None,
    })
}

/// Whether a node may run with `key`. Notes it when it is the first, and opens what there is.
pub async fn admit(db: &Db, key: &ServerKey, now: Millis) -> Result<bool, Error> {
    if compare(db, key).await? == Known::None {
        // A database from before keys were noted.
        if !opens(db, key).await? {
            return Ok(false);
        }
        let tx = db.begin("server_key.note").await?;
        server_key::note_first(&tx, key.fingerprint(), now).await?;
        tx.commit().await?;
    }
    // Another node may have been first, with another key.
    Ok(compare(db, key).await? == Known::Same)
}

/// Whether `key` opens the secret of a webhook endpoint; true when there is none.
async fn opens(db: &Db, key: &ServerKey) -> Result<bool, Error> {
    let some = endpoint::all(db.read(), None, 1).await?;
    let key = key.derive(webhook::PURPOSE);
    Ok(some.iter().all(|endpoint| endpoint.secret.open(&key, endpoint.id).is_ok()))
}

/// From now on nodes need `key`. What was sealed and signed with the one before is lost.
pub async fn accept(db: &Db, key: &ServerKey, now: Millis, rng: &mut impl CryptoRng) -> Result<(), Error> {
    let tx = db.begin("server_key.accept").await?;
    server_key::replace(&tx, key.fingerprint(), now).await?;
    operator::record(&tx, None, "server_key.accepted", "", (now, rng)).await?;
    Ok(tx.commit().await?)
}
