//! Every endpoint, in memory, as of a version: what the planner and the senders look things up in.
//!
//! A node may look at an old version for a moment. The planner cannot: its transaction fails unless the version it
//! planned for is still the present one.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use pepay_core::event::Type;
use pepay_core::id::{EndpointId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_core::webhook::{Endpoint, Secret};
use pepay_outbound::{Refused, Target};
use pepay_store::webhook::planner::{self, Position};
use pepay_store::webhook::{endpoint, lane};

use super::Webhooks;
use super::lanes::Lanes;
use crate::{Engine, Error};

/// Endpoints read in one go.
const PAGE: u64 = 1_000;

/// An endpoint with what sending to it takes.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) endpoint: Endpoint,
    pub(super) target: Result<Target, Refused>,
    /// What opens with this node's key: under another one nothing can be signed until the secret is made anew.
    secret: Option<Secret>,
    previous: Option<(Secret, Millis)>,
}

impl Known {
    /// What signs at `now`: the secret, and the one before while it lasts. `None` when nothing can be signed.
    pub(super) fn secrets(&self, now: Millis) -> Option<(&Secret, Option<&Secret>)> {
        let previous = self.previous.as_ref().filter(|(_, until)| now < *until);
        Some((self.secret.as_ref()?, previous.map(|(secret, _)| secret)))
    }
}

/// The endpoints of one version.
#[derive(Debug)]
pub(super) struct View {
    pub(super) version: i64,
    by_id: HashMap<EndpointId, Arc<Known>>,
    by_merchant: HashMap<MerchantId, Vec<Arc<Known>>>,
}

impl Default for View {
    fn default() -> Self {
        Self { version: -1, by_id: HashMap::new(), by_merchant: HashMap::new() }
    }
}

impl View {
    pub(super) fn get(&self, id: EndpointId) -> Option<&Arc<Known>> {
        self.by_id.get(&id)
    }

    pub(super) fn of(&self, merchant: MerchantId) -> &[Arc<Known>] {
        self.by_merchant.get(&merchant).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Known>> {
        self.by_id.values()
    }
}

#[derive(Debug, Default)]
pub(super) struct Directory(RwLock<Arc<View>>);

impl Directory {
    pub(super) fn view(&self) -> Arc<View> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a view, unless a newer one is known: several may be read at a time. The lanes follow in the same order.
    fn learn(&self, view: View, lanes: &Lanes) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if view.version > known.version {
            lanes.meet(view.all().map(|known| (&known.endpoint, known.secret.is_some())));
            *known = Arc::new(view);
        }
    }
}

impl Webhooks {
    pub(super) fn view(&self) -> Arc<View> {
        self.directory.view()
    }

    /// How many endpoints an event goes to, as far as this node knows.
    pub(crate) fn count(&self, kind: Type, merchant: MerchantId, environment: Environment, seq: i64) -> u32 {
        let view = self.view();
        let wanting = view.of(merchant).iter().filter(|it| it.endpoint.wants(kind, merchant, environment, seq));
        u32::try_from(wanting.count()).unwrap_or(u32::MAX)
    }

    fn known(&self, endpoint: Endpoint) -> Known {
        let open = |sealed: &pepay_core::webhook::Sealed| {
            let opened = sealed.open(&self.key, endpoint.id);
            opened.inspect_err(
                |error| tracing::error!(webhook.endpoint = %endpoint.id, %error, "Could not open a webhook secret"),
            )
        };
        let secret = open(&endpoint.secret).ok();
        let previous = endpoint.previous.as_ref().and_then(|it| Some((open(&it.sealed).ok()?, it.until)));
        let target = self.settings.client.check(&endpoint.url);
        Known { endpoint, target, secret, previous }
    }
}

impl Engine {
    /// Where planning stands, with the endpoints of that version in memory.
    pub(super) async fn webhook_position(&self) -> Result<Position, Error> {
        let position = planner::position(self.db().read()).await?;
        if self.webhooks().view().version != position.version {
            self.load_webhooks(position.version).await?;
        }
        Ok(position)
    }

    // What is read after the version may be newer than it; then the version is no longer the present one.
    async fn load_webhooks(&self, version: i64) -> Result<(), Error> {
        let mut view = View { version, ..View::default() };
        let mut after = None;
        loop {
            let page = endpoint::all(self.db().read(), after, PAGE).await?;
            let full = u64::try_from(page.len()).is_ok_and(|count| count == PAGE);
            after = page.last().map(|it| it.id);
            for known in page.into_iter().map(|endpoint| Arc::new(self.webhooks().known(endpoint))) {
                view.by_merchant.entry(known.endpoint.merchant_id).or_default().push(Arc::clone(&known));
                view.by_id.insert(known.endpoint.id, known);
            }
            if !full {
                break;
            }
        }
        self.webhooks().directory.learn(view, &self.webhooks().lanes);
        self.webhooks().hungry.notify_one();
        Ok(())
    }

    /// Looks whether endpoints have changed, and how those do that fail, through this node or another.
    pub(super) async fn refresh_webhooks(&self) -> Result<(), Error> {
        self.webhook_position().await?;
        let failing = endpoint::failing(self.db().read()).await?;
        self.webhooks().lanes.learn(&failing.into_iter().collect());
        Ok(())
    }

    /// Looks what waits at each endpoint.
    pub(super) async fn scan_webhooks(&self) -> Result<(), Error> {
        let (view, now) = (self.webhooks().view(), self.now());
        self.webhooks().lanes.tend(now);
        let mut oldest = None;
        for kind in [lane::Lane::Fresh, lane::Lane::Retry] {
            for (id, due) in lane::heads(self.db().read(), kind).await? {
                if view.get(id).is_none() {
                    self.call_off(id).await?;
                } else if due <= now && self.webhooks().lanes.wants(id, kind, now) {
                    oldest = oldest.min(Some(due)).or(Some(due));
                }
            }
        }
        // Also when nothing is due: the planner has a cursor to save then.
        self.webhooks().hungry.notify_one();
        super::upkeep::tell_oldest(oldest.map(|due| now.since(due)));
        Ok(())
    }
}
