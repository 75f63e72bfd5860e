//! Endpoints of a merchant, managed with the client, and what is really delivered to them.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use pepay_client::types::{CreateWebhook, UpdateWebhook, WebhookDeliveryState};
use pepay_client::{CreateInvoice, Event, ListDeliveries, ListEvents, ListPage, Pepay, Usd, WebhookVerifier};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::client;
use crate::world::{Database, Options, World, wait_for};

pub(super) async fn webhooks_are_managed_and_what_comes_is_verified(database: Database) {
    let options = Options { webhooks: "allow = [\"127.0.0.1\"]".to_owned(), ..Options::default() };
    let world = World::start_with(database, options).await;
    let pepay = client(&world);
    let mut shop = Shop::open().await;
    let types = vec!["invoice.created".to_owned(), "test.ping".to_owned()];
    let endpoint = CreateWebhook::new(&shop.url).enabled_events(types).description("mine");
    let made = pepay.webhooks().create(&endpoint).await.expect("the server does it");
    let secret = made.secret.as_deref().expect("it is shown this once").to_owned();
    assert!(!format!("{made:?}").contains(&secret));

    let tested = pepay.webhooks().test(&made.id).await.expect("the server does it");
    assert_eq!(shop.takes(&[&secret]).await.id, tested.event_id);
    let order = CreateInvoice::new(Usd::from_cents(500));
    let invoice = pepay.invoices().create(&order).await.expect("the server does it").invoice_id;
    let told = shop.takes(&[&secret]).await;
    assert_eq!((told.kind.as_str(), told.invoice().map(|it| &it.id)), ("invoice.created", Some(&invoice)));

    let delivered = delivered(&pepay, &made.id, &told.id).await;
    pepay.webhooks().replay_delivery(&delivered).await.expect("the server does it");
    assert_eq!(shop.takes(&[&secret]).await.id, told.id);

    let rotated = pepay.webhooks().rotate_secret(&made.id, None).await.expect("the server does it");
    let newer = rotated.secret.as_deref().expect("it is shown this once").to_owned();
    pepay.webhooks().test(&made.id).await.expect("the server does it");
    shop.takes(&[&secret, &newer]).await;

    missed(&pepay, &mut shop, &made.id, &newer).await;
    assert!(pepay.webhooks().delete(&made.id).await.expect("the server does it").deleted);
    let gone = pepay.webhooks().retrieve(&made.id).await.expect_err("it is gone");
    assert_eq!(gone.status(), Some(404));
    world.audit().await;
}

/// The delivery of an event that succeeded, found by its type.
async fn delivered(pepay: &Pepay, endpoint: &str, event: &str) -> String {
    let status = Some(WebhookDeliveryState::Succeeded);
    let page = ListPage { limit: Some(1), ..ListPage::default() };
    let which = ListDeliveries { status, event_type: Some("invoice.created".to_owned()), page };
    let found = wait_for("the delivery to be recorded", async || {
        let listed = pepay.webhooks().list_deliveries(endpoint, &which).await.expect("the server does it");
        listed.data.into_iter().next().ok_or("none yet")
    })
    .await;
    assert_eq!((found.event_id.as_str(), found.event_type.as_str()), (event, "invoice.created"));
    let attempts = pepay.webhooks().retrieve_delivery(&found.id).await.expect("the server does it").attempts;
    assert_eq!(attempts.expect("they are told of one delivery").len(), 1);
    found.id
}

/// What happens while the endpoint is off is recovered.
async fn missed(pepay: &Pepay, shop: &mut Shop, endpoint: &str, secret: &str) {
    let off = UpdateWebhook::new().enabled(false).description(None);
    let changed = pepay.webhooks().update(endpoint, &off).await.expect("the server does it");
    assert_eq!((changed.enabled, changed.description), (false, None));
    let since = pepay.events().list(&ListEvents::default()).await.expect("the server does it").data[0].id.clone();
    let order = CreateInvoice::new(Usd::from_cents(700));
    let invoice = pepay.invoices().create(&order).await.expect("the server does it").invoice_id;
    pepay.webhooks().update(endpoint, &UpdateWebhook::new().enabled(true)).await.expect("the server does it");
    let recovery = pepay.webhooks().recover(endpoint, &since).await.expect("the server does it");
    assert_eq!(recovery.webhook_id, endpoint);
    let told = shop.takes(&[secret]).await;
    assert_eq!(told.invoice().map(|it| &it.id), Some(&invoice));
}

/// A merchant's shop, which answers 200 to everything.
struct Shop {
    url: String,
    got: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
    task: tokio::task::JoinHandle<()>,
}

impl Shop {
    async fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let url = format!("http://{}/hook", listener.local_addr().expect("a listener has an address"));
        let (tell, got) = mpsc::unbounded_channel();
        let router = Router::new().fallback(async move |headers: HeaderMap, body: Bytes| {
            tell.send((headers, body)).expect("the test takes them");
        });
        #[expect(clippy::disallowed_methods, reason = "the shop is aborted when it is dropped")]
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves until aborted") });
        Self { url, got, task }
    }

    /// The next delivery, which must verify with each of the secrets and with no other.
    async fn takes(&mut self, secrets: &[&str]) -> Event {
        let next = tokio::time::timeout(crate::world::PATIENCE, self.got.recv()).await;
        let (headers, body) = next.expect("it is delivered in time").expect("the shop is open");
        let verify = |secret: &str| WebhookVerifier::new([secret]).expect("it is one").verify(&headers, &body);
        assert!(verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_err(), "anybody could have sent it");
        let mut events = secrets.iter().map(|secret| verify(secret).expect("it is signed with each"));
        events.next().expect("there is a secret")
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.task.abort();
    }
}
