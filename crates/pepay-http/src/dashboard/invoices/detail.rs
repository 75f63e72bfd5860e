//! `GET /dashboard/invoices/{id}`: everything about one invoice, and what can be done with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use pepay_core::account::Action;
use pepay_core::id::InvoiceId;
use pepay_core::invoice::{Invoice, State as Stands};
use pepay_core::page::{self, From, Page as Cut};
use pepay_core::verification::State as Asked;
use pepay_engine::Error;
use pepay_engine::auth::Caller;
use pepay_wire::Payment;

use super::list::remark;
use super::strays::{self, Stray};
use crate::app::App;
use crate::dashboard::door::Page;
use crate::dashboard::fault::{self, Fault};
use crate::dashboard::format::{self, Moment};
use crate::dashboard::shell::{self, Shell};
use crate::dashboard::timeline::{self, Entry};
use crate::query::Query;

struct Fact {
    name: &'static str,
    value: String,
    mono: bool,
}

struct PaymentRow {
    id: String,
    amount: String,
    worth: String,
    network: String,
    status: String,
    tone: &'static str,
    settlement: String,
    depth: String,
    seen: Moment,
    tx: String,
    tx_short: String,
    url: Option<String>,
    from: String,
    decide: bool,
    ready: bool,
    why: &'static str,
}

#[derive(Template)]
#[template(path = "dashboard/invoice.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides a part of the page")]
struct DetailTemplate {
    shell: Shell,
    complaint: String,
    id: String,
    amount: String,
    status: String,
    tone: &'static str,
    remark: &'static str,
    safe: bool,
    created: Moment,
    expires: Moment,
    ended: Option<Moment>,
    facts: Vec<Fact>,
    payments: Vec<PaymentRow>,
    more_payments: bool,
    strays: Vec<Stray>,
    more_strays: usize,
    entries: Vec<Entry>,
    more_entries: bool,
    link: String,
    open: bool,
    may_act: bool,
    cancelable: bool,
    can_verify: bool,
    verification: Option<&'static str>,
}

pub(in crate::dashboard) async fn page(
    State(app): State<App>,
    page: Page,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Fault> {
    let id: InvoiceId = id.parse().map_err(|_| Error::InvoiceNotFound)?;
    let mut template = template(&app, &page, id, String::new()).await?;
    template.shell.notice = crate::dashboard::notice::of(&query);
    Ok(shell::ok(&template))
}

/// The page again, with why an act on it was refused.
pub(super) async fn refused(app: &App, page: &Page, id: InvoiceId, error: &Error) -> Result<Response, Fault> {
    let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::BAD_REQUEST);
    let complaint = fault::sentence(&error.to_string());
    Ok(shell::answer(status, &template(app, page, id, complaint).await?))
}

async fn template(app: &App, page: &Page, id: InvoiceId, complaint: String) -> Result<DetailTemplate, Fault> {
    let caller = page.caller()?;
    let invoice = app.engine.invoice(&caller, id).await?;
    let newest = Cut { limit: page::MAX_LIMIT, from: From::Newest };
    let payments = app.engine.payments_of(&caller, id, newest).await?;
    let events = app.engine.events_of(&caller, id).await?;
    let explained = app.engine.explain_invoice(&caller, id).await?;
    let (strays, more_strays) = strays::of(&explained.transfers);
    let status = invoice.state.as_str();
    let session = app.engine.session_of(&invoice);
    let base = &app.options.checkout_url;
    Ok(DetailTemplate {
        shell: Shell::new(app, page, &format!("Invoice of {}", format::usd(invoice.amount.get())), None).await?,
        complaint,
        id: id.to_string(),
        amount: format::usd(invoice.amount.get()),
        status: format::words(status),
        tone: format::tone(status),
        remark: remark(invoice.exception()),
        safe: invoice.safe_to_fulfill(),
        created: format::moment(invoice.created_at),
        expires: format::moment(invoice.expires_at),
        ended: invoice.state.ended_at().map(format::moment),
        facts: facts(&invoice),
        payments: payments.items.iter().map(payment_row).collect(),
        more_payments: payments.has_more,
        strays,
        more_strays,
        entries: timeline::entries(&events.items),
        more_entries: events.has_more,
        link: format!("{base}/pay?session={}&signature={}", session.token, session.signature),
        open: !invoice.state.is_terminal(),
        may_act: page.signed.may(Action::Invoices),
        cancelable: matches!(invoice.state, Stands::Unpaid) && explained.transfers.is_empty(),
        can_verify: !explained.addresses.is_empty(),
        verification: verification(app, &caller, id).await?,
    })
}

