//! Who is calling: merchants by API key or dashboard token, payors by session.

use std::net::IpAddr;
use std::sync::Arc;

use pepay_core::account::{Action, Role};
use pepay_core::credential::{self, ApiKey};
use pepay_core::id::{InvoiceId, KeyId, MerchantId, UserId};
use pepay_core::invoice::Invoice;
use pepay_core::merchant::{Key, Permission};
use pepay_core::network::Environment;
use pepay_core::time::Millis;

use crate::{Engine, Error};

/// How a merchant proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// An API key.
    ApiKey(KeyId),
    /// A signed-in user.
    Dashboard(Person),
}

/// Somebody who signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who; `None` for the operator, by a token from the command line.
    pub user: Option<UserId>,
    /// What it is at the merchant.
    pub role: Role,
}

/// A merchant, in one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub merchant: MerchantId,
    /// Where; every read and write stays within it.
    pub environment: Environment,
    /// What it may do.
    pub permission: Permission,
    /// How it is known.
    pub via: Via,
    /// Where it comes from, when a connection tells.
    pub ip: Option<IpAddr>,
}

/// What a role amounts to for those who only ask about writing.
pub(crate) const fn permission_of(role: Role) -> Permission {
    match role {
        Role::Owner | Role::Developer | Role::Finance => Permission::ReadWrite,
        Role::ReadOnly => Permission::ReadOnly,
    }
}

impl Caller {
    /// Whether the caller may do this, by the table of [`Action`]: `ReadOnly`, `RoleNotAllowed` or `KeyNotAllowed`
    /// when not.
    pub fn may(&self, action: Action) -> Result<(), Error> {
        match self.via {
            Via::ApiKey(_) => Ok(action.by_key(self.permission)?),
            Via::Dashboard(person) if action.by(person.role) => Ok(()),
            Via::Dashboard(_) => Err(Error::RoleNotAllowed),
        }
    }

    /// `KeyNotAllowed` for an API key: some routes are for people only (contract section 2).
    pub fn must_be_person(&self) -> Result<(), Error> {
        match self.via {
            Via::ApiKey(_) => Err(pepay_core::account::KeyMayNot::People.into()),
            Via::Dashboard(_) => Ok(()),
        }
    }

    /// The user behind the call, if it is one.
    pub fn user(&self) -> Option<UserId> {
        match self.via {
            Via::ApiKey(_) => None,
            Via::Dashboard(person) => person.user,
        }
    }
}

/// A payor with the invoice its session opens, as it is now.
#[derive(Clone, Debug)]
pub struct Session {
    /// The invoice.
    pub invoice: Invoice,
    /// Whether the invoice has ended and its time is over.
    pub expired: bool,
}

impl Session {
    /// `SessionExpired` once there is nothing left to do with it.
    pub fn live(&self) -> Result<&Invoice, Error> {
        if self.expired { Err(Error::SessionExpired) } else { Ok(&self.invoice) }
    }
}

impl Engine {
    /// The merchant behind an API key. `KeyInvalid` for no key, a mistyped one or an unknown one; `KeyRefused` for a
    /// revoked, expired or suspended one; `EnvironmentNotEnabled` for a live key without mainnet access.
    pub async fn authenticate_key(&self, text: &str) -> Result<Caller, Error> {
        let presented = ApiKey::parse(text).map_err(|reason| Error::KeyInvalid { reason })?;
        let key = self.key(presented.hash()).await?;
        let now = self.now();
        key.check(now)?;
        if key.environment == Environment::Mainnet && !self.merchant(key.merchant_id).await?.mainnet_access {
            return Err(Error::EnvironmentNotEnabled);
        }
        self.0.used_keys.note(&key, now);
        Ok(Caller {
            merchant: key.merchant_id,
            environment: key.environment,
            permission: key.permission,
            via: Via::ApiKey(key.id),
            ip: None,
        })
    }

