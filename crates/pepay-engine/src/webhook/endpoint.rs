//! Endpoints, as merchants manage them.
//!
//! An API key sees the endpoints of its environment and those of both. One of both also gets mainnet's events, so a
//! devnet key may look at it but not change it. Whatever changes an endpoint counts the planner's version on first: an
//! endpoint is told of every event after the moment it was made, and of none before.

use pepay_core::account::Action;
use pepay_core::id::EndpointId;
use pepay_core::network::Environment;
use pepay_core::page::{Page, Slice};
use pepay_core::webhook::{Asked, DisabledReason, Endpoint, Health, MAX_ENDPOINTS, Previous, Secret, Status};
use pepay_outbound::Failure;
use pepay_store::webhook::{endpoint, planner, recovery};
use pepay_wire::{AskedEnvironment, Code, CreateWebhook, UpdateWebhook, Webhook, WebhookWithSecret};

use crate::auth::{Caller, Via};
use crate::{Engine, Error};

/// An endpoint that was just made, or whose secret was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// The endpoint.
    pub id: EndpointId,
    /// The version of its secret.
    pub secret_version: u32,
}

impl Engine {
    /// Makes an endpoint. `asked` tells a repeated request from another one: it gives the endpoint it gave before.
    pub async fn create_webhook(
        &self,
        caller: &Caller,
        request: CreateWebhook,
        asked: Option<[u8; 32]>,
    ) -> Result<WebhookWithSecret, Error> {
        caller.may(Action::Webhooks)?;
        let environment = self.asked_environment(caller, request.environment).await?;
        self.check_url(&request.url).await?;
        let now = self.now();
        let tx = self.db().begin("webhook.create").await?;
        planner::change(&tx).await?;
        if let Some(asked) = &asked {
            let since = now.plus_ms(-pepay_core::idempotency::KEPT_MS);
            if let Some(made) = endpoint::made_by(&*tx, caller.merchant, asked, since).await? {
                return Ok(self.without_secret(&made));
            }
        }
        if endpoint::count(&*tx, caller.merchant).await? >= MAX_ENDPOINTS {
            return Err(Error::WebhookLimit);
        }
        let after_seq = pepay_store::event::last(&*tx).await?.map_or(0, |last| last.seq);
        let id = self.random(|rng| EndpointId::generate(now, rng));
        let new = Endpoint {
            id,
            merchant_id: caller.merchant,
            environment,
            url: request.url,
            description: request.description,
            subscription: request.subscription,
            status: Status::Enabled,
            health: Health::default(),
            secret: self.random(|rng| Secret::generate(rng).seal(&self.webhooks().key, id, rng)),
            secret_version: 1,
            previous: None,
            after_seq,
            created_at: now,
            updated_at: now,
            asked: Asked { created_by: asked, rotated_by: None },
        };
        endpoint::insert(&tx, &new).await?;
        self.audit_caller(&tx, caller, "webhook.created", &new.url).await?;
        tx.commit().await?;
        tracing::info!(webhook.endpoint = %id, merchant.id = %caller.merchant, "Created webhook endpoint {id}");
        self.reload_webhooks().await;
        Ok(self.without_secret(&new))
    }

    /// One page of the caller's endpoints of one environment and those of both.
    pub async fn list_webhooks(
        &self,
        caller: &Caller,
        environment: Environment,
        page: Page<EndpointId>,
    ) -> Result<Slice<Webhook>, Error> {
        caller.may(Action::WebhookReads)?;
        let slice = endpoint::list(self.db().read(), caller.merchant, environment, page).await?;
        Ok(slice.map(|endpoint| self.present_webhook(&endpoint)))
    }

    /// One endpoint of the caller's.
    pub async fn get_webhook(&self, caller: &Caller, id: EndpointId) -> Result<Webhook, Error> {
        Ok(self.present_webhook(&self.own_endpoint(self.db().read(), caller, id).await?))
    }

