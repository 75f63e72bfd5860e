//! The merchant's side of the gate: API keys and dashboard tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pepay_core::credential::ServerKey;
use pepay_core::id::MerchantId;
use pepay_core::time::Millis;
use serde_json::json;

use super::secrets::SERVER_KEY;
use super::{Credential, Gate, Opens, ROUTES, Refusal, api_key, bearer, keys, session};
use crate::input::Request;
use crate::world::{Token, wait_for};

type Case = (&'static str, Credential, Refusal<'static>);

const KIND: Refusal<'static> = Refusal::new(403, "CREDENTIAL_KIND_NOT_ALLOWED", "");
const TOKEN: Refusal<'static> = Refusal::new(401, "TOKEN_INVALID", "");
const KEY: Refusal<'static> = Refusal::new(401, "API_KEY_INVALID", "");
const LIFE_SECS: i64 = 3_600;

pub(super) async fn refused(gate: &mut Gate<'_>) {
    let invoice = gate.invoice().await;
    let cases = [no_key(gate), wrong_keys(gate).await, wrong_tokens(gate).await].concat();
    for route in ROUTES.iter().filter(|route| route.opens != Opens::Payor) {
        for (who, credential, refusal) in &cases {
            // Where a payor may ask too, nothing is taken for a payor who forgot its headers.
            let refusal = match (route.opens, *who) {
                (Opens::Either, _) if refusal.code == "CREDENTIAL_REQUIRED" => Refusal::new(401, "SESSION_INVALID", ""),
                _ => *refusal,
            };
            gate.refuse(route, who, (&invoice, credential), refusal).await;
        }
        if route.opens == Opens::Merchant {
            for (who, credential) in [("a payor", session(&invoice)), ("half a payor", session(&invoice)[..1].to_vec())]
            {
                gate.refuse(route, who, (&invoice, &credential), KIND).await;
            }
        }
    }
    let read = gate.world.merchant.read(&invoice).await;
    assert_eq!(read["status"], "unpaid", "nobody who was refused changed anything");
}

fn no_key(gate: &Gate<'_>) -> Vec<Case> {
    let missing = Refusal::new(401, "CREDENTIAL_REQUIRED", "");
    vec![
        ("nobody", Vec::new(), missing),
        ("basic authentication", vec![("authorization", "Basic dXNlcjpwYXNz".to_owned())], missing),
        ("a key as bearer", bearer(&gate.key), TOKEN),
    ]
}

async fn wrong_keys(gate: &mut Gate<'_>) -> Vec<Case> {
    let (world, id) = (gate.world, gate.world.merchant.id);
    let rival = world.another_merchant().await.id;
    let mut typo = gate.key.clone();
    let last = if typo.pop() == Some('x') { 'y' } else { 'x' };
    typo.push(last);
    let refusal = |code| Refusal::new(403, code, "");
    let cases = vec![
        ("an empty key", String::new(), KEY),
        ("a malformed key", "nonsense".to_owned(), KEY),
        ("another system's key", "sk_prod_0123456789abcdef0123456789abcdef012345".to_owned(), KEY),
        ("a mistyped key", typo, KEY),
        ("a short key", gate.key[..gate.key.len() - 1].to_owned(), KEY),
        ("a long key", format!("{}0", gate.key), KEY),
        ("an endless key", "k".repeat(4_000), KEY),
        ("an unknown key", keys::unknown(), KEY),
        ("a revoked key", keys::revoked(world, id).await, refusal("API_KEY_REVOKED")),
        ("an expired key", keys::expired(world, id).await, refusal("API_KEY_EXPIRED")),
        ("a suspended key", keys::suspended(world, id).await, refusal("API_KEY_SUSPENDED")),
        ("a live key without mainnet", keys::live(world, rival).await, refusal("ENVIRONMENT_NOT_ENABLED")),
    ];
    let cases = cases.into_iter().map(|(who, key, refusal)| {
        let secret = key.len() > 20;
        let key = if secret { gate.secrets.keep(key) } else { key };
        (who, api_key(&key), refusal)
    });
    cases.collect()
}

