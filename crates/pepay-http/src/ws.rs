//! The sockets: one for merchants, one for payors (contract section 5).
//!
//! Everything that can be refused is refused on the upgrade, as any request is. What is open is bounded: so many sockets
//! a node, a merchant and an invoice, so little memory each, so few and so small messages from the client. A socket
//! that cannot go on says why, in a frame and in its close code, and names the event its client can come back with.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use axum::routing::get;
use pepay_core::event::EventId;
use pepay_wire::{Code, Problem};

use crate::app::App;
use crate::problem::ApiError;
use crate::query::{Query, invalid};

mod close;
mod merchant;
mod payment;
mod session;
mod slots;

pub(crate) use slots::Slots;

use session::Stream;
use slots::{Owner, Slot};

/// Bytes that a socket reads at once; clients have next to nothing to say.
const READ_BUFFER_BYTES: usize = 1_024;
/// Bytes of frames that are written together: with the frame that fills it up most of what a socket keeps in memory.
const WRITE_BUFFER_BYTES: usize = 4_096;
/// Bytes waiting to be written, one frame over which is an error: no event is nearly as long.
const MAX_WRITE_BUFFER_BYTES: usize = 1 << 20;
/// Longest message of a client, in bytes.
const MAX_MESSAGE_BYTES: usize = 4_096;
/// Seconds after which a socket refused for their number may find a place.
const RETRY_SECS: u64 = 5;

/// A node that could not read the log for this long serves no sockets.
const BEHIND: Duration = Duration::from_secs(15);

/// The operator's choices about sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sockets {
    /// Open on this node at once.
    pub max: usize,
    /// Of one merchant.
    pub per_merchant: usize,
    /// Of the payors of one invoice.
    pub per_invoice: usize,
    /// Time between two pings; also how long an answer to one, or room for a frame, is waited for.
    pub heartbeat: Duration,
    /// Events that a client may fall behind.
    pub backlog_events: u64,
}

impl Default for Sockets {
    fn default() -> Self {
        let heartbeat = Duration::from_secs(30);
        Self { max: 20_000, per_merchant: 100, per_invoice: 20, heartbeat, backlog_events: 10_000 }
    }
}

pub(crate) fn router() -> Router<App> {
    Router::new().route("/ws/merchant/events", get(merchant::connect)).route("/ws/payment", get(payment::connect))
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// The cursor to begin after, and the one format there is.
fn since(query: &Query) -> Result<Option<EventId>, ApiError> {
    query.parse("format", "event_v1", |format| (format == "event_v1").then_some(()))?;
    let Some(text) = query.get("since") else { return Ok(None) };
    let id = text.parse().map_err(|_| invalid(Code::InvalidCursor, "since", "since must be the id of an event"))?;
    Ok(Some(id))
}

/// What was asked for in plain HTTP is refused; sockets that find no place are told to wait.
fn admit(app: &App, upgrade: Upgrade, owner: Owner) -> Result<(WebSocketUpgrade, Slot), ApiError> {
    let upgrade = upgrade.map_err(|rejection| {
        tracing::debug!("Refused to upgrade: {rejection}");
        Problem::new(Code::ValidationError).saying("this is a WebSocket endpoint: ask for an upgrade")
    })?;
    if app.options.stop.is_cancelled() || is_behind(app) {
        return Err(ApiError::new(Code::ServiceUnavailable));
    }
    let slot = Slots::take(&app.slots, owner, &app.options.sockets).map_err(|full| match full {
        slots::Full::Owner => ApiError::too_many(RETRY_SECS),
        slots::Full::Node => ApiError::new(Code::ServiceUnavailable),
    })?;
    Ok((upgrade, slot))
}

/// Whether what this node knows is so old that a client does better elsewhere.
fn is_behind(app: &App) -> bool {
    app.engine.tail().age() > BEHIND
}

/// Opens the socket; it lives in a task of its own, which the end of the node waits for.
fn open(app: &App, upgrade: WebSocketUpgrade, slot: Slot, stream: Stream) -> Response {
    let running = app.options.tasks.token();
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            session::run(stream, socket).await;
            drop((slot, running));
        })
}