    /// Changes an endpoint; what the request does not name stays.
    pub async fn update_webhook(
        &self,
        caller: &Caller,
        id: EndpointId,
        request: UpdateWebhook,
    ) -> Result<Webhook, Error> {
        // Only its owner may have a url looked at.
        let before = self.changeable(self.db().read(), caller, id).await?;
        if changes_nothing(&request, &before) {
            return Ok(self.present_webhook(&before));
        }
        if let Some(url) = &request.url {
            self.check_url(url).await?;
        }
        let now = self.now();
        let tx = self.db().begin("webhook.update").await?;
        planner::change(&tx).await?;
        let mut it = self.changeable(&*tx, caller, id).await?;
        it.url = request.url.unwrap_or(it.url);
        it.description = request.description.unwrap_or(it.description);
        it.subscription = request.subscription.unwrap_or(it.subscription);
        match request.enabled {
            Some(true) if it.status != Status::Enabled => {
                it.enable();
                // What happened meanwhile is for `recover` to ask for.
                it.after_seq = pepay_store::event::last(&*tx).await?.map_or(it.after_seq, |last| last.seq);
                endpoint::set_health(&tx, id, &it.health).await?;
            }
            Some(false) => it.disable(now, DisabledReason::Merchant),
            Some(true) | None => {}
        }
        it.updated_at = now;
        endpoint::update(&tx, &it).await?;
        self.audit_caller(&tx, caller, "webhook.changed", &it.url).await?;
        tx.commit().await?;
        self.reload_webhooks().await;
        Ok(self.present_webhook(&it))
    }

    /// Removes an endpoint; what waits for it is called off.
    pub async fn delete_webhook(&self, caller: &Caller, id: EndpointId) -> Result<(), Error> {
        let tx = self.db().begin("webhook.delete").await?;
        planner::change(&tx).await?;
        let it = self.changeable(&*tx, caller, id).await?;
        endpoint::delete(&tx, caller.merchant, id).await?;
        recovery::forget(&tx, id).await?;
        self.audit_caller(&tx, caller, "webhook.removed", &it.url).await?;
        tx.commit().await?;
        tracing::info!(webhook.endpoint = %id, merchant.id = %caller.merchant, "Deleted webhook endpoint {id}");
        self.reload_webhooks().await;
        Ok(())
    }

    /// Gives an endpoint a new secret; the present one signs too for `overlap_secs`. `asked` as at creation.
    pub async fn rotate_webhook_secret(
        &self,
        caller: &Caller,
        id: EndpointId,
        overlap_secs: i64,
        asked: Option<[u8; 32]>,
    ) -> Result<WebhookWithSecret, Error> {
        let now = self.now();
        let tx = self.db().begin("webhook.rotate_secret").await?;
        planner::change(&tx).await?;
        let mut it = self.changeable(&*tx, caller, id).await?;
        if asked.is_some() && it.asked.rotated_by == asked {
            return Ok(self.without_secret(&it));
        }
        let fresh = self.random(|rng| Secret::generate(rng).seal(&self.webhooks().key, id, rng));
        let until = now.plus_ms(overlap_secs.saturating_mul(1_000));
        let sealed = std::mem::replace(&mut it.secret, fresh);
        it.previous = (overlap_secs > 0).then_some(Previous { sealed, until });
        it.secret_version = it.secret_version.saturating_add(1);
        it.asked.rotated_by = asked;
        it.updated_at = now;
        endpoint::update(&tx, &it).await?;
        self.audit_caller(&tx, caller, "webhook.secret_rotated", &it.url).await?;
        tx.commit().await?;
        tracing::info!(webhook.endpoint = %id, "Rotated the secret of webhook endpoint {id}");
        self.reload_webhooks().await;
        Ok(self.without_secret(&it))
    }

    /// The secret that was just made; `None` when it was made anew since.
    pub async fn webhook_secret(&self, caller: &Caller, made: Created) -> Result<Option<Secret>, Error> {
        let Some(it) = endpoint::get(self.db().read(), caller.merchant, made.id).await? else { return Ok(None) };
        if it.secret_version != made.secret_version {
            return Ok(None);
        }
        Ok(Some(it.secret.open(&self.webhooks().key, it.id)?))
    }

