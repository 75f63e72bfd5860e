//! The caller's API keys.

use pepay_core::account::Action;
use pepay_core::credential::ApiKey;
use pepay_core::id::KeyId;
use pepay_core::merchant::{Key, Permission};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_wire::Code;

use crate::auth::Caller;
use crate::{Engine, Error};

/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 80;
/// Keys of one merchant in one environment that work at once.
const MOST_KEYS: usize = 100;

impl Engine {
    /// The caller's keys in its environment, the newest first, revoked ones too.
    pub async fn keys(&self, caller: &Caller) -> Result<Vec<Key>, Error> {
        caller.may(Action::Keys)?;
        self.record_used_keys().await?;
        let mut keys = pepay_store::key::list(self.db().read(), caller.merchant, caller.environment).await?;
        keys.reverse();
        Ok(keys)
    }

    /// Makes a key in the caller's environment, which must be open to it. The secret is in the second half of the
    /// answer and nowhere else.
    pub async fn create_key(
        &self,
        caller: &Caller,
        name: &str,
        permission: Permission,
        expires_at: Option<Millis>,
    ) -> Result<(Key, ApiKey), Error> {
        caller.may(Action::Keys)?;
        let name = name.trim();
        let named = (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !named {
            let message = format!("use 1 to {MAX_NAME_CHARS} characters");
            return Err(Error::rejected(Code::ValidationError, "/name", message));
        }
        if caller.environment == Environment::Mainnet && !self.merchant(caller.merchant).await?.mainnet_access {
            return Err(Error::EnvironmentNotEnabled);
        }
        let now = self.now();
        let secret = self.random(|rng| ApiKey::generate(caller.environment, rng));
        let key = Key {
            id: self.random(|rng| KeyId::generate(now, rng)),
            merchant_id: caller.merchant,
            hash: secret.hash(),
            name: name.to_owned(),
            environment: caller.environment,
            permission,
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked: None,
            suspended: false,
        };
        let tx = self.db().begin("key.create").await?;
        let known = pepay_store::key::list(&*tx, caller.merchant, caller.environment).await?;
        if known.iter().filter(|key| key.check(now).is_ok()).count() >= MOST_KEYS {
            let message = format!("at most {MOST_KEYS} keys work at once; revoke one first");
            return Err(Error::rejected(Code::ValidationError, "/name", message));
        }
        pepay_store::key::insert(&tx, &key).await?;
        let what = format!("{} ({}, {})", key.name, key.environment, key.permission.as_str());
        self.audit_caller(&tx, caller, "key.created", &what).await?;
        tx.commit().await?;
        Ok((key, secret))
    }

    /// Revokes a key for good. `KeyNotFound` for another merchant's or environment's, and one revoked before.
    pub async fn revoke_key(&self, caller: &Caller, id: KeyId) -> Result<(), Error> {
        caller.may(Action::Keys)?;
        let known = pepay_store::key::list(self.db().read(), caller.merchant, caller.environment).await?;
        let key = known.into_iter().find(|key| key.id == id && key.revoked.is_none()).ok_or(Error::KeyNotFound)?;
        let tx = self.db().begin("key.revoke").await?;
        pepay_store::key::revoke(&tx, caller.merchant, id, "revoked in the dashboard", self.now()).await?;
        self.audit_caller(&tx, caller, "key.revoked", &key.name).await?;
        tx.commit().await?;
        self.0.keys.invalidate(&key.hash);
        Ok(())
    }
}
