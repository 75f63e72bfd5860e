//! The merchant of `pepay dev`: made once, with a wallet on each chain and an API key that outlives restarts.

use pepay_core::account::{Email, Secret};
use pepay_core::address::Address;
use pepay_core::credential::ApiKey;
use pepay_core::id::MerchantId;
use pepay_core::merchant::{Permission, SettlementPreference};
use pepay_core::money::BasisPoints;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_engine::operator::{self, NewUser};
use pepay_store::db::Db;
use pepay_store::merchant::NewMerchant;
use rand::rngs::StdRng;

use super::data::Data;

const NAME: &str = "Demo Shop";
/// Who signs in to the dashboard.
pub(super) const EMAIL: &str = "shop@example.com";
/// Who signs in to the operator's console.
pub(super) const OPERATOR: &str = "operator@example.com";

/// What opens the installation to the person at the terminal.
pub(super) struct Seed {
    /// Of the merchant.
    pub(super) api_key: String,
    /// Of both users.
    pub(super) password: String,
}

/// Makes what is missing and gives the API key and the users' password.
pub(super) async fn all(
    db: &Db,
    data: &Data,
    networks: &[NetworkId],
    now: Millis,
    rng: &mut StdRng,
) -> anyhow::Result<Seed> {
    let api_key = merchant(db, data, networks, now, rng).await?;
    let password = users(db, data, now, rng).await?;
    Ok(Seed { api_key, password })
}

// Made once: a password that was changed since stays changed.
async fn users(db: &Db, data: &Data, now: Millis, rng: &mut StdRng) -> anyhow::Result<String> {
    if let Some(password) = data.read("password")? {
        return Ok(password);
    }
    let merchant = pepay_store::merchant::list(db.read()).await?.first().map(|merchant| merchant.id);
    let password = Secret::generate(rng).reveal().chars().take(20).collect::<String>();
    for (email, merchant, operator) in [(EMAIL, merchant, false), (OPERATOR, None, true)] {
        let new = NewUser { email: Email::parse(email)?, merchant, operator };
        operator::put_user(db, &new, &password, now, rng).await?;
    }
    data.write("password", &password)?;
    Ok(password)
}

async fn merchant(
    db: &Db,
    data: &Data,
    networks: &[NetworkId],
    now: Millis,
    rng: &mut StdRng,
) -> anyhow::Result<String> {
    let id = match pepay_store::merchant::list(db.read()).await?.first() {
        Some(merchant) => merchant.id,
        None => create(db, now, rng).await?,
    };
    for network in networks {
        if pepay_store::wallet::active(db.read(), id, network).await?.is_none() {
            let wallet = Address::Evm(super::MERCHANT_WALLET);
            operator::add_wallet(db, id, network.clone(), wallet, now, rng).await?;
        }
    }
    if let Some(text) = data.read("api.key")?
        && is_usable(db, &text, now).await?
    {
        return Ok(text);
    }
    let new = operator::NewKey {
        merchant: id,
        name: "pepay dev".to_owned(),
        environment: Environment::Devnet,
        permission: Permission::ReadWrite,
        expires_at: None,
    };
    let (_, secret) = operator::create_key(db, new, now, rng).await?;
    data.write("api.key", secret.reveal())?;
    Ok(secret.reveal().to_owned())
}

async fn create(db: &Db, now: Millis, rng: &mut StdRng) -> anyhow::Result<MerchantId> {
    let new = NewMerchant {
        name: NAME.to_owned(),
        email: EMAIL.to_owned(),
        settlement_preference: SettlementPreference::default(),
        settlement_token: None,
        tolerance: BasisPoints::ZERO,
        created_at: now,
    };
    Ok(operator::create_merchant(db, &new, rng).await?)
}

async fn is_usable(db: &Db, text: &str, now: Millis) -> anyhow::Result<bool> {
    let Ok(key) = ApiKey::parse(text) else { return Ok(false) };
    let known = pepay_store::key::by_hash(db.read(), &key.hash()).await?;
    Ok(known.is_some_and(|key| key.check(now).is_ok()))
}
