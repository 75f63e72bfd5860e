//! The description of the API (OpenAPI 3.1), made from the routes themselves.

use pepay_wire::{ErrorEnvelope, Event, EventData, RateLimited};
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, ResponseBuilder};

use crate::routes;

/// What every document starts from.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Pepay",
        version = "2025-12-16",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        description = "Accept tokens on many networks, receive one. Timestamps are whole epoch seconds, fields ending \
            in `_ms` milliseconds; integer amounts are `usd_millis` (1/1000 USD) with the dollars beside them as \
            `_decimal` text. Writes take an `Idempotency-Key` header (1 to 255 visible ASCII characters): the same key \
            with the same body gives the same answer, marked `Idempotent-Replayed: true`. Every answer carries \
            `x-request-id`."
    ),
    external_docs(url = "/docs/guide/", description = "The guide: quick start, concepts, webhooks, running Pepay"),
    tags(
        (name = "invoices", description = "Merchants: create, read, cancel and understand invoices."),
        (name = "tokens", description = "Merchants: which tokens payors may use."),
        (name = "wallets", description = "Merchants: where money goes."),
        (name = "access", description = "Merchants: environments and the gate before mainnet."),
        (name = "payments", description = "Payors: see, choose, be quoted, answer. Safe in a browser."),
        (name = "events", description = "Merchants: what happened, in order; and the token that opens the stream of it."),
        (name = "webhooks", description = "Merchants: be told of every event, and see what came of it."),
        (name = "verification", description = "Look at the chain again for one invoice."),
    ),
    components(schemas(ErrorEnvelope, RateLimited, Event, EventData)),
)]
struct Base;

/// The document that routes are added to.
pub(crate) fn base() -> OpenApi {
    Base::openapi()
}

/// Adds what all routes have in common: credentials and refusals.
pub(crate) fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    let header =
        |name: &str, text: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)));
    for (name, scheme) in [
        ("api_key", header("x-api-key", "A merchant's server key: `sk_test_…` on devnet, `sk_live_…` on mainnet.")),
        ("dashboard", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer))),
        ("session_token", header("x-session-token", "A payor's session: `pst_…`.")),
        ("session_signature", header("x-signature", "The signature issued with the session.")),
    ] {
        components.add_security_scheme(name, scheme);
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            refusals(operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn refusals(operation: &mut Operation) {
    let refusal = |text: &str, schema: &str| {
        let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name(schema))));
        ResponseBuilder::new().description(text).content("application/json", content).build()
    };
    let responses = &mut operation.responses.responses;
    responses.insert("429".to_owned(), refusal("Too many requests; see `Retry-After`.", "RateLimited").into());
    responses.insert("default".to_owned(), refusal("Refused or failed; see `error.code`.", "ErrorEnvelope").into());
}

/// The document as the server gives it at `/openapi.json`.
pub fn json() -> String {
    text(&finish(routes::api().into_openapi()))
}

pub(crate) fn text(document: &OpenApi) -> String {
    let mut text = document.to_pretty_json().expect("a description always serialises");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_committed_description_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/openapi.json");
        let wanted = super::json();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, wanted).unwrap();
        } else {
            let fresh = fs::read_to_string(&path).is_ok_and(|committed| committed == wanted);
            assert!(fresh, "openapi/openapi.json is out of date; run this test with UPDATE_EXPECT=1");
        }
    }

    #[test]
    fn every_operation_says_who_may_call_it() {
        let document: serde_json::Value = serde_json::from_str(&super::json()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["security"].is_array(), "{method} {path} names no credential");
                assert!(operation["summary"].is_string(), "{method} {path} says nothing");
                assert!(operation["responses"]["429"].is_object(), "{method} {path}");
            }
        }
    }

    #[test]
    fn names_are_unique_and_references_resolve() {
        let document: serde_json::Value = serde_json::from_str(&super::json()).unwrap();
        let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        let mut names: Vec<_> = items.map(|operation| operation["operationId"].as_str().unwrap()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        let text = super::json();
        for reference in text.split("\"$ref\": \"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
        }
    }
}