/// What became of the last look at the chain, if there was one.
async fn verification(app: &App, caller: &Caller, id: InvoiceId) -> Result<Option<&'static str>, Error> {
    let verification = match app.engine.verification_of(caller, id).await {
        Ok(verification) => verification,
        Err(Error::Rejected(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(match verification.state {
        Asked::Queued => "The chain is being looked at again.",
        Asked::Completed if verification.result.as_deref() == Some("found") => "The last look found something new.",
        Asked::Completed => "The last look found nothing new.",
        Asked::Failed => "The last look failed; try again.",
    }))
}

fn facts(invoice: &Invoice) -> Vec<Fact> {
    let mut facts = vec![
        Fact { name: "Received", value: format::usd(invoice.amount_paid.get()), mono: false },
        Fact { name: "Remaining", value: format::usd(invoice.amount_remaining().get()), mono: false },
    ];
    let overpaid = invoice.amount_overpaid().get();
    if overpaid > 0 {
        facts.push(Fact { name: "Overpaid", value: format::usd(overpaid), mono: false });
    }
    let terms = &invoice.terms;
    let named = [
        ("Title", &terms.title),
        ("Description", &terms.description),
        ("Footer", &terms.footer),
        ("Customer", &terms.customer_id),
        ("Customer’s e-mail", &terms.customer_email),
        ("Return URL", &terms.payment_return_url),
        ("Metadata", &terms.metadata),
        ("Answers", &terms.responses),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            facts.push(Fact { name, value: value.clone(), mono: matches!(name, "Metadata" | "Answers") });
        }
    }
    if let Some(receiver) = &terms.receiver_override {
        facts.push(Fact { name: "Settles to", value: receiver.to_string(), mono: true });
    }
    if let Some(lock) = &invoice.lock {
        let value = format!("{} on {}", lock.address, format::network(lock.network.name()));
        facts.push(Fact { name: "Locked to", value, mono: true });
    }
    facts
}

fn payment_row(payment: &Payment) -> PaymentRow {
    let word = serde_json::to_value(payment.status).ok();
    let word = word.as_ref().and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    let settlement = serde_json::to_value(payment.settlement_status).ok();
    let settlement = settlement.as_ref().and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    let decide = word == "manual_retry" && !payment.reverted;
    let depth = match payment.required_confirmations {
        _ if payment.reverted => "Taken away by a reorganisation".to_owned(),
        Some(needed) => format!("{} of {needed} confirmations", payment.confirmations.min(u64::from(needed))),
        None if payment.confirmed_at.is_some() => "Final on the chain".to_owned(),
        None => "Waits for the chain to call it final".to_owned(),
    };
    let tx = payment.tx_hash.clone().unwrap_or_default();
    PaymentRow {
        id: payment.id.to_string(),
        amount: format!("{} {}", format::trimmed(&payment.amount_token), payment.token.token_symbol),
        worth: format::usd(payment.amount),
        network: format::network(payment.network.name()),
        status: if payment.reverted { "Reverted".to_owned() } else { format::words(&word) },
        tone: format::tone(if payment.reverted { "reverted" } else { &word }),
        settlement: format::words(&settlement),
        depth,
        seen: format::moment(payment.detected_at),
        tx_short: format::short(&tx),
        tx,
        url: payment.explorer_url.clone(),
        from: payment.payer_address.map(|it| it.to_string()).unwrap_or_default(),
        decide,
        ready: decide && payment.confirmed_at.is_some(),
        why: if payment.late {
            "It came after the invoice had ended."
        } else {
            "It came in another token or on another network than the first payment, or without a price."
        },
    }
}
