//! Deliveries, as merchants look at them, repeat them and ask for those they missed.

use std::collections::HashMap;

use pepay_core::account::Action;
use pepay_core::event::{EventId, Type};
use pepay_core::id::{DeliveryId, EndpointId, InvoiceId, MerchantId};
use pepay_core::page::{Page, Slice};
use pepay_core::time::Millis;
use pepay_core::webhook::{Delivery, DeliveryState, Message};
use pepay_store::event::New;
use pepay_store::webhook::attempt::{self, Attempt};
use pepay_store::webhook::delivery;
use pepay_store::webhook::lane::Lane;
use pepay_store::webhook::recovery::{self, Recovery};
use pepay_wire::{
    Code, WebhookAttempt, WebhookDelivery, WebhookError, WebhookHeader, WebhookRecovery, WebhookResponse,
};

use super::endpoint::{enabled, scope};
use crate::auth::Caller;
use crate::tail::Entry;
use crate::{Engine, Error, Origin};

/// Attempts shown of one delivery: more than a schedule has.
const ATTEMPTS_SHOWN: u64 = 50;

/// Which deliveries of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Where they stand.
    pub state: Option<DeliveryState>,
    /// What happened.
    pub kind: Option<Type>,
}

/// Since when events are to be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// After this event.
    Event(EventId),
    /// From this instant on.
    Time(Millis),
}

impl Engine {
    /// Sends a `test.ping` to one endpoint, whatever it subscribed to.
    pub async fn test_webhook(
        &self,
        caller: &Caller,
        id: EndpointId,
        origin: &Origin,
    ) -> Result<WebhookDelivery, Error> {
        let now = self.now();
        let tx = self.db().begin("webhook.test").await?;
        let it = self.changeable(&*tx, caller, id).await?;
        enabled(&it)?;
        let event = New {
            kind: Type::TestPing,
            merchant_id: caller.merchant,
            environment: it.environment.unwrap_or(caller.environment),
            invoice_id: InvoiceId::NIL,
            customer_id: None,
            request_id: origin.request_id.clone(),
            idempotency_key: origin.idempotency_key.clone(),
            data: pepay_wire::ping(),
        };
        let ids = pepay_store::event::append(&tx, now, std::slice::from_ref(&event)).await?;
        let event_id = ids.first().copied().ok_or(Error::ShuttingDown)?;
        let entry = Entry::new(&pepay_store::event::Stored { id: event_id, event }, 1)?;
        let new = self.new_delivery(id, &entry, now);
        delivery::insert(&tx, std::slice::from_ref(&new)).await?;
        tx.commit().await?;
        self.send_soon(id);
        Ok(WebhookDelivery::new(&new))
    }

    /// One page of an endpoint's deliveries.
    pub async fn webhook_deliveries(
        &self,
        caller: &Caller,
        id: EndpointId,
        which: Deliveries,
        page: Page<DeliveryId>,
    ) -> Result<Slice<WebhookDelivery>, Error> {
        self.own_endpoint(self.db().read(), caller, id).await?;
        let Deliveries { state, kind } = which;
        let environment = scope(caller);
        let filter = delivery::Filter { merchant: caller.merchant, endpoint: id, environment, state, kind };
        let slice = delivery::list(self.db().read(), &filter, page).await?;
        let unknown = || {
            let param = if matches!(page.from, pepay_core::page::From::NewerThan(_)) {
                "/ending_before"
            } else {
                "/starting_after"
            };
            Error::rejected(Code::InvalidCursor, param, Code::InvalidCursor.message())
        };
        Ok(slice.ok_or_else(unknown)?.map(|delivery| WebhookDelivery::new(&delivery)))
    }

    /// One delivery with its attempts.
    pub async fn webhook_delivery(&self, caller: &Caller, id: DeliveryId) -> Result<WebhookDelivery, Error> {
        let found = self.own_delivery(self.db().read(), caller, id).await?;
        let attempts = attempt::list(self.db().read(), id, ATTEMPTS_SHOWN).await?;
        let attempts = attempts.into_iter().map(|attempt| present(&found, attempt)).collect();
        Ok(WebhookDelivery { attempts: Some(attempts), ..WebhookDelivery::new(&found) })
    }

