//! The engine on a real database, with steps of a chain made up by hand: what the watchers would report.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use pepay_chain::scan::{Step, Tip};
use pepay_core::address::Address;
use pepay_core::credential::ServerKey;
use pepay_core::forwarder::Factory;
use pepay_core::id::{InvoiceId, MerchantId, TokenId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::merchant::{Permission, SettlementPreference};
use pepay_core::money::{BaseUnits, BasisPoints, Rate};
use pepay_core::network::{Confirmations, Depth, Environment, Kind, Network, NetworkId};
use pepay_core::time::Millis;
use pepay_core::token::{Asset, Catalogue, Standard, Token};
use pepay_core::transfer::{Anchor, Block, Observed};
use pepay_store::db::{ConnectOptions, Db};
use pepay_store::merchant::NewMerchant;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::auth::{Caller, Person, Session, Via};
use crate::clock::{Clock as _, ManualClock};
use crate::invoice::Expand;
use crate::mail::{Message, Post, Sending};
use crate::rates::Rates;
use crate::{Engine, Error, Origin, Parts, Settings};

mod accounts;
mod expiry;
mod found;
mod native;
mod streams;
mod webhooks;

const START: Millis = Millis(1_800_000_000_000);
const USDC: TokenId = TokenId(1);
const USDT: TokenId = TokenId(2);
const BSC_USDC: TokenId = TokenId(3);
const BSC_COIN: TokenId = TokenId(4);

struct World {
    engine: Engine,
    clock: Arc<ManualClock>,
    caller: Caller,
    chains: HashMap<NetworkId, Vec<Block>>,
    mailbox: Arc<Mailbox>,
    _dir: tempfile::TempDir,
}

/// Keeps every letter.
#[derive(Default)]
struct Mailbox(Mutex<Vec<Message>>);

impl Post for Mailbox {
    fn send(&self, message: Message) -> Sending<'_> {
        self.0.lock().unwrap().push(message);
        Box::pin(std::future::ready(Ok(())))
    }
}

fn evm(byte: u8) -> Address {
    Address::Evm(alloy_primitives::Address::repeat_byte(byte))
}

fn id(name: &str) -> NetworkId {
    NetworkId::new(Environment::Devnet, name)
}