async fn wrong_tokens(gate: &mut Gate<'_>) -> Vec<Case> {
    let now = now(gate).await;
    let id = gate.world.merchant.id;
    let good = token(&ServerKey::new(SERVER_KEY), id, now);
    let [header, claims, signature] = parts(&good);
    let none = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
    let other = URL_SAFE_NO_PAD.encode(json!({ "alg": "HS512", "typ": "JWT" }).to_string());
    let read = URL_SAFE_NO_PAD.decode(&claims).expect("claims are base64");
    let raised = URL_SAFE_NO_PAD.encode(String::from_utf8_lossy(&read).replace(&format!("\"{id}\""), "\"1000\""));
    let later = Millis::from_secs(now.secs() - LIFE_SECS);
    let invoice = gate.invoice().await;
    let quoted = gate.world.payor.try_choose(&invoice, "base", Token::Usdc).await.json();
    let payors = quoted["ws_connection"]["token"].as_str().expect("a quote has a stream").to_owned();
    let tokens = [
        ("a scheme without a token", String::new(), Refusal::new(401, "CREDENTIAL_REQUIRED", "")),
        ("a malformed token", "a.b.c".to_owned(), TOKEN),
        ("a token signed by somebody else", token(&ServerKey::new([1; 32]), id, now), TOKEN),
        ("a token signed with the server key itself", token_by_root(&good), TOKEN),
        ("a token that has ended", token(&ServerKey::new(SERVER_KEY), id, later), TOKEN),
        ("a token without signature", format!("{none}.{claims}."), TOKEN),
        ("a token with alg none and a signature", format!("{none}.{claims}.{signature}"), TOKEN),
        ("a token with another alg", format!("{other}.{claims}.{signature}"), TOKEN),
        ("a token with other claims", format!("{header}.{raised}.{signature}"), TOKEN),
        ("a token cut short", good[..good.len() - 3].to_owned(), TOKEN),
        ("a payor's stream token", payors, KIND),
        (
            "a token of nobody",
            token(&ServerKey::new(SERVER_KEY), MerchantId(99), now),
            Refusal::new(404, "MERCHANT_NOT_FOUND", ""),
        ),
    ];
    let kept = tokens.map(|(who, token, refusal)| {
        let token = if token.len() > 20 { gate.secrets.keep(token) } else { token };
        (who, bearer(&token), refusal)
    });
    kept.to_vec()
}

/// The server's time, to the second.
async fn now(gate: &Gate<'_>) -> Millis {
    let invoice = gate.world.merchant.create("1.00").await;
    Millis::from_secs(gate.world.merchant.read(&invoice).await["created_at"].as_i64().expect("epoch seconds"))
}

fn token(key: &ServerKey, merchant: MerchantId, now: Millis) -> String {
    pepay_http::auth::dashboard_token(key, merchant, now, LIFE_SECS).expect("a token can be signed")
}

fn parts(token: &str) -> [String; 3] {
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts.try_into().expect("a token has three parts")
}

