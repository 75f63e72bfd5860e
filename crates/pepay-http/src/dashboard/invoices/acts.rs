//! What can be done with one invoice.

use axum::extract::{Path, State};
use axum::response::Response;
use pepay_core::id::{InvoiceId, PaymentId};
use pepay_engine::{Error, Origin};

use super::detail;
use crate::app::App;
use crate::dashboard::fault::Fault;
use crate::dashboard::form::Act;
use crate::dashboard::notice;

fn id(text: &str) -> Result<InvoiceId, Fault> {
    text.parse().map_err(|_| Error::InvoiceNotFound.into())
}

fn origin(form: &Act) -> Origin {
    Origin { request_id: Some(form.page.visit.client.request_id().to_owned()), idempotency_key: None }
}

pub(in crate::dashboard) async fn cancel(
    State(app): State<App>,
    Path(invoice): Path<String>,
    form: Act,
) -> Result<Response, Fault> {
    let (id, origin) = (id(&invoice)?, origin(&form));
    match app.engine.cancel_invoice(&form.page.caller()?, id, &origin).await {
        Ok(_) => Ok(notice::done(&format!("/dashboard/invoices/{id}"), "invoice_canceled")),
        Err(error @ Error::NotCancelable(_)) => detail::refused(&app, &form.page, id, &error).await,
        Err(error) => Err(error.into()),
    }
}

pub(in crate::dashboard) async fn verify(
    State(app): State<App>,
    Path(invoice): Path<String>,
    form: Act,
) -> Result<Response, Fault> {
    let id = id(&invoice)?;
    match app.engine.verify_invoice(&form.page.caller()?, id, None).await {
        Ok(_) => Ok(notice::done(&format!("/dashboard/invoices/{id}"), "verification_asked")),
        Err(error @ Error::Rejected(_)) => detail::refused(&app, &form.page, id, &error).await,
        Err(error) => Err(error.into()),
    }
}

pub(in crate::dashboard) async fn accept(
    State(app): State<App>,
    Path(invoice): Path<String>,
    form: Act,
) -> Result<Response, Fault> {
    let (id, origin) = (id(&invoice)?, origin(&form));
    let payment: PaymentId = form.fields.get("payment").parse().map_err(|_| Error::PaymentNotFound)?;
    match app.engine.accept_payment(&form.page.caller()?, id, payment, &origin).await {
        Ok(_) => Ok(notice::done(&format!("/dashboard/invoices/{id}"), "payment_accepted")),
        Err(error @ Error::NotAcceptable(_)) => detail::refused(&app, &form.page, id, &error).await,
        Err(error) => Err(error.into()),
    }
}