fn catalogue() -> Catalogue {
    let network = |name: &str| Network {
        id: id(name),
        kind: Kind::Evm,
        chain_id: Some(1),
        confirmations: Confirmations::flat(Depth::Blocks(if name == "base" { 2 } else { 3 })),
        explorer_tx: None,
        public_rpc: None,
        treasury: Some(evm(0x77)),
        factory: Some(Factory {
            version: 1,
            address: alloy_primitives::Address::repeat_byte(1),
            implementation: alloy_primitives::Address::repeat_byte(2),
        }),
    };
    let token = |id_: TokenId, name: &str, byte| Token {
        id: id_,
        network: id(name),
        asset: Asset::Contract(evm(byte)),
        symbol: "USDC".to_owned(),
        name: "USD Coin".to_owned(),
        decimals: 6,
        standard: Standard::Erc20,
        stable: true,
        active: true,
        photo_uri: None,
    };
    let coin = Token {
        asset: Asset::Native,
        standard: Standard::Native,
        symbol: "BNB".to_owned(),
        stable: false,
        ..token(BSC_COIN, "bsc", 0)
    };
    let tokens = vec![token(USDC, "base", 0x51), token(USDT, "base", 0x52), token(BSC_USDC, "bsc", 0x53), coin];
    Catalogue::new(vec![network("base"), network("bsc")], tokens).unwrap()
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("pepay.db").display());
        let db = Db::connect(&url, ConnectOptions::default()).await.unwrap();
        db.migrate().await.unwrap();
        let merchant = crate::operator::create_merchant(&db, &merchant(), &mut StdRng::seed_from_u64(5)).await.unwrap();
        let rates = Arc::new(Rates::default());
        for token in [USDC, USDT, BSC_USDC] {
            rates.fix(token, Rate::ONE);
        }
        let clock = Arc::new(ManualClock::new(START));
        let mailbox = Arc::new(Mailbox::default());
        let (engine, writer) = Engine::new(Parts {
            db,
            catalogue: Arc::new(catalogue()),
            clock: Arc::clone(&clock) as Arc<_>,
            rng: StdRng::seed_from_u64(7),
            server_key: ServerKey::new([3; 32]),
            rates,
            chains: HashMap::new(),
            faucet: None,
            post: Some(Arc::clone(&mailbox) as Arc<_>),
            settings: Settings {
                fee: None,
                default_settlement: HashMap::new(),
                default_tolerance: BasisPoints::ZERO,
                base_url: "http://localhost".to_owned(),
                sign_up: true,
                verify_email: false,
                embed_origins: Vec::new(),
                retention_days: None,
                webhooks: crate::webhook::Settings::usual().unwrap(),
            },
        });
        #[expect(clippy::disallowed_methods, reason = "the test's runtime ends with the test")]
        tokio::spawn(writer.run());
        let mut world = Self { engine, clock, caller: caller(merchant), chains: HashMap::new(), mailbox, _dir: dir };
        world.mine("base", 1, vec![]).await;
        world.mine("bsc", 1, vec![]).await;
        world
    }

    async fn create(&self, body: &str) -> InvoiceId {
        let request = pepay_wire::CreateInvoice::parse(body.as_bytes()).unwrap();
        self.engine.create_invoice(&self.caller, request, None, "req").await.unwrap().invoice.id
    }

    async fn session(&self, invoice: InvoiceId) -> Session {
        let found = pepay_store::invoice::find(self.engine.db().read(), invoice).await.unwrap().unwrap();
        let credentials = self.engine.session_of(&found);
        self.engine.open_session(&credentials.token, &credentials.signature).await.unwrap()
    }

    async fn choose(&self, invoice: InvoiceId, network: &str, token: TokenId) -> Address {
        let session = self.session(invoice).await;
        self.engine.payment_address(&session, network, token).await.unwrap().temp_address.unwrap()
    }

    fn block(&self, network: &str, number: u64, fork: u8) -> Block {
        let hash = |number: u64, fork: u8| {
            let mut hash = [fork; 32];
            hash[..8].copy_from_slice(&number.to_be_bytes());
            hash
        };
        let parent = self.chains.get(&id(network)).and_then(|chain| chain.last());
        let parent = parent.map_or_else(|| hash(number - 1, 0), |block| block.hash);
        Block { number, hash: hash(number, fork), parent, time: self.clock.now() }
    }

    /// Mines one block on top with `transfers` in it.
    async fn mine(&mut self, network: &str, fork: u8, transfers: Vec<Observed>) -> Block {
        self.clock.advance(1_000);
        let number = self.chains.get(&id(network)).and_then(|chain| chain.last()).map_or(10, |block| block.number + 1);
        let block = self.block(network, number, fork);
        let before = self.chains.get(&id(network)).and_then(|chain| chain.last()).copied();
        self.record(network, before, None, block, transfers).await;
        self.chains.entry(id(network)).or_default().push(block);
        block
    }

    /// Replaces everything above `keep` by one block with `transfers` in it.
    async fn reorg(&mut self, network: &str, keep: u64, transfers: Vec<Observed>) {
        self.clock.advance(1_000);
        let before = self.chains.get(&id(network)).and_then(|chain| chain.last()).copied();
        self.chains.entry(id(network)).or_default().retain(|block| block.number <= keep);
        let block = self.block(network, keep + 1, 0xEE);
        self.record(network, before, Some(keep), block, transfers).await;
        self.chains.entry(id(network)).or_default().push(block);
    }

    async fn record(
        &self,
        network: &str,
        before: Option<Block>,
        fork: Option<u64>,
        block: Block,
        transfers: Vec<Observed>,
    ) {
        let observed = transfers.into_iter().map(|transfer| Observed { anchor: anchor(&block, 0), ..transfer });
        let tip = Tip { head: block.number, finalized: block.number.saturating_sub(64) };
        let step = Step { fork, blocks: vec![block], observed: Vec::new(), tip };
        let matched = self.engine.matched(&id(network), observed.collect()).await.unwrap();
        let network = self.engine.catalogue().network(&id(network)).unwrap();
        self.engine.record_step(network, before, &step, matched).await.unwrap();
    }

    async fn show(&self, invoice: InvoiceId) -> serde_json::Value {
        let expand = Expand { latest_payment: false, payments: Some(10) };
        serde_json::to_value(self.engine.get_invoice(&self.caller, invoice, expand).await.unwrap()).unwrap()
    }

    async fn status(&self, invoice: InvoiceId) -> String {
        self.show(invoice).await["status"].as_str().unwrap().to_owned()
    }

    async fn events(&self) -> Vec<String> {
        let events = pepay_store::event::after(self.engine.db().read(), 0, 100).await.unwrap();
        for (place, stored) in events.iter().enumerate() {
            assert_eq!(stored.id.seq, i64::try_from(place).unwrap() + 1, "no gaps, no doubles");
        }
        let merchants = events.iter().map(|stored| stored.event.kind).filter(|kind| kind.is_for_merchants());
        merchants.map(|kind| kind.as_str().to_owned()).collect()
    }
}

