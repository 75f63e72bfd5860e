//! Instants and events in words, for people at a terminal.

use pepay_core::time::Millis;
use serde_json::Value;

/// Changes of an object that tell nobody anything.
const NOISE: [&str; 2] = ["updated_at", "last_payment_at"];
/// Changes told of one event; more would not fit a line.
const MAX_CHANGES: usize = 4;

/// The time of day, in UTC.
pub(crate) fn time_of_day(at: Millis) -> String {
    let seconds = at.secs().rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The id of the invoice that `event` is about; empty when it is about none.
pub(crate) fn invoice_of(event: &Value) -> &str {
    let object = &event["data"]["object"];
    let key = if object["object"] == "invoice" { "id" } else { "invoice_id" };
    object[key].as_str().unwrap_or_default()
}

/// What `event` says: what changed, or how its object stands.
pub(crate) fn news(event: &Value) -> String {
    let object = &event["data"]["object"];
    let before = event["data"]["previous_attributes"].as_object();
    let changes: Vec<String> = before
        .into_iter()
        .flatten()
        .filter(|(name, was)| !NOISE.contains(&name.as_str()) && is_plain(was) && is_plain(&object[name.as_str()]))
        .map(|(name, was)| format!("{name} {} -> {}", plain(was), plain(&object[name.as_str()])))
        .take(MAX_CHANGES)
        .collect();
    match object["status"].as_str() {
        Some(status) if changes.is_empty() => status.to_owned(),
        _ => changes.join(", "),
    }
}

fn is_plain(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_day_has_24_hours() {
        assert_eq!(time_of_day(Millis(0)), "00:00:00Z");
        assert_eq!(time_of_day(Millis(1_766_322_000_999)), "13:00:00Z");
    }

    #[test]
    fn an_event_says_what_changed_or_how_things_stand() {
        let event =
            |object: Value, before: Value| json!({ "data": { "object": object, "previous_attributes": before } });
        let invoice = json!({ "object": "invoice", "id": "i", "status": "paid", "exception": null, "metadata": {} });
        let paid = event(invoice.clone(), json!({ "status": "unpaid", "metadata": {}, "exception": "x" }));
        assert_eq!(news(&paid), "exception x -> null, status unpaid -> paid");
        assert_eq!(news(&event(invoice, json!({}))), "paid");
        assert_eq!(invoice_of(&paid), "i");
        let payment = event(json!({ "object": "invoice_payment", "id": "p", "invoice_id": "i" }), json!({}));
        assert_eq!(invoice_of(&payment), "i");
        assert_eq!((news(&json!({})).as_str(), invoice_of(&json!({}))), ("", ""));
    }
}
