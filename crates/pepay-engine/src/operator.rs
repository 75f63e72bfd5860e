//! What the operator does from the command line: merchants, their keys and wallets, mainnet grants.
//!
//! Works on a database alone, so that it needs no running node. Secrets are returned once and never kept.

use pepay_core::account::{self, Email, Member, Role, User};
use pepay_core::address::Address;
use pepay_core::credential::ApiKey;
use pepay_core::id::{KeyId, MerchantId, UserId, WalletId};
use pepay_core::merchant::{Key, Permission};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_store::db::Db;
use pepay_store::merchant::NewMerchant;
use pepay_store::wallet::NewWallet;
use rand_core::{CryptoRng, RngCore};

use crate::Error;

/// An API key to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose it is.
    pub merchant: MerchantId,
    /// What its owner calls it.
    pub name: String,
    /// The environment it is bound to.
    pub environment: Environment,
    /// What it may do.
    pub permission: Permission,
    /// When it stops working by itself.
    pub expires_at: Option<Millis>,
}

/// Adds a merchant.
pub async fn create_merchant(db: &Db, new: &NewMerchant) -> Result<MerchantId, Error> {
    let tx = db.begin("operator.create_merchant").await?;
    let id = pepay_store::merchant::insert(&tx, new).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes an API key. The secret is in the second half of the answer and nowhere else.
pub async fn create_key(db: &Db, new: NewKey, now: Millis, rng: &mut impl CryptoRng) -> Result<(Key, ApiKey), Error> {
    let secret = ApiKey::generate(new.environment, rng);
    let key = Key {
        id: KeyId::generate(now, rng),
        merchant_id: new.merchant,
        hash: secret.hash(),
        name: new.name,
        environment: new.environment,
        permission: new.permission,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
        revoked: None,
        suspended: false,
    };
    let tx = db.begin("operator.create_key").await?;
    pepay_store::merchant::get(&*tx, new.merchant).await?.ok_or(Error::MerchantNotFound)?;
    pepay_store::key::insert(&tx, &key).await?;
    tx.commit().await?;
    Ok((key, secret))
}

/// Revokes a merchant's key for good.
pub async fn revoke_key(db: &Db, merchant: MerchantId, id: KeyId, reason: &str, now: Millis) -> Result<(), Error> {
    let tx = db.begin("operator.revoke_key").await?;
    pepay_store::key::revoke(&tx, merchant, id, reason, now).await?;
    Ok(tx.commit().await?)
}

/// Adds a wallet and makes it the one that money on its network goes to. Money already on its way to addresses that
/// were handed out before still goes to the wallet of that time.
pub async fn add_wallet(
    db: &Db,
    merchant: MerchantId,
    network: NetworkId,
    address: Address,
    now: Millis,
) -> Result<WalletId, Error> {
    let tx = db.begin("operator.add_wallet").await?;
    pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
    let known = pepay_store::wallet::list(&*tx, merchant).await?;
    let known = known.iter().find(|wallet| wallet.network == network && wallet.address == address);
    let id = if let Some(wallet) = known {
        wallet.id
    } else {
        let new = NewWallet { merchant_id: merchant, network, address, created_at: now };
        pepay_store::wallet::insert(&tx, &new).await?
    };
    pepay_store::wallet::activate(&tx, merchant, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// Grants mainnet and gives the access key with which the merchant opens it. A later grant replaces the key.
pub async fn grant_mainnet(
    db: &Db,
    merchant: MerchantId,
    now: Millis,
    rng: &mut impl CryptoRng,
) -> Result<String, Error> {
    let access_key = new_access_key(rng);
    let tx = db.begin("operator.grant_mainnet").await?;
    pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
    pepay_store::merchant::grant_mainnet(&tx, merchant, &access_key).await?;
    pepay_store::access_request::grant_any(&tx, merchant, now).await?;
    tx.commit().await?;
    Ok(access_key)
}

/// A fresh key that opens mainnet: 192 random bits.
pub(crate) fn new_access_key(rng: &mut impl RngCore) -> String {
    let (high, low) = (u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()), rng.next_u64());
    format!("mak_{high:032x}{low:016x}")
}

/// Somebody who signs in, made by the operator.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: Email,
    /// The merchant it becomes an owner of, if any.
    pub merchant: Option<MerchantId>,
    /// Whether it may use the operator's console.
    pub operator: bool,
}

/// Makes a user, or changes one that has the address: its password, and what it is besides.
/// `Rejected` when the password may not be chosen.
pub async fn put_user(
    db: &Db,
    new: &NewUser,
    password: &str,
    now: Millis,
    rng: &mut impl CryptoRng,
) -> Result<UserId, Error> {
    account::password::check(password, &new.email)
        .map_err(|weak| Error::rejected(pepay_wire::Code::ValidationError, "/password", weak.to_string()))?;
    let hash = crate::account::hash_new(password, rng);
    let fresh = UserId::generate(now, rng);
    let tx = db.begin("operator.put_user").await?;
    let id = if let Some(known) = pepay_store::account::by_email(&*tx, &new.email).await? {
        pepay_store::account::set_password(&tx, known.id, &hash, now).await?;
        pepay_store::account::login::end_all(&tx, known.id, None, now).await?;
        if new.operator {
            pepay_store::account::set_operator(&tx, known.id, true).await?;
        }
        known.id
    } else {
        let (email, operator) = (new.email.clone(), new.operator);
        let (password_set_at, created_at) = (now, now);
        let user = User { id: fresh, email, password: hash, password_set_at, totp: None, operator, created_at };
        pepay_store::account::insert(&tx, &user).await?;
        fresh
    };
    if let Some(merchant) = new.merchant
        && pepay_store::account::member::get(&*tx, id, merchant).await?.is_none()
    {
        pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
        let (role, environment) = (Role::Owner, Environment::Devnet);
        let member = Member { user: id, merchant, role, environment, since: now };
        pepay_store::account::member::insert(&tx, &member).await?;
    }
    tx.commit().await?;
    Ok(id)
}
