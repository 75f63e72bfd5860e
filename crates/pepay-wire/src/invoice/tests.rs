use pepay_core::id::MerchantId;
use pepay_core::invoice::Terms;
use pepay_core::money::BasisPoints;
use pepay_core::network;
use serde_json::json;

use super::*;

fn unpaid() -> invoice::Invoice {
    invoice::Invoice {
        id: "019b3f10-0000-7000-8000-000000000001".parse().unwrap(),
        merchant_id: MerchantId(7),
        environment: network::Environment::Devnet,
        amount: UsdMillis::new(49_990).unwrap(),
        tolerance: BasisPoints::ZERO,
        terms: Terms { metadata: Some(r#"{"order":12345678901234567890}"#.to_owned()), ..Terms::default() },
        created_at: Millis(1_766_322_000_999),
        expires_at: Millis(1_766_365_200_999),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    }
}

#[test]
fn an_invoice_shows_every_field_of_the_contract() {
    let shown = serde_json::to_value(Invoice::new(&unpaid())).unwrap();
    assert_eq!(
        shown,
        json!({
            "object": "invoice", "id": "019b3f10-0000-7000-8000-000000000001", "merchant_id": 7, "status": "unpaid",
            "invoice_type": "standard", "currency": "usd", "amount": 49990, "amount_decimal": "49.990",
            "amount_paid": 0, "amount_paid_decimal": "0.000", "amount_remaining": 49990,
            "amount_remaining_decimal": "49.990", "amount_overpaid": 0, "amount_overpaid_decimal": "0.000",
            "amount_unit": "usd_millis", "customer_id": null, "payer_wallet_address": null,
            "payer_wallet_network": null, "commerce_order_id": null, "environment": "devnet", "description": null,
            "title": null, "footer": null, "customer_email": null, "payment_return_url": null,
            "receiver_override_address": null, "expires_at": 1_766_365_200, "created_at": 1_766_322_000,
            "paid_at": null, "last_payment_at": null, "safe_to_fulfill": false, "exception": null,
            "metadata": {"order": 12_345_678_901_234_567_890_u64}, "questions": null, "responses": null,
        })
    );
}

#[test]
fn expansion_shows_null_for_no_payment() {
    let mut shown = Invoice::new(&unpaid());
    shown.latest_payment = Some(None);
    shown.payments = Some(Vec::new());
    let shown = serde_json::to_value(shown).unwrap();
    assert_eq!((&shown["latest_payment"], &shown["payments"]), (&json!(null), &json!([])));
    assert!(shown.as_object().unwrap().contains_key("latest_payment"));
}

#[test]
fn the_answer_to_a_create_is_that_of_the_contract() {
    let session = Session { token: "pst_abc".to_owned(), signature: "00ff.1766322000999".to_owned() };
    let created = CreatedInvoice::new(&unpaid(), &session, "https://pay.example");
    assert_eq!(
        serde_json::to_value(created).unwrap(),
        json!({
            "invoice_id": "019b3f10-0000-7000-8000-000000000001",
            "payment_url": "https://pay.example/pay?session=pst_abc&signature=00ff.1766322000999",
            "expires_at": 1_766_365_200, "session_token": "pst_abc", "signature": "00ff.1766322000999",
            "payment_session_headers": {"x-session-token": "pst_abc", "x-signature": "00ff.1766322000999"},
        })
    );
}
