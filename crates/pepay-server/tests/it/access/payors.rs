//! The payor's side of the gate: session headers.

use pepay_core::credential::{ServerKey, Session};
use pepay_core::id::InvoiceId;
use pepay_core::time::Millis;

use super::secrets::SERVER_KEY;
use super::{Credential, Gate, Opens, ROUTES, Refusal, api_key, bearer, session};
use crate::input::Request;
use crate::world::Invoice;

const AT: Millis = Millis(1_766_322_000_000);
const INVALID: Refusal<'static> = Refusal::new(401, "SESSION_INVALID", "");
const UNKNOWN: Refusal<'static> = Refusal::new(404, "SESSION_NOT_FOUND", "");
const MISMATCH: Refusal<'static> = Refusal::new(403, "INVALID_SIGNATURE", "");

pub(super) async fn refused(gate: &mut Gate<'_>) {
    let (invoice, other) = (gate.invoice().await, gate.invoice().await);
    let cases = [malformed(&invoice), wrong(&invoice, &other)].concat();
    for route in ROUTES.iter().filter(|route| route.opens != Opens::Merchant) {
        for (who, credential, refusal) in &cases {
            gate.refuse(route, who, (&invoice, credential), *refusal).await;
        }
        if route.opens == Opens::Payor {
            let kind = Refusal::new(403, "CREDENTIAL_KIND_NOT_ALLOWED", "");
            for (who, credential) in [
                ("a merchant", api_key(&gate.key)),
                ("a merchant with half a session", [session(&invoice)[..1].to_vec(), api_key(&gate.key)].concat()),
                ("a mistyped key", api_key("sk_test_x")),
                ("a dashboard", bearer("a.b.c")),
            ] {
                gate.refuse(route, who, (&invoice, &credential), kind).await;
            }
        } else {
            // The session is good, but of another invoice.
            let not_found = Refusal::new(404, "INVOICE_NOT_FOUND", "");
            gate.refuse(route, "the payor of another invoice", (&invoice, &session(&other)), not_found).await;
        }
    }
    expired(gate).await;
}

type Case = (&'static str, Credential, Refusal<'static>);

fn pair(token: &str, signature: &str) -> Credential {
    vec![("x-session-token", token.to_owned()), ("x-signature", signature.to_owned())]
}

fn malformed(invoice: &Invoice) -> Vec<Case> {
    let (token, signature) = (invoice.session_token.as_str(), invoice.signature.as_str());
    let (hash, ms) = signature.split_once('.').expect("a signature has two parts");
    let cases = [
        ("nobody", Vec::new()),
        ("a token alone", session(invoice)[..1].to_vec()),
        ("a signature alone", session(invoice)[1..].to_vec()),
        ("an empty token", pair("", signature)),
        ("an empty signature", pair(token, "")),
        ("a token without its mark", pair(&token[4..], signature)),
        ("a token with another mark", pair(&token.replacen("pst_", "psk_", 1), signature)),
        ("a token cut short", pair(&token[..token.len() - 4], signature)),
        ("a token with a character too many", pair(&format!("{token}11111"), signature)),
        ("a token that is no base58", pair(&format!("{}0OIl", &token[..token.len() - 4]), signature)),
        ("a signature without its time", pair(token, hash)),
        ("a signature in capitals", pair(token, &signature.to_uppercase())),
        ("a signature that is no hex", pair(token, &format!("g{}", &signature[1..]))),
        ("a signature cut short", pair(token, &signature[1..])),
        ("a time in seconds", pair(token, &format!("{hash}.{}", &ms[..10]))),
        ("a time that is no number", pair(token, &format!("{hash}.{}x", &ms[..12]))),
    ];
    cases.into_iter().map(|(who, credential)| (who, credential, INVALID)).collect()
}

fn wrong(invoice: &Invoice, other: &Invoice) -> Vec<Case> {
    let (token, signature) = (invoice.session_token.as_str(), invoice.signature.as_str());
    let (hash, ms) = signature.split_once('.').expect("a signature has two parts");
    let nobodys: InvoiceId = "0198b2c4-0000-7000-8000-000000000001".parse().expect("an id");
    let issued = |key: [u8; 32], id: InvoiceId| {
        let Session { token, signature } = Session::issue(&ServerKey::new(key), id, AT);
        pair(&token, &signature)
    };
    vec![
        ("a session of another server", issued([1; 32], invoice.key()), UNKNOWN),
        ("a session of no invoice", issued(SERVER_KEY, nobodys), UNKNOWN),
        ("the signature of another session", pair(token, &other.signature), MISMATCH),
        ("the token of another session", pair(&other.session_token, signature), MISMATCH),
        ("another time", pair(token, &format!("{hash}.{}", AT.0)), MISMATCH),
        ("a signature of zeros", pair(token, &format!("{}.{ms}", "0".repeat(64))), MISMATCH),
    ]
}

async fn expired(gate: &mut Gate<'_>) {
    let invoice = gate.world.merchant.create_for("1.00", 1).await;
    gate.secrets.keep_session(&invoice);
    gate.world.merchant.wait_status(&invoice, "expired").await;
    for path in ["session-details", "available-tokens", "payment-status", "customer-email", "invoice-questions"] {
        let path = format!("/api/v1/payments/{path}");
        let reply = gate.send(&super::with(Request::new("GET", &*path), &session(&invoice))).await;
        Refusal::new(404, "SESSION_EXPIRED", "").check(&reply, &path);
    }
}

pub(super) async fn let_in(gate: &mut Gate<'_>) {
    let key = api_key(&gate.key);
    for route in ROUTES.iter().filter(|route| route.opens != Opens::Merchant) {
        let invoice = gate.invoice().await;
        gate.let_in_to(route, "its payor", (&invoice, &session(&invoice))).await;
        // A page that sends everything it has is a payor all the same.
        let both = [session(&invoice), key.clone()].concat();
        gate.let_in_to(route, "its payor with a key", (&invoice, &both)).await;
    }
}