fn merchant() -> NewMerchant {
    NewMerchant {
        name: "Shop".to_owned(),
        email: "shop@example.com".to_owned(),
        settlement_preference: SettlementPreference::default(),
        settlement_token: Some(USDC),
        tolerance: BasisPoints::ZERO,
        created_at: START,
    }
}

fn caller(merchant: MerchantId) -> Caller {
    let via = Via::Dashboard(Person { user: None, role: pepay_core::account::Role::Owner });
    Caller { merchant, environment: Environment::Devnet, permission: Permission::ReadWrite, via, ip: None }
}

fn anchor(block: &Block, log_index: u32) -> Anchor {
    Anchor { block_number: block.number, block_hash: block.hash, block_time: block.time, log_index: Some(log_index) }
}

/// A transfer of `units` of the token at `contract`, to be anchored when it is mined.
fn transfer(to: Address, contract: u8, units: u128, tx: &str) -> Observed {
    let nowhere = Block { number: 0, hash: [0; 32], parent: [0; 32], time: START };
    Observed {
        anchor: anchor(&nowhere, 0),
        tx_hash: Some(tx.to_owned()),
        asset: Asset::Contract(evm(contract)),
        from: Some(evm(0xAA)),
        to,
        units: BaseUnits::from_u128(units),
    }
}

#[tokio::test]
async fn an_exact_payment_confirms_and_pays() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 10_000_000, "0x1")]).await;
    let seen = world.show(invoice).await;
    assert_eq!((&seen["status"], &seen["payments"][0]["status"]), (&"unpaid".into(), &"pending".into()));
    world.mine("base", 1, vec![]).await;
    let paid = world.show(invoice).await;
    assert_eq!((&paid["status"], &paid["safe_to_fulfill"]), (&"paid".into(), &true.into()));
    assert_eq!(paid["payments"][0]["status"], "confirmed");
    let expected =
        ["invoice.created", "invoice_payment.created", "invoice.updated", "invoice_payment.updated", "invoice.updated"];
    assert_eq!(world.events().await, expected);
}

#[tokio::test]
async fn reading_a_block_twice_counts_once() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let pay = transfer(to, 0x51, 4_000_000, "0x1");
    let block = world.mine("base", 1, vec![pay.clone()]).await;
    let again = Observed { anchor: anchor(&block, 0), ..pay };
    let matched = world.engine.matched(&id("base"), vec![again]).await.unwrap();
    let network = world.engine.catalogue().network(&id("base")).unwrap();
    assert_eq!(world.engine.record_found(network, matched, 0).await.unwrap(), 0);
    assert_eq!(world.show(invoice).await["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn partial_payments_lock_and_add_up() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    world.choose(invoice, "base", USDT).await;
    let to = world.choose(invoice, "base", USDC).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 4_000_000, "0x1")]).await;
    world.mine("base", 1, vec![]).await;
    assert_eq!(world.status(invoice).await, "underpaid");
    let session = world.session(invoice).await;
    let refused = world.engine.payment_address(&session, "base", USDT).await;
    assert!(matches!(refused, Err(Error::Rejected(_))));
    let options = world.engine.available_tokens(&session, &crate::payor::Mode::Monitored, false).await.unwrap();
    assert_eq!(options.iter().map(|option| option.id).collect::<Vec<_>>(), [USDC.0]);
    world.mine("base", 1, vec![transfer(to, 0x52, 6_000_000, "0x2")]).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 6_000_000, "0x3")]).await;
    world.mine("base", 1, vec![]).await;
    let paid = world.show(invoice).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&"paid".into(), &10_000.into()));
    let mut statuses: Vec<_> =
        paid["payments"].as_array().unwrap().iter().map(|payment| payment["status"].as_str().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["confirmed", "confirmed", "manual_retry"]);
}

