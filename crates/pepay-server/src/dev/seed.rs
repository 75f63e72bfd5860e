//! The merchant of `pepay dev`: made once, with a wallet on each chain and an API key that outlives restarts.

use pepay_core::address::Address;
use pepay_core::credential::ApiKey;
use pepay_core::id::MerchantId;
use pepay_core::merchant::{Permission, SettlementPreference};
use pepay_core::money::BasisPoints;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_engine::operator;
use pepay_store::db::Db;
use pepay_store::merchant::NewMerchant;
use rand::rngs::StdRng;

use super::data::Data;

const NAME: &str = "Demo Shop";
const EMAIL: &str = "shop@example.com";

/// Makes what is missing and gives the API key.
pub(super) async fn merchant(
    db: &Db,
    data: &Data,
    networks: &[NetworkId],
    now: Millis,
    rng: &mut StdRng,
) -> anyhow::Result<String> {
    let id = match pepay_store::merchant::list(db.read()).await?.first() {
        Some(merchant) => merchant.id,
        None => create(db, now).await?,
    };
    for network in networks {
        if pepay_store::wallet::active(db.read(), id, network).await?.is_none() {
            let wallet = Address::Evm(super::MERCHANT_WALLET);
            operator::add_wallet(db, id, network.clone(), wallet, now).await?;
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

async fn create(db: &Db, now: Millis) -> anyhow::Result<MerchantId> {
    let new = NewMerchant {
        name: NAME.to_owned(),
        email: EMAIL.to_owned(),
        settlement_preference: SettlementPreference::default(),
        settlement_token: None,
        tolerance: BasisPoints::ZERO,
        created_at: now,
    };
    Ok(operator::create_merchant(db, &new).await?)
}

async fn is_usable(db: &Db, text: &str, now: Millis) -> anyhow::Result<bool> {
    let Ok(key) = ApiKey::parse(text) else { return Ok(false) };
    let known = pepay_store::key::by_hash(db.read(), &key.hash()).await?;
    Ok(known.is_some_and(|key| key.check(now).is_ok()))
}
