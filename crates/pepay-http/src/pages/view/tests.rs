use std::fmt::Debug;
use std::str::FromStr;

use pepay_core::address::Address;
use pepay_core::id::{MerchantId, TokenId};
use pepay_core::invoice::{Lock, Terms};
use pepay_core::money::{BaseUnits, BasisPoints, Rate};
use pepay_core::network::{Confirmations, Environment, Network, NetworkId};
use pepay_core::payment::Status;
use pepay_core::token::{Asset, Standard, Token};
use pepay_core::transfer::{Anchor, Observed, Refusal, Verdict};
use serde_json::json;

use super::*;

const NOW: Millis = Millis(1_766_322_000_000);

fn network_id() -> NetworkId {
    NetworkId::new(Environment::Devnet, "base")
}

fn address() -> Address {
    Address::parse(Kind::Evm, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed").unwrap()
}

fn catalogue() -> Catalogue {
    let network = Network {
        id: network_id(),
        kind: Kind::Evm,
        chain_id: Some(8453),
        confirmations: Confirmations::flat(Depth::Blocks(3)),
        explorer_tx: Some("https://scan.test/tx/{tx}".to_owned()),
        public_rpc: None,
        treasury: None,
        factory: None,
    };
    let token = Token {
        id: TokenId(1),
        network: network_id(),
        asset: Asset::Contract(address()),
        symbol: "USDC".to_owned(),
        name: "USD Coin".to_owned(),
        decimals: 6,
        standard: Standard::Erc20,
        stable: true,
        active: true,
        photo_uri: None,
    };
    Catalogue::new(vec![network], vec![token]).unwrap()
}

fn branding() -> Branding {
    Branding {
        company_name: "Northwind".to_owned(),
        logo_url: None,
        accent: None,
        support_email: Some("help@northwind.test".to_owned()),
        allowed_origins: Vec::new(),
    }
}

fn usd(millis: i64) -> UsdMillis {
    UsdMillis::new(millis).unwrap()
}

fn id<T: FromStr<Err: Debug>>(digit: u8) -> T {
    format!("00000000-0000-7000-8000-00000000000{digit}").parse().unwrap()
}

fn invoice() -> Invoice {
    Invoice {
        id: id(1),
        merchant_id: MerchantId(1),
        environment: Environment::Devnet,
        amount: usd(49_990),
        tolerance: BasisPoints::ZERO,
        terms: Terms::default(),
        created_at: NOW,
        expires_at: NOW.plus_ms(60_000),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    }
}

fn observed(units: u128) -> Observed {
    Observed {
        anchor: Anchor { block_number: 5, block_hash: [1; 32], block_time: NOW, log_index: Some(0) },
        tx_hash: Some(format!("0x{}", "ab".repeat(32))),
        asset: Asset::Contract(address()),
        from: None,
        to: address(),
        units: BaseUnits::from_u128(units),
    }
}

fn payment(millis: i64) -> Payment {
    Payment {
        id: id(2),
        invoice_id: id(1),
        network: network_id(),
        token: TokenId(1),
        observed: observed(u128::try_from(millis).unwrap() * 1000),
        quote_id: id(3),
        rate: Rate::ONE,
        value: usd(millis),
        depth: Depth::Blocks(3),
        standing: Some(Standing::Counted),
        status: Status::Pending,
        reverted: false,
        first_seen_at: NOW,
        confirmed_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn view(invoice: &Invoice, payments: Vec<(Payment, u64)>, refused: &[Transfer], now: Millis) -> View {
    let seen = |(payment, confirmations)| Seen { payment, confirmations };
    View::new(&Facts {
        invoice,
        branding: &branding(),
        lang: Lang::tagged("en").unwrap(),
        payments: payments.into_iter().map(seen).collect(),
        refused,
        catalogue: &catalogue(),
        faucet: true,
        now,
    })
}

#[test]
fn an_open_invoice_asks_to_choose() {
    let shown = view(&invoice(), Vec::new(), &[], NOW);
    assert_eq!((shown.phase, shown.headline.as_str()), (Phase::Open, "Choose how to pay"));
    assert_eq!((shown.remaining_ms, shown.expires_at), (60_000, 1_766_322_060));
    assert!(shown.faucet && shown.notes.is_empty());
    let sent = serde_json::to_value(&shown).unwrap();
    assert_eq!(sent["amount"], json!({"usd_millis": 49990, "decimal": "49.990", "text": "$49.99"}));
    assert_eq!(sent["locked"], json!(null));
    assert_eq!(sent["networks"], json!([{"network": "base", "label": "Base", "kind": "evm"}]));
}

#[test]
fn a_payment_on_its_way_is_counted_in_blocks() {
    let shown = view(&invoice(), vec![(payment(49_990), 2)], &[], NOW);
    assert_eq!(shown.phase, Phase::Confirming);
    let line = &shown.payments[0];
    assert_eq!(line.label, "Confirming 2 of 3");
    assert_eq!((line.amount_token.as_str(), line.token_symbol.as_str()), ("49.99", "USDC"));
    assert_eq!(line.explorer_url.as_deref(), Some(format!("https://scan.test/tx/0x{}", "ab".repeat(32)).as_str()));
    // It decides the invoice even when the time is over meanwhile.
    assert_eq!(view(&invoice(), vec![(payment(49_990), 2)], &[], NOW.plus_ms(60_000)).phase, Phase::Confirming);
}

#[test]
fn a_part_on_its_way_says_how_much_is_coming() {
    let shown = view(&invoice(), vec![(payment(20_000), 1)], &[], NOW);
    assert!(shown.detail.starts_with("$20.00 of $49.99 is on its way."), "{}", shown.detail);
}

#[test]
fn an_underpaid_invoice_names_the_lock_and_the_rest() {
    let lock = Lock { network: network_id(), token: TokenId(1), address: address() };
    let invoice = Invoice { state: State::Underpaid, amount_paid: usd(20_000), lock: Some(lock), ..invoice() };
    let done = Payment { confirmed_at: Some(NOW), ..payment(20_000) };
    let shown = view(&invoice, vec![(done, 9)], &[], NOW);
    assert_eq!(shown.phase, Phase::Underpaid);
    assert_eq!(shown.remaining.text, "$29.99");
    assert_eq!(shown.payments[0].confirmations, 3);
    let locked = shown.locked.unwrap();
    assert_eq!((locked.token_id, locked.symbol.as_str(), locked.network_label.as_str()), (1, "USDC", "Base"));
    assert_eq!(view(&invoice, Vec::new(), &[], NOW.plus_ms(60_000)).phase, Phase::Closing);
}

#[test]
fn overpaid_and_late_money_is_spoken_of() {
    let paid = Invoice { state: State::Paid { at: NOW }, amount_paid: usd(60_005), ..invoice() };
    let shown = view(&paid, Vec::new(), &[], NOW);
    assert_eq!(shown.phase, Phase::Paid);
    assert_eq!(shown.notes[0].text, "You sent $10.015 more than asked. Northwind can refund the difference.");
    assert!(!shown.faucet);

    let expired = Invoice { state: State::Expired { at: NOW }, ..invoice() };
    let late = Payment { standing: Some(Standing::Late), confirmed_at: Some(NOW), ..payment(49_990) };
    let shown = view(&expired, vec![(late, 3)], &[], NOW);
    assert_eq!((shown.phase, shown.payments[0].label.as_str()), (Phase::Expired, "Arrived late"));
    assert!(shown.detail.contains("is not lost"), "{}", shown.detail);
}

#[test]
fn a_reverted_payment_is_never_called_paid() {
    let paid = Invoice { state: State::Paid { at: NOW }, ..invoice() };
    let gone = Payment { reverted: true, ..payment(49_990) };
    let shown = view(&paid, vec![(gone, 0)], &[], NOW);
    assert_eq!((shown.phase, shown.exception), (Phase::Reverted, Some("reverted")));
    assert_eq!(shown.payments[0].label, "Dropped by the network");
}

#[test]
fn a_refused_transfer_shows_what_came_and_why() {
    let transfer = Transfer {
        id: id(4),
        invoice_id: id(1),
        network: network_id(),
        observed: observed(1_500_000),
        token: None,
        verdict: Verdict::Refused(Refusal::TokenNotListed),
        detected_at: NOW,
        withdrawn_at: None,
    };
    let listed =
        Transfer { token: Some(TokenId(1)), verdict: Verdict::Refused(Refusal::WrongNetwork), ..transfer.clone() };
    let shown = view(&invoice(), Vec::new(), &[transfer, listed], NOW);
    assert_eq!(shown.refused[0].amount, "1500000 base units of");
    assert_eq!(shown.refused[0].asset, "0x5aAeb605…1BeAed");
    assert_eq!((shown.refused[1].amount.as_str(), shown.refused[1].asset.as_str()), ("1.5", "USDC"));
    assert_eq!((shown.refused[1].reason, shown.refused[1].label.as_str()), ("wrong_network", "Wrong network"));
    assert_eq!(shown.notes.len(), 1);
}

#[test]
fn only_an_enabled_web_address_leads_back() {
    let with = |url: &str, enabled| {
        let terms =
            Terms { payment_return_url: Some(url.to_owned()), payment_return_url_enabled: enabled, ..Terms::default() };
        view(&Invoice { terms, ..invoice() }, Vec::new(), &[], NOW).returns
    };
    assert!(with("https://shop.test/x", true));
    assert!(!with("https://shop.test/x", false));
    assert!(!with("javascript:alert(1)", true));
}

#[test]
fn moments_are_dates_of_the_calendar() {
    for (secs, text) in [
        (0, "1970-01-01 00:00 UTC"),
        (951_827_696, "2000-02-29 12:34 UTC"),
        (1_766_322_000, "2025-12-21 13:00 UTC"),
        (4_107_542_399, "2100-02-28 23:59 UTC"),
        (4_107_542_400, "2100-03-01 00:00 UTC"),
    ] {
        assert_eq!(utc(secs), text);
    }
}