#[tokio::test]
async fn a_reorganisation_withdraws_and_the_same_transaction_comes_back() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let pay = transfer(to, 0x51, 10_000_000, "0x1");
    let block = world.mine("base", 1, vec![pay.clone()]).await;
    world.mine("base", 1, vec![]).await;
    assert_eq!(world.status(invoice).await, "paid");
    world.reorg("base", block.number - 1, vec![]).await;
    let gone = world.show(invoice).await;
    assert_eq!((&gone["status"], &gone["exception"]), (&"paid".into(), &"reverted".into()));
    assert_eq!((&gone["safe_to_fulfill"], &gone["payments"][0]["reverted"]), (&false.into(), &true.into()));
    world.mine("base", 0xEE, vec![pay]).await;
    world.mine("base", 0xEE, vec![]).await;
    let back = world.show(invoice).await;
    assert_eq!((&back["exception"], &back["safe_to_fulfill"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(back["payments"].as_array().unwrap().len(), 1);
    world.events().await;
}

#[tokio::test]
async fn money_on_the_wrong_network_is_seen_and_explained() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    world.mine("bsc", 1, vec![transfer(to, 0x53, 10_000_000, "0x1")]).await;
    world.mine("base", 1, vec![transfer(to, 0x52, 10_000_000, "0x2"), transfer(to, 0x99, 1, "0x3")]).await;
    assert_eq!(world.status(invoice).await, "unpaid");
    let explained = world.engine.explain_invoice(&world.caller, invoice).await.unwrap();
    let mut rules: Vec<_> = explained.transfers.iter().map(|it| format!("{:?}", it.rule)).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["TokenNotListed", "TokenNotQuoted", "WrongNetwork"]);
}

#[tokio::test]
async fn an_invoice_expires_only_when_its_networks_were_read_past_its_end() {
    let mut world = World::new().await;
    let blind = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    let plain = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    let to = world.choose(blind, "base", USDC).await;
    world.clock.advance(59_000);
    let in_time = Block { time: world.clock.now(), ..world.block("base", 11, 1) };
    world.clock.advance(10_000);
    assert_eq!(world.engine.expire_due().await.unwrap(), 1);
    assert_eq!((world.status(plain).await, world.status(blind).await), ("expired".into(), "unpaid".into()));
    let before = world.chains[&id("base")].last().copied();
    world.record("base", before, None, in_time, vec![transfer(to, 0x51, 10_000_000, "0x1")]).await;
    world.chains.get_mut(&id("base")).unwrap().push(in_time);
    world.mine("base", 1, vec![]).await;
    assert_eq!(world.status(blind).await, "paid");
    assert_eq!(world.engine.expire_due().await.unwrap(), 0);
}

#[tokio::test]
async fn late_money_is_shown_and_changes_no_terminal_state() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    world.clock.advance(61_000);
    world.mine("base", 1, vec![]).await;
    world.engine.expire_due().await.unwrap();
    world.mine("base", 1, vec![transfer(to, 0x51, 10_000_000, "0x1")]).await;
    world.mine("base", 1, vec![]).await;
    let late = world.show(invoice).await;
    assert_eq!((&late["status"], &late["exception"]), (&"expired".into(), &"paid_late".into()));
    let payment = &late["payments"][0];
    assert_eq!((&payment["status"], &payment["late"]), (&"manual_retry".into(), &true.into()));
}

