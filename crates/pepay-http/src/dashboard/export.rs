//! CSV for accounting: streamed page by page, so that a long list needs no memory.
//!
//! A spreadsheet takes a cell that begins like a formula for one: such cells get an apostrophe in front. Amounts are
//! exact decimals, moments are UTC.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use pepay_core::id::InvoiceId;
use pepay_core::invoice::Invoice;
use pepay_core::page::{From, Page as Cut};
use pepay_engine::auth::Caller;
use pepay_wire::Payment;

use super::door::Page;
use super::fault::Fault;
use super::format;
use super::invoices::list::Asked;
use crate::app::App;
use crate::query::Query;

/// Invoices read at once.
const AT_ONCE: u32 = 100;

const INVOICES: &str = "invoice_id,environment,status,created_at,expires_at,ended_at,amount_usd,amount_paid_usd,\
                        amount_overpaid_usd,customer_id,customer_email,description,exception\r\n";
const PAYMENTS: &str = "payment_id,invoice_id,environment,status,settlement_status,detected_at,confirmed_at,network,token,\
                        amount_token,exchange_rate,worth_usd,tx_hash,payer_address,payment_address,late,reverted,\
                        customer_id\r\n";

/// What lines are made of.
#[derive(Clone, Copy)]
enum Kind {
    Invoices,
    Payments,
}

pub(super) async fn invoices(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    stream(app, &page, &query, Kind::Invoices, "invoices")
}

pub(super) async fn payments(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    stream(app, &page, &query, Kind::Payments, "payments")
}

fn stream(app: App, page: &Page, query: &Query, kind: Kind, name: &'static str) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let asked = Asked::read(&caller, query).map_err(|_| Fault::Malformed)?;
    let head = match kind {
        Kind::Invoices => INVOICES,
        Kind::Payments => PAYMENTS,
    };
    let file = format!("attachment; filename=\"{name}-{}.csv\"", caller.environment);
    let start = Reading { app, caller, asked, kind, from: Some(From::Newest) };
    let rest = futures_util::stream::try_unfold(start, |reading| async move {
        let Some(from) = reading.from else { return Ok::<_, std::io::Error>(None) };
        reading.next(from).await.map(Some).map_err(|error| {
            tracing::error!(?error, "Could not export: {error}");
            std::io::Error::other("export failed")
        })
    });
    let first = futures_util::stream::iter([Ok(Bytes::from_static(head.as_bytes()))]);
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(file).map_err(|_| Fault::Failed)?),
    ];
    Ok((headers, body).into_response())
}

struct Reading {
    app: App,
    caller: Caller,
    asked: Asked,
    kind: Kind,
    /// Where the next page begins; `None` after the last.
    from: Option<From<InvoiceId>>,
}

impl Reading {
    async fn next(self, from: From<InvoiceId>) -> Result<(Bytes, Self), pepay_engine::Error> {
        let (engine, caller) = (&self.app.engine, &self.caller);
        let cut = Cut { limit: AT_ONCE, from };
        let found = engine.find_invoices(caller, self.asked.filter.clone(), &self.asked.text, cut).await?;
        let mut text = String::new();
        for invoice in &found.items {
            match self.kind {
                Kind::Invoices => text.push_str(&invoice_line(invoice)),
                Kind::Payments => {
                    for payment in engine.payments_of(caller, invoice.id).await? {
                        text.push_str(&payment_line(&payment, invoice));
                    }
                }
            }
        }
        let from = found.items.last().filter(|_| found.has_more).map(|last| From::OlderThan(last.id));
        Ok((Bytes::from(text), Self { from, ..self }))
    }
}

fn invoice_line(invoice: &Invoice) -> String {
    let terms = &invoice.terms;
    line(&[
        &invoice.id.to_string(),
        invoice.environment.as_str(),
        invoice.state.as_str(),
        &format::iso(invoice.created_at),
        &format::iso(invoice.expires_at),
        &invoice.state.ended_at().map(format::iso).unwrap_or_default(),
        &invoice.amount.decimal(),
        &invoice.amount_paid.decimal(),
        &invoice.amount_overpaid().decimal(),
        terms.customer_id.as_deref().unwrap_or_default(),
        terms.customer_email.as_deref().unwrap_or_default(),
        terms.description.as_deref().unwrap_or_default(),
        invoice.exception().map(pepay_core::invoice::Exception::as_str).unwrap_or_default(),
    ])
}

fn payment_line(payment: &Payment, invoice: &Invoice) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let status = serde_json::to_value(payment.status).map(word).unwrap_or_default();
    let settlement = serde_json::to_value(payment.settlement_status).map(word).unwrap_or_default();
    line(&[
        &payment.id.to_string(),
        &payment.invoice_id.to_string(),
        payment.network.environment().as_str(),
        &status,
        &settlement,
        &format::iso(payment.detected_at),
        &payment.confirmed_at.map(format::iso).unwrap_or_default(),
        payment.network.name(),
        &payment.token.token_symbol,
        &payment.amount_token,
        &payment.exchange_rate.decimal(),
        &payment.amount_decimal.0.decimal(),
        payment.tx_hash.as_deref().unwrap_or_default(),
        &payment.payer_address.map(|it| it.to_string()).unwrap_or_default(),
        &payment.payment_address.to_string(),
        if payment.late { "true" } else { "false" },
        if payment.reverted { "true" } else { "false" },
        invoice.terms.customer_id.as_deref().unwrap_or_default(),
    ])
}

fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that no spreadsheet runs and no parser splits (RFC 4180).
fn quoted(cell: &str) -> String {
    let number = cell.parse::<f64>().is_ok();
    let safe = if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && !number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if safe.contains([',', '"', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("plain", "plain"),
            ("=HYPERLINK(\"http://evil\",\"x\")", "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\""),
            ("+1+1", "'+1+1"),
            ("-1.5", "-1.5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("a,b", "\"a,b\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            assert_eq!(quoted(cell), written);
        }
        assert_eq!(line(&["a", "b"]), "a,b\r\n");
        assert_eq!(INVOICES.matches(',').count() + 1, 13);
        assert_eq!(PAYMENTS.matches(',').count() + 1, 18);
    }
}
