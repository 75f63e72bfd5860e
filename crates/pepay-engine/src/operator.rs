//! What the operator does from the command line: merchants, their keys and wallets, mainnet grants.
//!
//! Works on a database alone, so that it needs no running node. Secrets are returned once and never kept. What is
//! done is in the audit log of the merchant it is done to, in the same transaction.

use pepay_core::account::{self, Email, Member, Role, User};
use pepay_core::address::Address;
use pepay_core::credential::ApiKey;
use pepay_core::id::{AuditId, KeyId, MerchantId, UserId, WalletId};
use pepay_core::merchant::{Key, Permission};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_store::audit;
use pepay_store::db::{Db, Tx};
use pepay_store::merchant::NewMerchant;
use pepay_store::wallet::NewWallet;
use rand_core::{CryptoRng, RngCore};

use crate::Error;

/// Who the audit log says it was.
const ACTOR: &str = "operator (command line)";

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

/// Writes down what the operator did, to a merchant or, without one, to the installation.
pub(crate) async fn record(
    tx: &Tx,
    merchant: Option<MerchantId>,
    action: &str,
    subject: &str,
    (now, rng): (Millis, &mut impl CryptoRng),
) -> Result<(), Error> {
    let entry = audit::Entry {
        id: AuditId::generate(now, rng),
        merchant,
        user: None,
        actor: ACTOR.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        ip: String::new(),
        at: now,
    };
    Ok(audit::insert(tx, &entry).await?)
}

/// Adds a merchant.
pub async fn create_merchant(db: &Db, new: &NewMerchant, rng: &mut impl CryptoRng) -> Result<MerchantId, Error> {
    let tx = db.begin("operator.create_merchant").await?;
    let id = pepay_store::merchant::insert(&tx, new).await?;
    record(&tx, Some(id), "merchant.created", &new.name, (new.created_at, rng)).await?;
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
    record(&tx, Some(new.merchant), "key.created", &key.name, (now, rng)).await?;
    tx.commit().await?;
    Ok((key, secret))
}

/// Revokes a merchant's key for good.
pub async fn revoke_key(
    db: &Db,
    (merchant, id): (MerchantId, KeyId),
    reason: &str,
    now: Millis,
    rng: &mut impl CryptoRng,
) -> Result<(), Error> {
    let tx = db.begin("operator.revoke_key").await?;
    pepay_store::key::revoke(&tx, merchant, id, reason, now).await?;
    record(&tx, Some(merchant), "key.revoked", &format!("{id}: {reason}"), (now, rng)).await?;
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
    rng: &mut impl CryptoRng,
) -> Result<WalletId, Error> {
    let tx = db.begin("operator.add_wallet").await?;
    pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
    record(&tx, Some(merchant), "wallet.activated", &format!("{network}: {address}"), (now, rng)).await?;
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
    record(&tx, Some(merchant), "mainnet.granted", "", (now, rng)).await?;
    tx.commit().await?;
    Ok(access_key)
}

/// Closes mainnet to a merchant: its live keys and streams end within seconds, and no key opens it until it is
/// granted anew. What payors were asked to pay before is watched and counted all the same.
pub async fn revoke_mainnet(db: &Db, merchant: MerchantId, now: Millis, rng: &mut impl CryptoRng) -> Result<(), Error> {
    let tx = db.begin("operator.revoke_mainnet").await?;
    pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
    pepay_store::merchant::revoke_mainnet(&tx, merchant).await?;
    record(&tx, Some(merchant), "mainnet.revoked", "", (now, rng)).await?;
    Ok(tx.commit().await?)
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
    let tx = db.begin("operator.put_user").await?;
    let id = if let Some(known) = pepay_store::account::by_email(&*tx, &new.email).await? {
        give_password(&tx, &known, &hash, (now, rng)).await?;
        known.id
    } else {
        let (email, operator, password_set_at, created_at) = (new.email.clone(), false, now, now);
        let id = UserId::generate(now, rng);
        let user = User { id, email, password: hash, password_set_at, totp: None, operator, created_at };
        pepay_store::account::insert(&tx, &user).await?;
        id
    };
    if new.operator {
        pepay_store::account::set_operator(&tx, id, true).await?;
        record(&tx, None, "operator.made", new.email.as_str(), (now, rng)).await?;
    }
    if let Some(merchant) = new.merchant
        && pepay_store::account::member::get(&*tx, id, merchant).await?.is_none()
    {
        pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
        let (role, environment) = (Role::Owner, Environment::Devnet);
        let member = Member { user: id, merchant, role, environment, since: now };
        pepay_store::account::member::insert(&tx, &member).await?;
        record(&tx, Some(merchant), "member.added", new.email.as_str(), (now, rng)).await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn give_password(
    tx: &Tx,
    known: &User,
    hash: &str,
    (now, rng): (Millis, &mut impl CryptoRng),
) -> Result<(), Error> {
    pepay_store::account::set_password(tx, known.id, hash, now).await?;
    pepay_store::account::clear_pending_totp(tx, known.id).await?;
    pepay_store::account::link::take_resets(tx, known.id, now).await?;
    pepay_store::account::login::end_all(tx, known.id, None, now).await?;
    crate::account::forgive(tx, &known.email, None).await?;
    record_everywhere(tx, known, "password.reset", (now, rng)).await
}

/// Writes down what the operator did to a user, at every merchant it is a member of.
async fn record_everywhere(
    tx: &Tx,
    user: &User,
    action: &str,
    (now, rng): (Millis, &mut impl CryptoRng),
) -> Result<(), Error> {
    let members = pepay_store::account::member::of_user(&**tx, user.id).await?;
    let mut merchants: Vec<_> = members.iter().map(|member| Some(member.merchant)).collect();
    if merchants.is_empty() {
        merchants.push(None);
    }
    for merchant in merchants {
        record(tx, merchant, action, user.email.as_str(), (now, rng)).await?;
    }
    Ok(())
}

/// Takes a lost second factor and its recovery codes off a user, and ends its logins: the password alone opens the
/// account then, until a new factor is set up. `NotFound` for an address nobody has.
pub async fn reset_factor(db: &Db, email: &Email, now: Millis, rng: &mut impl CryptoRng) -> Result<(), Error> {
    let tx = db.begin("operator.reset_factor").await?;
    let user = pepay_store::account::by_email(&*tx, email).await?.ok_or(Error::NotFound)?;
    pepay_store::account::set_totp(&tx, user.id, None).await?;
    pepay_store::account::recovery::replace(&tx, user.id, &[]).await?;
    pepay_store::account::login::end_all(&tx, user.id, None, now).await?;
    record_everywhere(&tx, &user, "second_factor.reset", (now, rng)).await?;
    Ok(tx.commit().await?)
}

/// Writes down that a dashboard token was made for a merchant. `MerchantNotFound` when there is none.
pub async fn record_token(db: &Db, merchant: MerchantId, now: Millis, rng: &mut impl CryptoRng) -> Result<(), Error> {
    let tx = db.begin("operator.record_token").await?;
    pepay_store::merchant::get(&*tx, merchant).await?.ok_or(Error::MerchantNotFound)?;
    record(&tx, Some(merchant), "dashboard_token.created", "", (now, rng)).await?;
    Ok(tx.commit().await?)
}