#[tokio::test]
async fn only_untouched_invoices_cancel_and_keys_are_honoured() {
    let mut world = World::new().await;
    let first = world.create(r#"{"amount_usd": 10}"#).await;
    world.engine.cancel_invoice(&world.caller, first, &Origin::default()).await.unwrap();
    assert_eq!(world.status(first).await, "canceled");
    let second = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(second, "base", USDC).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 1, "0x1")]).await;
    assert!(matches!(
        world.engine.cancel_invoice(&world.caller, second, &Origin::default()).await,
        Err(Error::NotCancelable(_))
    ));
    let body = br#"{"amount_usd": 5}"#;
    let ask = |body: &'static [u8]| {
        let request = pepay_wire::CreateInvoice::parse(body).unwrap();
        let idempotency = Some((Key::parse("k").unwrap(), Fingerprint::of(body)));
        world.engine.create_invoice(&world.caller, request, idempotency, "req")
    };
    let (one, two) = (ask(body).await.unwrap(), ask(body).await.unwrap());
    assert_eq!((one.invoice.id, one.session, two.replayed), (two.invoice.id, two.session, true));
    assert!(matches!(ask(br#"{"amount_usd": 6}"#).await, Err(Error::KeyReused)));
}

#[tokio::test]
async fn a_payment_that_comes_back_after_the_end_is_late() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let pay = transfer(to, 0x51, 10_000_000, "0x1");
    let block = world.mine("base", 1, vec![pay.clone()]).await;
    world.reorg("base", block.number - 1, vec![]).await;
    let withdrawn = world.engine.cancel_invoice(&world.caller, invoice, &Origin::default()).await;
    assert!(matches!(withdrawn, Err(Error::NotCancelable(_))), "the payment may still come back");
    world.clock.advance(61_000);
    world.mine("base", 0xEE, vec![]).await;
    world.engine.expire_due().await.unwrap();
    assert_eq!(world.status(invoice).await, "expired");
    world.mine("base", 0xEE, vec![pay]).await;
    world.mine("base", 0xEE, vec![]).await;
    let late = world.show(invoice).await;
    assert_eq!((&late["amount_paid"], &late["exception"]), (&0.into(), &"paid_late".into()));
    assert_eq!(late["payments"][0]["status"], "manual_retry");
}

#[tokio::test]
async fn what_lies_on_an_abandoned_block_is_not_recorded() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let pay = transfer(to, 0x51, 5_000_000, "0x1");
    let old = world.mine("base", 1, vec![pay.clone()]).await;
    world.reorg("base", old.number - 1, vec![pay.clone()]).await;
    let stale = Observed { anchor: anchor(&old, 0), ..pay.clone() };
    let ahead = Observed { anchor: Anchor { block_number: old.number + 9, ..anchor(&old, 0) }, ..pay };
    let matched = world.engine.matched(&id("base"), vec![stale, ahead]).await.unwrap();
    let network = world.engine.catalogue().network(&id("base")).unwrap();
    assert_eq!(world.engine.record_found(network, matched, 0).await.unwrap(), 0);
    world.mine("base", 0xEE, vec![]).await;
    let shown = world.show(invoice).await;
    assert_eq!((&shown["amount_paid"], shown["payments"].as_array().unwrap().len()), (&5_000.into(), 1));
}

#[tokio::test]
async fn a_transfer_too_large_for_any_book_stops_nothing() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    let huge = |tx| Observed { units: BaseUnits::new(alloy_primitives::U256::MAX), ..transfer(to, 0x51, 1, tx) };
    world.mine("base", 1, vec![huge("0x1")]).await;
    world.mine("base", 1, vec![huge("0x2")]).await;
    world.mine("base", 1, vec![]).await;
    let paid = world.show(invoice).await;
    assert_eq!((&paid["status"], &paid["exception"]), (&"paid".into(), &"paid_over".into()));
}

#[tokio::test]
async fn a_cancellation_may_be_repeated_under_its_key_only() {
    let world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let origin = |key: &str| Origin { request_id: None, idempotency_key: Some(key.to_owned()) };
    for _ in 0..2 {
        world.engine.cancel_invoice(&world.caller, invoice, &origin("k")).await.unwrap();
    }
    let other = world.engine.cancel_invoice(&world.caller, invoice, &origin("other")).await;
    assert!(matches!(other, Err(Error::NotCancelable(_))));
    assert_eq!(world.events().await, ["invoice.created", "invoice.updated"]);
}

#[tokio::test]
async fn a_locked_invoice_is_finished_in_a_token_blocked_since() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose(invoice, "base", USDC).await;
    world.mine("base", 1, vec![transfer(to, 0x51, 4_000_000, "0x1")]).await;
    world.mine("base", 1, vec![]).await;
    world.engine.block_token(&world.caller, USDC, true).await.unwrap();
    assert_eq!(world.choose(invoice, "base", USDC).await, to);
}
