//! `GET /ws/payment`: what happens to one invoice, as its payor may see it.

use axum::extract::State;
use axum::response::Response;

use super::session::{Party, Stream};
use super::slots::Owner;
use super::{Upgrade, admit, open, since};
use crate::app::App;
use crate::auth::PayorStream;
use crate::problem::ApiError;
use crate::query::Query;

/// Opens the payor stream
pub(super) async fn connect(
    State(app): State<App>,
    PayorStream { invoice, expires_at }: PayorStream,
    query: Query,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    let since = since(&query)?;
    let (upgrade, slot) = admit(&app, upgrade, Owner::Invoice(invoice))?;
    let environment = app.engine.invoice_of_stream(invoice).await?.environment;
    let subscription = app.engine.follow_invoice(invoice, since, app.options.sockets.backlog_events).await?;
    let expires_at = Some(expires_at);
    Ok(open(
        &app,
        upgrade,
        slot,
        Stream { app: app.clone(), subscription, party: Party::Payor, environment, expires_at },
    ))
}
