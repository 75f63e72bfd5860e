use pepay_core::id::TokenId;
use pepay_core::money::UsdMillis;
use pepay_core::network::{Confirmations, Environment as CoreEnvironment, Kind};
use pepay_core::payment::Standing;
use pepay_core::token::{Asset, Standard};
use pepay_core::transfer::{Anchor, Observed};
use serde_json::json;

use super::*;

fn address(byte: u8) -> Address {
    Address::from_bytes(&[byte; 20]).unwrap()
}

fn network() -> Network {
    Network {
        id: NetworkId::new(CoreEnvironment::Devnet, "base"),
        kind: Kind::Evm,
        chain_id: Some(84_532),
        confirmations: Confirmations::flat(Depth::Blocks(3)),
        explorer_tx: Some("https://scan.example/tx/{tx}".to_owned()),
        public_rpc: None,
        treasury: None,
        factory: None,
    }
}

fn token() -> token::Token {
    token::Token {
        id: TokenId(12),
        network: network().id,
        asset: Asset::Contract(address(9)),
        symbol: "USDC".to_owned(),
        name: "USD Coin".to_owned(),
        decimals: 6,
        standard: Standard::Erc20,
        stable: true,
        active: true,
        photo_uri: None,
    }
}

fn pending() -> payment::Payment {
    let uuid = "019b3f10-0000-7000-8000-00000000000";
    payment::Payment {
        id: format!("{uuid}2").parse().unwrap(),
        invoice_id: format!("{uuid}1").parse().unwrap(),
        network: network().id,
        token: TokenId(12),
        observed: Observed {
            anchor: Anchor {
                block_number: 100,
                block_hash: [0xab; 32],
                block_time: Millis(1_766_322_010_000),
                log_index: Some(4),
            },
            tx_hash: Some("0x77".to_owned()),
            asset: token().asset,
            from: Some(address(3)),
            to: address(5),
            units: BaseUnits::from_u128(49_990_000),
        },
        quote_id: format!("{uuid}3").parse().unwrap(),
        rate: Rate::ONE,
        value: UsdMillis::new(49_990).unwrap(),
        depth: Depth::Blocks(3),
        standing: Some(Standing::Counted),
        status: Status::Pending,
        reverted: false,
        first_seen_at: Millis(1_766_322_010_500),
        confirmed_at: None,
        created_at: Millis(1_766_322_011_000),
        updated_at: Millis(1_766_322_012_000),
    }
}

fn shown(payment: &payment::Payment, head: Option<u64>) -> serde_json::Value {
    let (token, network) = (token(), network());
    let context = PaymentContext { merchant_id: MerchantId(7), token: &token, network: &network, head };
    serde_json::to_value(Payment::new(payment, &context)).unwrap()
}

#[test]
fn a_receipt_shows_every_field_of_the_contract() {
    assert_eq!(
        shown(&pending(), Some(101)),
        json!({
            "object": "invoice_payment", "id": "019b3f10-0000-7000-8000-000000000002",
            "invoice_id": "019b3f10-0000-7000-8000-000000000001", "merchant_id": 7, "status": "pending",
            "settlement_status": "pending",
            "settlement": {
                "summary_status": "pending", "stage": "awaiting_confirmations", "merchant_settlement_id": null,
                "settlement_tx_hash": null, "network": "base", "status": "pending",
            },
            "environment": "devnet", "network": "base",
            "token": {
                "id": 12, "token_symbol": "USDC", "token_address": "0x0909090909090909090909090909090909090909",
                "token_decimals": 6,
            },
            "amount_token": "49.990000", "amount_base_units": "49990000", "amount": 49990, "amount_decimal": "49.990",
            "amount_unit": "usd_millis", "exchange_rate": "1.000000",
            "payer_address": "0x0303030303030303030303030303030303030303",
            "payment_address": "0x0505050505050505050505050505050505050505", "tx_hash": "0x77",
            "explorer_url": "https://scan.example/tx/0x77", "block_number": 100,
            "block_hash": format!("0x{}", "ab".repeat(32)), "log_index": 4, "confirmations": 2,
            "required_confirmations": 3, "late": false, "reverted": false, "detected_at": 1_766_322_010,
            "confirmed_at": null, "created_at": 1_766_322_011, "updated_at": 1_766_322_012,
        })
    );
}

#[test]
fn confirmations_never_contradict_the_status() {
    assert_eq!(shown(&pending(), None)["confirmations"], 0);
    let confirmed = payment::Payment { confirmed_at: Some(Millis(1)), status: Status::Confirmed, ..pending() };
    assert_eq!(shown(&confirmed, Some(100))["confirmations"], 3);
    assert_eq!(shown(&confirmed, Some(500))["confirmations"], 401);
    assert_eq!(shown(&confirmed, None)["settlement"]["stage"], "queued");
    let reverted = payment::Payment { reverted: true, confirmed_at: None, ..pending() };
    assert_eq!(shown(&reverted, Some(500))["confirmations"], 0);
    let late = payment::Payment { standing: Some(Standing::Late), status: Status::ManualRetry, ..pending() };
    assert_eq!(
        (&shown(&late, None)["late"], &shown(&late, None)["settlement_status"]),
        (&json!(true), &json!("manual"))
    );
}
