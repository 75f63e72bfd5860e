//! A shop in axum: an order becomes an invoice, its payor goes to the hosted page, and a verified webhook marks it paid.
//!
//! Run it beside a `pepay dev`: it reads dev.json and registers its own endpoint.

mod orders;
mod settings;

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use pepay_client::types::{CreateInvoice, CreateWebhook, WebhookWithSecret};
use pepay_client::webhook::VerifiedWebhook;
use pepay_client::{ListPage, Pepay, TryStreamExt as _, Usd, WebhookVerifier};
use serde_json::json;

use orders::Orders;

const PRICE: Usd = Usd::from_cents(4_999);

#[derive(Clone)]
struct Shop {
    pepay: Pepay,
    orders: Arc<Orders>,
    verifier: WebhookVerifier,
}

impl FromRef<Shop> for WebhookVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = settings::read()?;
    let pepay = Pepay::builder(settings.url).api_key(settings.api_key).build()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", settings.port)).await?;
    let here = format!("http://localhost:{}", listener.local_addr()?.port());
    let verifier = WebhookVerifier::new([webhook_secret(&pepay, &format!("{here}/webhooks")).await?])?;
    let shop = Shop { pepay, orders: Arc::default(), verifier };
    let routes = Router::new()
        .route("/", get(front))
        .route("/orders", post(order))
        .route("/orders/{id}", get(status))
        .route("/webhooks", post(told))
        .with_state(shop);
    settings::announce(&here)?;
    Ok(axum::serve(listener, routes).await?)
}

async fn front() -> Html<&'static str> {
    Html(include_str!("front.html"))
}

// ANCHOR: order
async fn order(State(shop): State<Shop>) -> Response {
    let order = shop.orders.place();
    let invoice = CreateInvoice::new(PRICE).invoice_title("Desk lamp").metadata(json!({ "order": order }));
    // The order's id as the key: however often this is repeated, it is one invoice.
    match shop.pepay.invoices().create(&invoice).idempotency_key(format!("order-{order}")).await {
        Ok(invoice) => Redirect::to(&invoice.payment_url).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
// ANCHOR_END: order

// ANCHOR: webhook
async fn told(State(shop): State<Shop>, VerifiedWebhook(event): VerifiedWebhook) -> StatusCode {
    if let Some(invoice) = event.invoice() {
        let order = invoice.metadata.get("order").and_then(|order| order.as_str());
        // Deliveries repeat: `paid` does nothing the second time.
        if let Some(order) = order.filter(|_| invoice.safe_to_fulfill) {
            shop.orders.paid(order);
        }
    }
    StatusCode::NO_CONTENT
}
// ANCHOR_END: webhook

async fn status(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    match shop.orders.get(&id) {
        Some(order) => axum::Json(order).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Registers this shop's endpoint. In production you do this once and keep the secret.
async fn webhook_secret(pepay: &Pepay, url: &str) -> anyhow::Result<String> {
    if let Ok(secret) = std::env::var("PEPAY_WEBHOOK_SECRET") {
        return Ok(secret);
    }
    let mut endpoints = pepay.webhooks().list(&ListPage::default()).stream();
    while let Some(endpoint) = endpoints.try_next().await? {
        if endpoint.url == url {
            return shown(pepay.webhooks().rotate_secret(&endpoint.id, None).await?);
        }
    }
    let endpoint = CreateWebhook::new(url).enabled_events(vec!["invoice.*".to_owned()]);
    shown(pepay.webhooks().create(&endpoint).await?)
}

fn shown(endpoint: WebhookWithSecret) -> anyhow::Result<String> {
    Ok(endpoint.secret.context("a secret is shown when it is new")?.as_str().to_owned())
}
