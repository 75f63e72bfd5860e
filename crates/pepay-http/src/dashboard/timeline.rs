//! What happened to an invoice, from its events.

use pepay_core::event::Type;
use pepay_engine::search::Stored;
use serde_json::Value;

use super::format::{self, Moment};

/// One thing that happened.
pub(super) struct Entry {
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) at: Moment,
    pub(super) event: String,
}

/// The newest first.
pub(super) fn entries(events: &[Stored]) -> Vec<Entry> {
    events.iter().rev().map(entry).collect()
}

fn entry(stored: &Stored) -> Entry {
    let data: Value = serde_json::from_str(&stored.event.data).unwrap_or_default();
    let (object, before) = (&data["object"], &data["previous_attributes"]);
    let status = object["status"].as_str().unwrap_or_default();
    let changed = before.get("status").is_some();
    let money = |value: &Value| format::usd(value.as_i64().unwrap_or_default());
    let (tone, title, detail) = match stored.event.kind {
        Type::InvoiceCreated => ("", "Invoice created".to_owned(), money(&object["amount"])),
        Type::InvoiceUpdated if changed => {
            (format::tone(status), format!("Invoice {}", format::words(status).to_lowercase()), String::new())
        }
        Type::InvoiceUpdated if only_payer(before) => ("", "Payer noted".to_owned(), String::new()),
        Type::InvoiceUpdated => ("", "Invoice changed".to_owned(), changes(before)),
        Type::QuoteUpdated => ("", "The payor was given a price".to_owned(), String::new()),
        Type::TestPing => ("", "Test ping".to_owned(), String::new()),
        Type::PaymentCreated => ("warn", "Payment seen".to_owned(), payment(object)),
        Type::PaymentUpdated if object["reverted"] == true => {
            ("bad", "Payment taken away by a reorganisation".to_owned(), payment(object))
        }
        Type::PaymentUpdated if changed => {
            (format::tone(status), format!("Payment: {}", format::words(status).to_lowercase()), payment(object))
        }
        Type::PaymentUpdated => ("", "Payment changed".to_owned(), payment(object)),
    };
    Entry { tone, title, detail, at: format::moment(stored.id.at), event: stored.id.to_string() }
}

fn payment(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let network = format::network(&text(&object["network"]));
    let amount = text(&object["amount_token"]);
    format!("{} {} on {network}", format::trimmed(&amount), text(&object["token"]["token_symbol"]))
}

/// Whether nothing but who paid last was noted.
fn only_payer(before: &Value) -> bool {
    let about_payer =
        |name: &String| matches!(name.as_str(), "last_payment_at" | "payer_wallet_address" | "payer_wallet_network");
    before.as_object().is_some_and(|fields| fields.keys().all(about_payer))
}

fn changes(before: &Value) -> String {
    let names = before.as_object().map(|fields| fields.keys().map(|name| name.replace('_', " ")).collect::<Vec<_>>());
    names.unwrap_or_default().join(", ")
}
