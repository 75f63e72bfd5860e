//! API keys in every condition.

use pepay_core::credential::ApiKey;
use pepay_core::id::{KeyId, MerchantId};
use pepay_core::merchant::Permission;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_engine::operator::{self, NewKey};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::world::World;

/// Before every test ran.
const LONG_AGO: Millis = Millis(1_750_000_000_000);

/// A devnet key that may do everything.
pub(crate) async fn usual(world: &World, merchant: MerchantId) -> String {
    new(world, merchant, Environment::Devnet, Permission::ReadWrite, None).await.1
}

/// A devnet key that may only read.
pub(crate) async fn read_only(world: &World, merchant: MerchantId) -> String {
    new(world, merchant, Environment::Devnet, Permission::ReadOnly, None).await.1
}

/// A key for real money.
pub(crate) async fn live(world: &World, merchant: MerchantId) -> String {
    new(world, merchant, Environment::Mainnet, Permission::ReadWrite, None).await.1
}

/// A devnet key whose time is over.
pub(crate) async fn expired(world: &World, merchant: MerchantId) -> String {
    let end = Some(LONG_AGO.plus_ms(1));
    new(world, merchant, Environment::Devnet, Permission::ReadWrite, end).await.1
}

/// A devnet key that was revoked.
pub(crate) async fn revoked(world: &World, merchant: MerchantId) -> String {
    let (id, key) = new(world, merchant, Environment::Devnet, Permission::ReadWrite, None).await;
    revoke(world, merchant, id).await;
    key
}

/// A devnet key that the operator stopped.
pub(crate) async fn suspended(world: &World, merchant: MerchantId) -> String {
    let (id, key) = new(world, merchant, Environment::Devnet, Permission::ReadWrite, None).await;
    let tx = world.books.db.begin("test.suspend").await.expect("a transaction can begin");
    pepay_store::key::suspend(&tx, id, true).await.expect("a key can be suspended");
    tx.commit().await.expect("it can be committed");
    key
}

/// A well-formed devnet key that nobody issued.
pub(crate) fn unknown() -> String {
    ApiKey::generate(Environment::Devnet, &mut StdRng::seed_from_u64(7)).reveal().to_owned()
}

/// A devnet key with its id.
pub(crate) async fn with_id(world: &World, merchant: MerchantId) -> (KeyId, String) {
    new(world, merchant, Environment::Devnet, Permission::ReadWrite, None).await
}

pub(crate) async fn revoke(world: &World, merchant: MerchantId, id: KeyId) {
    let revoked =
        operator::revoke_key(&world.books.db, (merchant, id), "lost", LONG_AGO, &mut StdRng::from_os_rng()).await;
    revoked.expect("a key can be revoked");
}

async fn new(
    world: &World,
    merchant: MerchantId,
    environment: Environment,
    permission: Permission,
    expires_at: Option<Millis>,
) -> (KeyId, String) {
    let new = NewKey { merchant, name: "test".to_owned(), environment, permission, expires_at };
    let made = operator::create_key(&world.books.db, new, LONG_AGO, &mut StdRng::from_os_rng()).await;
    let (key, secret) = made.expect("a key can be made");
    (key.id, secret.reveal().to_owned())
}

/// The key with which `merchant` may open mainnet, from the operator.
pub(crate) async fn mainnet_granted(world: &World, merchant: MerchantId) -> String {
    let granted =
        operator::grant_mainnet(&world.books.db, merchant, Millis(1_750_000_000_000), &mut StdRng::from_os_rng()).await;
    granted.expect("mainnet can be granted")
}
