//! Events as payors see them: the envelope and, of each object, only the fields listed here.
//!
//! What a merchant's object gains later stays hidden until somebody adds it to a list. The merchant's request, its
//! notes and its customer are on none. Values pass through as they were stored.

use pepay_core::id::InvoiceId;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::session::PaymentAddress;

/// Fields of an object that payors may see, in this order; each is there only if the object has it.
macro_rules! shown {
    ($(#[$meta:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Deserialize, Serialize)]
        #[expect(clippy::struct_field_names, reason = "fields are named as on the wire")]
        struct $name<'a> {
            $(
                #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
                $field: Option<&'a RawValue>,
            )*
        }

        impl $name<'_> {
            const fn is_empty(&self) -> bool {
                true $(&& self.$field.is_none())*
            }
        }
    };
}

shown! {
    /// An invoice.
    Invoice {
        object, id, status, invoice_type, currency, amount, amount_decimal, amount_paid, amount_paid_decimal,
        amount_remaining, amount_remaining_decimal, amount_overpaid, amount_overpaid_decimal, amount_unit, environment,
        description, title, footer, expires_at, created_at, paid_at, last_payment_at, exception,
    }
}

shown! {
    /// A payment.
    Payment {
        object, id, invoice_id, status, environment, network, token, amount_token, amount_base_units, amount,
        amount_decimal, amount_unit, exchange_rate, payment_address, tx_hash, explorer_url, block_number,
        confirmations, required_confirmations, late, reverted, detected_at, confirmed_at, created_at, updated_at,
    }
}

shown! {
    /// A quote: what the payor was answered, but for the credential in it.
    Quote {
        object, invoice_id, quote_status, status_code, message, temp_address, network, supported_token_id,
        estimated_token_amount, estimated_base_units, exchange_rate, usd_amount, quote_last_updated_at,
        quote_valid_until, quote_expires_in_seconds, retryable, retry_after_seconds,
    }
}

/// A value that is there, be it null.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// The merchant's event, as far as it is read.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    r#type: &'a str,
    #[serde(borrow)]
    created: &'a RawValue,
    #[serde(borrow)]
    livemode: &'a RawValue,
    #[serde(borrow)]
    data: Data<&'a RawValue>,
}

#[derive(Deserialize, Serialize)]
struct Data<T> {
    object: T,
    previous_attributes: T,
}

#[derive(Serialize)]
struct Shown<'a, T> {
    id: &'a RawValue,
    object: &'static str,
    api_version: &'static str,
    r#type: &'a str,
    created: &'a RawValue,
    livemode: &'a RawValue,
    pending_webhooks: u32,
    request: crate::EventRequest<'static>,
    data: Data<T>,
}

/// The event `json` as the payor of its invoice sees it; `None` when nothing the payor can see changed.
pub fn payor_event(json: &str) -> Option<String> {
    let told: Told<'_> = serde_json::from_str(json).ok()?;
    match told.r#type {
        "invoice.created" | "invoice.updated" => show(&told, Invoice::is_empty),
        "invoice_payment.created" | "invoice_payment.updated" => show(&told, Payment::is_empty),
        "payment_quote.updated" => show(&told, Quote::is_empty),
        _ => None,
    }
}

fn show<'a, T: Deserialize<'a> + Serialize>(told: &Told<'a>, is_empty: impl Fn(&T) -> bool) -> Option<String> {
    let read = |value: &'a RawValue| serde_json::from_str::<T>(value.get()).ok();
    let data = Data { object: read(told.data.object)?, previous_attributes: read(told.data.previous_attributes)? };
    // A change that the payor cannot see is the merchant's own affair, and so is when it happened.
    let of_merchant = told.data.previous_attributes.get() != "{}" && is_empty(&data.previous_attributes);
    let shown = Shown {
        id: told.id,
        object: "event",
        api_version: crate::API_VERSION,
        r#type: told.r#type,
        created: told.created,
        livemode: told.livemode,
        pending_webhooks: 0,
        request: crate::EventRequest { id: None, idempotency_key: None },
        data,
    };
    (!of_merchant).then(|| serde_json::to_string(&shown).ok()).flatten()
}

/// The stored `data` of a `payment_quote.updated`: what the payor was answered, without the credential in it.
///
/// # Panics
/// Never: wire objects always serialise, and to objects.
pub fn quote_data(invoice: InvoiceId, answer: &PaymentAddress) -> String {
    let answer = to_raw_value(answer).expect("wire objects always serialise");
    let object = to_raw_value("payment_quote").expect("texts always serialise");
    let invoice = to_raw_value(&invoice.to_string()).expect("texts always serialise");
    let quote: Quote<'_> = serde_json::from_str(answer.get()).expect("wire objects are objects");
    crate::data(&Quote { object: Some(&object), invoice_id: Some(&invoice), ..quote }, None::<&()>)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn shown(kind: &str, object: &Value, previous: &Value) -> Option<Value> {
        let event = json!({
            "id": "evt_1-2", "object": "event", "api_version": "v", "type": kind, "created": 1, "livemode": false,
            "pending_webhooks": 3, "request": {"id": "req_1", "idempotency_key": "order-7"},
            "data": {"object": object, "previous_attributes": previous},
        });
        payor_event(&event.to_string()).map(|json| serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn only_listed_fields_are_shown() {
        let invoice = json!({
            "object": "invoice", "id": "i", "status": "paid", "merchant_id": 7, "customer_id": "c", "metadata": {"a": 1},
            "customer_email": "a@b.example", "paid_at": null, "receiver_override_address": "0x1", "new_field": 1,
        });
        let before = json!({"status": "unpaid", "paid_at": null, "safe_to_fulfill": false});
        let event = shown("invoice.updated", &invoice, &before).unwrap();
        let object = json!({"object": "invoice", "id": "i", "status": "paid", "paid_at": null});
        let data = json!({"object": object, "previous_attributes": {"status": "unpaid", "paid_at": null}});
        assert_eq!(event["data"], data);
        assert_eq!(event["request"], json!({"id": null, "idempotency_key": null}));
        assert_eq!((&event["id"], &event["pending_webhooks"]), (&json!("evt_1-2"), &json!(0)));
    }

    #[test]
    fn changes_of_what_is_hidden_are_not_told() {
        let invoice = json!({"object": "invoice", "id": "i"});
        assert_eq!(shown("invoice.updated", &invoice, &json!({"customer_email": null})), None);
        assert!(shown("invoice.created", &invoice, &json!({})).is_some());
        assert_eq!(shown("test.ping", &invoice, &json!({})), None);
    }

    #[test]
    fn a_quote_is_the_answer_without_its_credential() {
        let answer = json!({"success": true, "quote_status": "available", "ws_connection": {"token": "secret"}});
        let event = shown("payment_quote.updated", &answer, &json!({})).unwrap();
        assert_eq!(event["data"]["object"], json!({"quote_status": "available"}));
    }
}
