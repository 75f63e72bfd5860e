//! Looking at the chain again for one invoice. Both its merchant and its payor may ask.

use pepay_core::id::InvoiceId;
use pepay_engine::auth::Session;
use pepay_wire::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::problem::ApiError;

mod get;
mod request;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(request::request, get::get))
}

/// `InvoiceNotFound` unless the session is this invoice's.
fn own(session: &Session, id: InvoiceId) -> Result<(), ApiError> {
    if session.invoice.id == id { Ok(()) } else { Err(ApiError::new(Code::InvoiceNotFound)) }
}
