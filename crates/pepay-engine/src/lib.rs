//! What Pepay does: use cases that each open one transaction, and workers that repeat them.
//!
//! A use case loads, lets `pepay-core` decide, and saves the rows, the events and the jobs of that decision together.
//! Nothing here talks to a network inside a transaction, knows a status code, or contains SQL. Errors are
//! [`Error`]; whatever fails leaves the state as it was.
#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;
use pepay_chain::evm;
use pepay_core::branding::OriginPattern;
use pepay_core::credential::ServerKey;
use pepay_core::id::{KeyId, MerchantId};
use pepay_core::merchant::{Key, Merchant};
use pepay_core::money::BasisPoints;
use pepay_core::network::NetworkId;
use pepay_core::profile::Profile;
use pepay_core::time::Millis;
use pepay_core::token::Catalogue;
use pepay_store::db::Db;
use rand::rngs::StdRng;

pub mod access;
pub mod account;
pub mod auth;
pub mod clock;
pub mod console;
mod deposit;
mod error;
pub mod event;
pub mod expiry;
pub mod faucet;
pub mod health;
pub mod idempotent;
pub mod invoice;
mod judge;
pub mod key;
mod lease;
pub mod lookout;
pub mod mail;
pub mod mainnet;
pub mod observe;
pub mod operator;
pub mod overview;
pub mod payor;
pub mod profile;
pub mod progress;
pub mod quoter;
pub mod rates;
pub mod search;
pub mod server_key;
pub mod settlement;
pub mod stream;
pub mod tail;
pub mod token;
pub mod verification;
pub mod wallet;
pub mod watcher;
pub mod webhook;
pub mod workers;
mod writer;

pub use error::Error;

/// How long a key or merchant read from the database is believed without asking again. A key revoked through
/// another node works at most this long.
const CACHE_MS: u64 = 2_000;
/// Keys and merchants remembered at most: a few MB.
const CACHE_ENTRIES: u64 = 10_000;

/// How long an overview is shown without counting again.
const OVERVIEW_MS: u64 = 5_000;

/// Operator's choices that use cases depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The share Pepay's operator takes of each payment, and who gets it, by EVM address.
    pub fee: Option<Fee>,
    /// Settles everything into this token unless the merchant chose; by environment.
    pub default_settlement: HashMap<pepay_core::network::Environment, pepay_core::id::TokenId>,
    /// How much less than the amount counts as paid, for merchants made from now on.
    pub default_tolerance: BasisPoints,
    /// What people reach this installation as, without a slash at the end; links in letters start with it.
    pub base_url: String,
    /// Whether anybody may sign up.
    pub sign_up: bool,
    /// Whether an address must be confirmed by letter before its account exists.
    pub verify_email: bool,
    /// Pages that may embed the checkout of any merchant.
    pub embed_origins: Vec<OriginPattern>,
    /// How many days events are kept; for good when `None`.
    pub retention_days: Option<NonZeroU32>,
    /// How webhooks are sent.
    pub webhooks: webhook::Settings,
}

/// Which request causes a change: shown in the events it leads to. Empty for what nobody asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The `x-request-id` of the request.
    pub request_id: Option<String>,
    /// Its idempotency key.
    pub idempotency_key: Option<String>,
}

/// The operator's fee.
#[derive(Clone, Copy, Debug)]
pub struct Fee {
    /// The share.
    pub bps: BasisPoints,
    /// Who gets it, on EVM networks.
    pub receiver: pepay_core::address::Address,
}

/// Everything an engine is made of.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// Networks and tokens.
    pub catalogue: Arc<Catalogue>,
    /// The time.
    pub clock: Arc<dyn clock::Clock>,
    /// Randomness for ids and secrets; seeded from the operating system outside tests.
    pub rng: StdRng,
    /// From which all derived secrets come.
    pub server_key: ServerKey,
    /// Token prices.
    pub rates: Arc<rates::Rates>,
    /// One client per EVM network.
    pub chains: HashMap<NetworkId, Arc<evm::Client>>,
    /// Pays from a devnet account; `None` outside `pepay dev`.
    pub faucet: Option<Arc<dyn faucet::Faucet>>,
    /// Takes letters to their readers; `None` when no mail transport is configured.
    pub post: Option<Arc<dyn mail::Post>>,
    /// Operator's choices.
    pub settings: Settings,
}