    /// Makes a delivery again, from the beginning of its schedule. One that waits is made at once; one that is under
    /// way is left alone.
    pub async fn replay_webhook(&self, caller: &Caller, id: DeliveryId) -> Result<WebhookDelivery, Error> {
        let now = self.now();
        let tx = self.db().begin("webhook.replay").await?;
        let found = self.own_delivery(&*tx, caller, id).await?;
        let it = self.changeable(&*tx, caller, found.endpoint_id).await?;
        enabled(&it)?;
        if found.leased_until.is_some_and(|until| now < until) {
            return Ok(WebhookDelivery::new(&found));
        }
        delivery::again(&tx, caller.merchant, id, now).await?;
        tx.commit().await?;
        self.send_soon(found.endpoint_id);
        let (state, due_at) = (DeliveryState::Pending, Some(now));
        Ok(WebhookDelivery::new(&Delivery { state, due_at, leased_until: None, completed_at: None, ..found }))
    }

    /// Has everything sent again that an endpoint did not take since some moment: what was given up, and what it was
    /// never sent because it was disabled, not there, or not subscribed.
    pub async fn recover_webhook(
        &self,
        caller: &Caller,
        id: EndpointId,
        since: Since,
        asked: &str,
    ) -> Result<WebhookRecovery, Error> {
        let tx = self.db().begin("webhook.recover").await?;
        let it = self.changeable(&*tx, caller, id).await?;
        enabled(&it)?;
        let after_seq = match since {
            Since::Event(event) => event.seq,
            Since::Time(at) => pepay_store::event::first_at(&*tx, at).await?.saturating_sub(1),
        };
        // What comes later is planned anyway, and what was not planned yet is planned once.
        let until_seq = pepay_store::event::last(&*tx).await?.map_or(0, |last| last.seq);
        if after_seq < until_seq {
            recovery::ask(&tx, Recovery { endpoint: id, after_seq, until_seq }).await?;
            tx.commit().await?;
        }
        Ok(WebhookRecovery::new(id, asked))
    }

    /// How many deliveries of each event are still to be made; events that need none are left out.
    pub(crate) async fn pending_webhooks(
        &self,
        merchant: MerchantId,
        events: &[EventId],
    ) -> Result<HashMap<EventId, u32>, Error> {
        let view = self.webhooks().view();
        let endpoints: Vec<EndpointId> = view.of(merchant).iter().map(|known| known.endpoint.id).collect();
        let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
        let counts = delivery::pending(self.db().read(), &endpoints, &seqs).await?;
        Ok(events.iter().filter_map(|event| Some((*event, *counts.get(&event.seq)?))).collect())
    }

    async fn own_delivery(
        &self,
        conn: &impl pepay_store::Connection,
        caller: &Caller,
        id: DeliveryId,
    ) -> Result<Delivery, Error> {
        caller.may(Action::WebhookReads)?;
        let found = delivery::get(conn, caller.merchant, scope(caller), id).await?;
        found.ok_or(Error::WebhookDeliveryNotFound)
    }

    /// Has this node look, if it delivers; others look a moment later.
    fn send_soon(&self, endpoint: EndpointId) {
        self.webhooks().lanes.wants(endpoint, Lane::Fresh, self.now());
        self.webhooks().hungry.notify_one();
    }
}

fn present(delivery: &Delivery, attempt: Attempt) -> WebhookAttempt {
    let message = Message {
        event: delivery.event,
        kind: delivery.kind,
        environment: delivery.environment,
        delivery: delivery.id,
        attempt: attempt.id,
        at: attempt.started_at,
    };
    let headers = message.headers().into_iter().map(|(name, value)| WebhookHeader { name, value });
    WebhookAttempt {
        id: attempt.id,
        started_at: attempt.started_at,
        duration_ms: attempt.took_ms,
        request_headers: headers.collect(),
        response: attempt.status.map(|status| WebhookResponse {
            status,
            answered_ms: attempt.answered_ms.unwrap_or(attempt.took_ms),
            headers: attempt.head.unwrap_or_default(),
            body_excerpt: attempt.excerpt.unwrap_or_default(),
        }),
        error: attempt.error.map(|code| WebhookError { message: attempt.detail.unwrap_or_default(), code }),
    }
}