    async fn asked_environment(&self, caller: &Caller, asked: AskedEnvironment) -> Result<Option<Environment>, Error> {
        let environment = match asked {
            AskedEnvironment::Own => Some(caller.environment),
            AskedEnvironment::Both => None,
            AskedEnvironment::One(environment) => Some(environment),
        };
        let other = environment.is_some_and(|wanted| wanted != caller.environment);
        let open = match caller.via {
            Via::ApiKey(_) => !other && (environment.is_some() || caller.environment == Environment::Mainnet),
            Via::Dashboard(_) => {
                environment != Some(Environment::Mainnet) || self.merchant(caller.merchant).await?.mainnet_access
            }
        };
        if open { Ok(environment) } else { Err(not_this_environment("/environment")) }
    }

    /// Judges a url, and whom its name leads to as far as that is known.
    async fn check_url(&self, url: &str) -> Result<(), Error> {
        let refused =
            |reason: pepay_outbound::Refused| Error::rejected(Code::WebhookUrlNotAllowed, "/url", reason.to_string());
        let client = &self.webhooks().settings.client;
        let target = client.check(url).map_err(refused)?;
        match client.resolve_check(&target).await {
            Err(Failure::Refused(reason)) => Err(refused(reason)),
            // A name that cannot be resolved now may be later; whom it leads to is checked at every connection.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// An endpoint the caller may see.
    pub(super) async fn own_endpoint(
        &self,
        conn: &impl pepay_store::Connection,
        caller: &Caller,
        id: EndpointId,
    ) -> Result<Endpoint, Error> {
        caller.may(Action::WebhookReads)?;
        let found = endpoint::get(conn, caller.merchant, id).await?;
        found.filter(|it| sees(caller, it)).ok_or(Error::WebhookNotFound)
    }

    /// An endpoint the caller may change.
    pub(super) async fn changeable(
        &self,
        conn: &impl pepay_store::Connection,
        caller: &Caller,
        id: EndpointId,
    ) -> Result<Endpoint, Error> {
        caller.may(Action::Webhooks)?;
        let it = self.own_endpoint(conn, caller, id).await?;
        match (caller.via, caller.environment, it.environment) {
            (Via::ApiKey(_), Environment::Devnet, None) => Err(not_this_environment("")),
            (Via::ApiKey(_) | Via::Dashboard(_), Environment::Devnet | Environment::Mainnet, _) => Ok(it),
        }
    }

    fn present_webhook(&self, endpoint: &Endpoint) -> Webhook {
        // This node may know more than it has written down.
        let health = self.webhooks().lanes.health(endpoint.id).unwrap_or(endpoint.health);
        Webhook::new(&Endpoint { health, ..endpoint.clone() }, self.now())
    }

    fn without_secret(&self, endpoint: &Endpoint) -> WebhookWithSecret {
        WebhookWithSecret::without(self.present_webhook(endpoint))
    }

    /// Has this node know of a change at once; others look every second.
    pub(super) async fn reload_webhooks(&self) {
        if let Err(error) = self.webhook_position().await {
            tracing::warn!(%error, "Could not read the webhook endpoints");
        }
    }
}

// Each change has every node read its endpoints again.
fn changes_nothing(request: &UpdateWebhook, it: &Endpoint) -> bool {
    request.url.as_ref().is_none_or(|url| *url == it.url)
        && request.description.as_ref().is_none_or(|description| *description == it.description)
        && request.subscription.as_ref().is_none_or(|subscription| *subscription == it.subscription)
        && request.enabled.is_none_or(|enabled| enabled == (it.status == Status::Enabled))
}

fn sees(caller: &Caller, endpoint: &Endpoint) -> bool {
    match caller.via {
        Via::ApiKey(_) => endpoint.environment.is_none_or(|own| own == caller.environment),
        Via::Dashboard(_) => true,
    }
}

fn not_this_environment(param: &str) -> Error {
    let message =
        "this key works in its own environment only; what gets the events of both takes a live key or the dashboard";
    Error::rejected(Code::EnvironmentNotEnabled, param, message)
}

/// Whose deliveries the caller may see: an API key those of its environment.
pub(super) fn scope(caller: &Caller) -> Option<Environment> {
    match caller.via {
        Via::ApiKey(_) => Some(caller.environment),
        Via::Dashboard(_) => None,
    }
}

/// `WebhookDisabled` unless something may be sent.
pub(super) fn enabled(endpoint: &Endpoint) -> Result<(), Error> {
    match endpoint.status {
        Status::Enabled => Ok(()),
        Status::Disabled { .. } => Err(Error::WebhookDisabled),
    }
}
