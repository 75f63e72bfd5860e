//! `GET /ws/merchant/events`: what happens to one merchant in one environment, as far as the query asks for it.

use axum::extract::State;
use axum::response::Response;
use pepay_core::event::Types;
use pepay_engine::event::Filter;
use pepay_wire::{Code, Problem};

use super::session::{Party, Stream};
use super::slots::Owner;
use super::{Upgrade, admit, open, since};
use crate::app::App;
use crate::auth::MerchantStream;
use crate::problem::ApiError;
use crate::query::Query;

/// Opens the merchant stream
pub(super) async fn connect(
    State(app): State<App>,
    MerchantStream { caller, expires_at }: MerchantStream,
    query: Query,
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    let (since, filter) = (since(&query)?, filter(&query, &caller)?);
    let environment = filter.environment;
    let (upgrade, slot) = admit(&app, upgrade, Owner::Merchant(caller.merchant))?;
    let backlog = app.options.sockets.backlog_events;
    let subscription = app.engine.follow(filter, since, backlog).await?;
    let party = Party::Merchant(caller);
    Ok(open(&app, upgrade, slot, Stream { app: app.clone(), subscription, party, environment, expires_at }))
}

fn filter(query: &Query, caller: &pepay_engine::auth::Caller) -> Result<Filter, ApiError> {
    let environment = query.parse("environment", "devnet or mainnet", |text| text.parse().ok())?;
    if environment.is_some_and(|asked: pepay_core::network::Environment| asked != caller.environment) {
        let message = format!("this credential works in {} only", caller.environment);
        return Err(Problem::new(Code::EnvironmentNotEnabled).saying(message).into());
    }
    query.parse("invoice_type", "standard", |text| (text == "standard").then_some(()))?;
    Ok(Filter {
        merchant: caller.merchant,
        environment: caller.environment,
        types: query
            .parse::<Types>("types", "a comma list of event types such as invoice.*", |text| text.parse().ok())?,
        customer_id: query.customer()?,
        invoice_id: query.parse("invoice_id", "the id of an invoice", |text| text.parse().ok())?,
    })
}