// The same claims under a signature by the key that the signing key is derived from.
fn token_by_root(good: &str) -> String {
    let [header, claims, _] = parts(good);
    let signed = format!("{header}.{claims}");
    let tag = ServerKey::new(SERVER_KEY).derive(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

pub(super) async fn let_in(gate: &mut Gate<'_>) {
    let now = now(gate).await;
    let id = gate.world.merchant.id;
    let token = gate.secrets.keep(token(&ServerKey::new(SERVER_KEY), id, now));
    let reader = gate.secrets.keep(keys::read_only(gate.world, id).await);
    let (key, reader) = (api_key(&gate.key), api_key(&reader));
    let small = vec![("authorization", format!("bearer {token}"))];
    for route in ROUTES.iter().filter(|route| route.opens != Opens::Payor) {
        gate.let_in(route, "a key", &key).await;
        gate.let_in(route, "a dashboard", &bearer(&token)).await;
        gate.let_in(route, "a dashboard in small letters", &small).await;
        // Whoever sends a session along is a merchant all the same.
        let invoice = gate.invoice().await;
        let both = [key.clone(), session(&invoice)].concat();
        gate.let_in_to(route, "a key and a session", (&invoice, &both)).await;
        if route.writes {
            let invoice = gate.invoice().await;
            let refusal = Refusal::new(403, "INSUFFICIENT_PERMISSION", "");
            gate.refuse(route, "a key that may only read", (&invoice, &reader), refusal).await;
        } else {
            gate.let_in(route, "a key that may only read", &reader).await;
        }
    }
    environments(gate, &key, &bearer(&token)).await;
    access_keys(gate, &key).await;
}

/// A key works in its environment only; a dashboard wherever it is open.
async fn environments(gate: &mut Gate<'_>, key: &Credential, dashboard: &Credential) {
    let closed = Refusal::new(403, "ENVIRONMENT_NOT_ENABLED", "");
    for path in
        ["/api/v1/invoices", "/api/v1/invoices/totals", "/api/v1/merchant/tokens", "/api/v1/merchant/tokens/search"]
    {
        let ask =
            |environment: &str, who| super::with(Request::new("GET", format!("{path}?environment={environment}")), who);
        assert_eq!(gate.send(&ask("devnet", key)).await.status, 200, "{path}");
        assert_eq!(gate.send(&ask("mainnet", dashboard)).await.status, 200, "{path}: mainnet is open to it");
        closed.check(&gate.send(&ask("mainnet", key)).await, path);
    }
    let rival = gate.world.another_merchant().await.id;
    let now = now(gate).await;
    let theirs = gate.secrets.keep(token(&ServerKey::new(SERVER_KEY), rival, now));
    let ask = super::with(Request::new("GET", "/api/v1/invoices?environment=mainnet"), &bearer(&theirs));
    closed.check(&gate.send(&ask).await, "a dashboard without mainnet");
    let put = Request::new("PUT", "/api/v1/user/environment").json(r#"{"environment":"mainnet"}"#);
    closed.check(&gate.send(&super::with(put, &bearer(&theirs))).await, "moving there without mainnet");
}

async fn access_keys(gate: &mut Gate<'_>, key: &Credential) {
    let rival = gate.world.another_merchant().await.id;
    let theirs = gate.secrets.keep(keys::mainnet_granted(gate.world, rival).await);
    for access_key in ["nonsense", &theirs, &theirs[1..]] {
        let body = json!({ "access_key": access_key }).to_string();
        let request = super::with(Request::new("POST", "/api/v1/user/mainnet-access/activate").json(body), key);
        let reply = gate.send(&request).await;
        Refusal::new(403, "ACCESS_KEY_INVALID", "/access_key").check(&reply, "another's access key");
    }
}

/// What belongs to another merchant or another environment does not exist.
pub(super) async fn strangers(gate: &mut Gate<'_>) {
    let invoice = gate.invoice().await;
    let id = gate.world.merchant.id;
    let rival = gate.world.another_merchant().await.id;
    let now = now(gate).await;
    let (rivals, live) = (keys::usual(gate.world, rival).await, keys::live(gate.world, id).await);
    let (rivals, live) = (gate.secrets.keep(rivals), gate.secrets.keep(live));
    let dashboard = gate.secrets.keep(token(&ServerKey::new(SERVER_KEY), rival, now));
    let open = json!({ "access_key": gate.access_key }).to_string();
    let open = Request::new("POST", "/api/v1/user/mainnet-access/activate").json(open);
    let opened = gate.send(&super::with(open, &api_key(&gate.key))).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    let strangers = [
        ("another merchant", api_key(&rivals)),
        ("another environment", api_key(&live)),
        ("another dashboard", bearer(&dashboard)),
    ];
    let about_invoices = |path: &str| path.contains("{id}");
    for route in ROUTES.iter().filter(|route| route.opens != Opens::Payor && about_invoices(route.path)) {
        for (who, credential) in &strangers {
            gate.refuse(route, who, (&invoice, credential), Refusal::new(404, "INVOICE_NOT_FOUND", "")).await;
        }
    }
    for (who, credential) in &strangers {
        for path in ["/api/v1/invoices", "/api/v1/invoices/customer/c-1", "/api/v1/invoices?customer_id=c-1"] {
            let list = gate.send(&super::with(Request::new("GET", path), credential)).await;
            assert_eq!((list.status, &list.json()["data"]), (200, &json!([])), "{who} {path}");
        }
        let totals = gate.send(&super::with(Request::new("GET", "/api/v1/invoices/totals"), credential)).await;
        assert_eq!(totals.json()["totals"]["all"]["count"], 0, "{who}");
        let cursor = format!("/api/v1/invoices?starting_after={}", invoice.id);
        let list = gate.send(&super::with(Request::new("GET", cursor), credential)).await;
        assert_eq!((list.status, &list.json()["data"]), (200, &json!([])), "{who}: a cursor shows nothing");
    }
    let block = ROUTES.iter().find(|route| route.path.ends_with("/block")).expect("there is such a route");
    let refusal = Refusal::new(404, "TOKEN_NOT_FOUND", "");
    gate.refuse(block, "a token of another environment", (&invoice, &api_key(&live)), refusal).await;
    let read = gate.world.merchant.read(&invoice).await;
    assert_eq!(read["status"], "unpaid", "no stranger changed anything");
}

/// A node remembers keys for a moment; a revoked one must stop working all the same.
pub(super) async fn revoked_in_use(gate: &mut Gate<'_>) {
    let id = gate.world.merchant.id;
    let (key_id, key) = keys::with_id(gate.world, id).await;
    let key = gate.secrets.keep(key);
    let list = super::with(Request::new("GET", "/api/v1/invoices"), &api_key(&key));
    assert_eq!(gate.send(&list).await.status, 200);
    keys::revoke(gate.world, id, key_id).await;
    let refused = wait_for("the revoked key to stop working", async || {
        let reply = gate.send(&list).await;
        if reply.status == 200 { Err("it still works") } else { Ok(reply) }
    })
    .await;
    Refusal::new(403, "API_KEY_REVOKED", "").check(&refused, "a revoked key");
}
