//! Who may do what: every route against every kind of credential, in every condition, with the exact refusal; and no
//! secret in any answer or log line.

use serde_json::Value;

use crate::input::{Refusal, Reply, Request};
use crate::world::{Database, Invoice, Token, World};

mod browsers;
pub(crate) mod keys;
mod limits;
mod merchants;
mod payors;
mod routes;
mod secrets;

use routes::{ELSEWHERE, Opens, ROUTES, Route};
use secrets::Secrets;

crate::on_both_databases! {
    merchant_routes_open_to_merchants_only,
    payor_routes_open_to_their_payor_only,
    nobody_reaches_the_objects_of_others,
    a_revoked_key_in_use_stops_working,
    browsers_reach_payor_routes_only,
    too_many_requests_are_told_to_wait,
}

async fn merchant_routes_open_to_merchants_only(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    gate.every_route_is_known().await;
    merchants::refused(&mut gate).await;
    merchants::let_in(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

async fn payor_routes_open_to_their_payor_only(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    payors::refused(&mut gate).await;
    payors::let_in(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

async fn nobody_reaches_the_objects_of_others(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    merchants::strangers(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

async fn a_revoked_key_in_use_stops_working(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    merchants::revoked_in_use(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

async fn browsers_reach_payor_routes_only(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    browsers::reach(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

async fn too_many_requests_are_told_to_wait(database: Database) {
    let world = World::start(database).await;
    let mut gate = Gate::open(&world).await;
    limits::told(&mut gate).await;
    gate.close().await;
    world.audit().await;
}

/// Headers that say who is asking.
type Credential = Vec<(&'static str, String)>;

/// Where everybody asks to be let in, and every answer is searched for secrets.
struct Gate<'a> {
    world: &'a World,
    key: String,
    secrets: Secrets,
    access_key: String,
    /// A webhook endpoint and a delivery to it, made anew with each invoice.
    webhook: (String, String),
    /// Of the latest invoice.
    event: String,
}

impl<'a> Gate<'a> {
    async fn open(world: &'a World) -> Self {
        let mut secrets = Secrets::new();
        let key = secrets.keep(keys::usual(world, world.merchant.id).await);
        let access_key = secrets.keep(keys::mainnet_granted(world, world.merchant.id).await);
        Self { world, key, secrets, access_key, webhook: Default::default(), event: String::new() }
    }

    /// Searches what was logged.
    async fn close(self) {
        self.secrets.not_logged(&self.world.files.directory);
        self.secrets.not_stored(self.world).await;
    }

    /// The table of routes is the API's own.
    async fn every_route_is_known(&mut self) {
        let document = self.send(&Request::new("GET", "/openapi.json")).await.json();
        let mut described: Vec<String> = Vec::new();
        for (path, methods) in document["paths"].as_object().expect("the description has paths") {
            for method in methods.as_object().expect("a path has methods").keys() {
                let name = path.replace("{invoiceId}", "{id}");
                described.push(format!("{} {name}", method.to_uppercase()));
            }
        }
        described.sort_unstable();
        let mut known: Vec<String> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        known.extend(ELSEWHERE.map(str::to_owned));
        known.sort_unstable();
        assert_eq!(described, known);
    }

    /// An invoice that every route has something to say about.
    async fn invoice(&mut self) -> Invoice {
        let questions = serde_json::json!({ "questions": [{ "id": "a", "question": "?", "type": "text" }] });
        let fields = serde_json::json!({ "questions": questions, "customer_id": "c-1" });
        let invoice = self.world.merchant.create_with("10.00", &fields).await;
        self.secrets.keep_session(&invoice);
        self.world.payor.choose(&invoice, "base", Token::Usdc).await;
        let verify = format!("/api/v1/invoice/{}/verify", invoice.id);
        self.world.payor.post(&invoice, &verify, &serde_json::json!({})).await.json();
        self.make_webhook().await;
        let events = self.world.merchant.get(&format!("/api/v1/events?invoice_id={}", invoice.id)).await.json();
        events["data"]["data"][0]["id"].as_str().expect("it was created").clone_into(&mut self.event);
        invoice
    }

    /// One that every route has something to say about. The one before goes, unless it is gone.
    async fn make_webhook(&mut self) {
        let merchant = &self.world.merchant;
        let (before, _) = &self.webhook;
        merchant.ask("DELETE", &format!("/api/v1/webhooks/{before}"), &Value::Null).await;
        let body = serde_json::json!({ "url": "http://127.0.0.1:18999/hook" });
        let made = merchant.ask("POST", "/api/v1/webhooks", &body).await.json();
        let text = |value: &Value, name: &str| value[name].as_str().expect("it is text").to_owned();
        let (id, secret) = (text(&made, "id"), text(&made, "secret"));
        let ping = merchant.ask("POST", &format!("/api/v1/webhooks/{id}/test"), &Value::Null).await.json();
        self.webhook = (id, text(&ping, "id"));
        self.secrets.keep(secret);
    }

    /// A request to `route` about `invoice`, without credential.
    fn request(&self, route: &Route, invoice: &Invoice) -> Request {
        let path = route.path.replace("{id}", &invoice.id).replace("{customerId}", "c-1");
        let path = path.replace("{eventId}", &self.event).replace("{tokenId}", &Token::Usdc.id("base").to_string());
        let path = path.replace("{webhookId}", &self.webhook.0).replace("{deliveryId}", &self.webhook.1);
        let request = Request::new(route.method, path);
        if route.body.is_empty() {
            return request;
        }
        let token = Token::Usdc.id("base").to_string();
        request.json(route.body.replace("TOKEN", &token).replace("ACCESS", &self.access_key))
    }

    async fn send(&mut self, request: &Request) -> Reply {
        let reply = request.send(&self.world.files.address).await;
        self.secrets.not_told(request, &reply);
        reply
    }

    /// Expects `route` to refuse `credential` so.
    async fn refuse(&mut self, route: &Route, who: &str, to: (&Invoice, &Credential), refusal: Refusal<'_>) {
        let (invoice, credential) = to;
        let request = with(self.request(route, invoice), credential);
        let reply = self.send(&request).await;
        refusal.check(&reply, &format!("{who} at {} {}", route.method, route.path));
    }

    /// Expects `route` to let `credential` in.
    async fn let_in(&mut self, route: &Route, who: &str, credential: &Credential) -> Value {
        let invoice = self.invoice().await;
        self.let_in_to(route, who, (&invoice, credential)).await
    }

    async fn let_in_to(&mut self, route: &Route, who: &str, to: (&Invoice, &Credential)) -> Value {
        let (invoice, credential) = to;
        let mut request = with(self.request(route, invoice), credential);
        if route.method != "GET" {
            // So that answers are written down, which must not keep what they give away.
            let key = format!("{who}{}{}", route.path, invoice.id);
            request = request.header("idempotency-key", key.replace(' ', "-"));
        }
        let reply = self.send(&request).await;
        assert_eq!(reply.status, route.status, "{who} at {} {}: {}", route.method, route.path, reply.text());
        reply.json()
    }
}

fn with(request: Request, credential: &Credential) -> Request {
    credential.iter().fold(request, |request, (name, value)| request.header(name, value.as_str()))
}

fn session(invoice: &Invoice) -> Credential {
    vec![("x-session-token", invoice.session_token.clone()), ("x-signature", invoice.signature.clone())]
}

fn api_key(key: &str) -> Credential {
    vec![("x-api-key", key.to_owned())]
}

fn bearer(token: &str) -> Credential {
    vec![("authorization", format!("Bearer {token}"))]
}