    /// Whether a caller that was let in before still would be: for what lasts longer than a request. `KeyInvalid` or
    /// `KeyRefused` when its key is gone, `NotSignedIn` when the user was removed, `EnvironmentNotEnabled` when mainnet was closed to it. Believed for two
    /// seconds.
    pub async fn check_caller(&self, caller: &Caller) -> Result<(), Error> {
        if let Via::ApiKey(id) = caller.via {
            let unknown = Error::KeyInvalid { reason: credential::Error::Unknown };
            self.key_by_id(id).await?.ok_or(unknown)?.check(self.now())?;
        }
        if let Some(user) = caller.user() {
            let member = pepay_store::account::member::get(self.db().read(), user, caller.merchant).await?;
            member.ok_or(Error::NotSignedIn)?;
        }
        let closed =
            caller.environment == Environment::Mainnet && !self.merchant(caller.merchant).await?.mainnet_access;
        if closed { Err(Error::EnvironmentNotEnabled) } else { Ok(()) }
    }

    async fn key_by_id(&self, id: KeyId) -> Result<Option<Arc<Key>>, Error> {
        if let Some(known) = self.0.keys_by_id.get(&id) {
            return Ok(known);
        }
        let key = pepay_store::key::get(self.db().read(), id).await?.map(Arc::new);
        self.0.keys_by_id.insert(id, key.clone());
        Ok(key)
    }

    /// The invoice a payor's stream is about.
    pub async fn invoice_of_stream(&self, id: InvoiceId) -> Result<Invoice, Error> {
        pepay_store::invoice::find(self.db().read(), id).await?.ok_or(Error::InvoiceNotFound)
    }

    /// The merchant a verified token of the operator names, in the environment its dashboard works in.
    pub async fn authenticate_operator(&self, id: MerchantId) -> Result<Caller, Error> {
        let merchant = self.merchant(id).await?;
        Ok(Caller {
            merchant: id,
            environment: merchant.current_environment,
            permission: Permission::ReadWrite,
            via: Via::Dashboard(Person { user: None, role: Role::Owner }),
            ip: None,
        })
    }

    /// The invoice a payor's credentials open.
    pub async fn open_session(&self, token: &str, signature: &str) -> Result<Session, Error> {
        let key = &self.0.server_key;
        let id = credential::Session::invoice_of(key, token).map_err(Error::Session)?;
        credential::Session::verify(key, token, signature).map_err(Error::Session)?;
        let invoice = pepay_store::invoice::find(self.db().read(), id)
            .await?
            .ok_or(Error::Session(credential::Error::Unknown))?;
        let expired = invoice.state.is_terminal() && self.now() >= invoice.expires_at;
        Ok(Session { invoice, expired })
    }

    async fn key(&self, hash: [u8; 32]) -> Result<Arc<Key>, Error> {
        if let Some(known) = self.0.keys.get(&hash) {
            return Ok(known);
        }
        let unknown = Error::KeyInvalid { reason: credential::Error::Unknown };
        let key = Arc::new(self.db().hot().key(&hash).await?.ok_or(unknown)?);
        self.0.keys.insert(hash, Arc::clone(&key));
        Ok(key)
    }
}

/// When keys were last used, collected so that a request costs no write.
#[derive(Debug, Default)]
pub(crate) struct UsedKeys(std::sync::Mutex<std::collections::HashMap<KeyId, Millis>>);

/// A use is recorded at most once in this time: `last_used_at` is exact to the minute.
const USE_RECORDED_EVERY_MS: i64 = 60_000;

impl UsedKeys {
    fn note(&self, key: &Key, now: Millis) {
        if key.last_used_at.is_none_or(|last| now.since(last) >= USE_RECORDED_EVERY_MS) {
            self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(key.id, now);
        }
    }

    fn take(&self) -> Vec<(KeyId, Millis)> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).drain().collect()
    }
}

impl Engine {
    /// Writes down which keys were used since the last time.
    pub async fn record_used_keys(&self) -> Result<(), Error> {
        let used = self.0.used_keys.take();
        if used.is_empty() {
            return Ok(());
        }
        let tx = self.db().begin("auth.record_used_keys").await?;
        for (id, at) in used {
            pepay_store::key::touch(&tx, id, at).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