struct Inner {
    db: Db,
    catalogue: Arc<Catalogue>,
    clock: Arc<dyn clock::Clock>,
    rng: Mutex<StdRng>,
    server_key: ServerKey,
    rates: Arc<rates::Rates>,
    chains: HashMap<NetworkId, Arc<evm::Client>>,
    faucet: Option<Arc<dyn faucet::Faucet>>,
    post: Option<Arc<dyn mail::Post>>,
    settings: Settings,
    writer: writer::Writer,
    tail: tail::Tail,
    used_keys: auth::UsedKeys,
    in_flight: idempotent::InFlight,
    keys: Cache<[u8; 32], Arc<Key>>,
    keys_by_id: Cache<KeyId, Option<Arc<Key>>>,
    merchants: Cache<MerchantId, Arc<Merchant>>,
    profiles: Cache<MerchantId, Arc<Profile>>,
    overviews: Cache<overview::Subject, Arc<overview::Overview>>,
    webhooks: webhook::Webhooks,
}

/// The application. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

impl Engine {
    /// Puts the parts together. Nothing runs by itself: the group-commit writer must be run, and what
    /// [`Engine::followers`], [`Engine::watchers`], [`Engine::tickers`] and [`Engine::deliverers`] give.
    pub fn new(parts: Parts) -> (Self, writer::Task) {
        let (writer, task) = writer::channel(parts.db.hot());
        let ttl = std::time::Duration::from_millis(CACHE_MS);
        let overview_ttl = std::time::Duration::from_millis(OVERVIEW_MS);
        let webhooks = webhook::Webhooks::new(parts.settings.webhooks.clone(), &parts.server_key);
        let engine = Self(Arc::new(Inner {
            db: parts.db,
            catalogue: parts.catalogue,
            clock: parts.clock,
            rng: Mutex::new(parts.rng),
            server_key: parts.server_key,
            rates: parts.rates,
            chains: parts.chains,
            faucet: parts.faucet,
            post: parts.post,
            settings: parts.settings,
            writer,
            tail: tail::Tail::default(),
            used_keys: auth::UsedKeys::default(),
            in_flight: idempotent::InFlight::default(),
            keys: Cache::builder().max_capacity(CACHE_ENTRIES).time_to_live(ttl).build(),
            keys_by_id: Cache::builder().max_capacity(CACHE_ENTRIES).time_to_live(ttl).build(),
            merchants: Cache::builder().max_capacity(CACHE_ENTRIES).time_to_live(ttl).build(),
            profiles: Cache::builder().max_capacity(CACHE_ENTRIES).time_to_live(ttl).build(),
            overviews: Cache::builder().max_capacity(CACHE_ENTRIES).time_to_live(overview_ttl).build(),
            webhooks,
        }));
        (engine, task)
    }

    /// The present instant.
    pub fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// Networks and tokens of this installation.
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// A secret for one purpose at the HTTP edge, such as signing tokens.
    pub fn http_key(&self, purpose: &str) -> [u8; 32] {
        self.0.server_key.derive(purpose)
    }

    /// The devnet faucet, if there is one.
    pub fn faucet(&self) -> Option<Arc<dyn faucet::Faucet>> {
        self.0.faucet.clone()
    }

    fn webhooks(&self) -> &webhook::Webhooks {
        &self.0.webhooks
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// Draws randomness: `draw` must be quick, for everybody shares the generator.
    fn random<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.0.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn merchant(&self, id: MerchantId) -> Result<Arc<Merchant>, Error> {
        if let Some(known) = self.0.merchants.get(&id) {
            return Ok(known);
        }
        let merchant = pepay_store::merchant::get(self.db().read(), id).await?.ok_or(Error::MerchantNotFound)?;
        let merchant = Arc::new(merchant);
        self.0.merchants.insert(id, Arc::clone(&merchant));
        Ok(merchant)
    }
}

#[cfg(test)]
mod tests;
