//! CSV for accounting: streamed page by page, so that a long list needs no memory.
//!
//! A spreadsheet takes a cell that begins like a formula for one, and some split cells at semicolons and tabs too: what
//! begins so gets an apostrophe in front. Amounts are
//! exact decimals, moments are UTC.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use pepay_core::id::{InvoiceId, PaymentId};
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

/// Invoices or payments read at once.
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
    stream(app, &page, &query, Kind::Invoices, "invoices").await
}

pub(super) async fn payments(State(app): State<App>, page: Page, query: Query) -> Result<Response, Fault> {
    stream(app, &page, &query, Kind::Payments, "payments").await
}

/// Nothing is answered before the first part is read: what can not be read at all is no file.
async fn stream(app: App, page: &Page, query: &Query, kind: Kind, name: &'static str) -> Result<Response, Fault> {
    let caller = page.caller()?;
    let asked = Asked::read(&caller, query).map_err(|_| Fault::Malformed)?;
    let head = match kind {
        Kind::Invoices => INVOICES,
        Kind::Payments => PAYMENTS,
    };
    let file = format!("attachment; filename=\"{name}-{}.csv\"", caller.environment);
    let start = Reading { app, caller, asked, kind, from: Some(From::Newest), waiting: VecDeque::new(), after: None };
    let (first, rest) = start.next().await?;
    let rest = futures_util::stream::try_unfold(rest, |reading| async move {
        if reading.is_over() {
            return Ok::<_, std::io::Error>(None);
        }
        // The connection breaks, so that nobody takes a part for the whole.
        reading.next().await.map(Some).map_err(|error| {
            tracing::error!(?error, "Could not export: {error}");
            std::io::Error::other("export failed")
        })
    });
    let first = futures_util::stream::iter([Ok(Bytes::from_static(head.as_bytes())), Ok(first)]);
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
    /// Where the next page of invoices begins; `None` after the last.
    from: Option<From<InvoiceId>>,
    /// Invoices whose payments are to be read.
    waiting: VecDeque<Invoice>,
    /// The last payment read of the first of them: somebody may have sent it dust.
    after: Option<PaymentId>,
}

impl Reading {
    fn is_over(&self) -> bool {
        self.from.is_none() && self.waiting.is_empty()
    }

    /// The next lines, if there are any: one page of invoices, or one of the payments of an invoice.
    async fn next(mut self) -> Result<(Bytes, Self), pepay_engine::Error> {
        let mut text = String::new();
        while text.is_empty() && !self.is_over() {
            match self.waiting.front() {
                None => self.next_invoices(&mut text).await?,
                Some(_) => self.next_payments(&mut text).await?,
            }
        }
        Ok((Bytes::from(text), self))
    }

    async fn next_invoices(&mut self, text: &mut String) -> Result<(), pepay_engine::Error> {
        let Some(from) = self.from else { return Ok(()) };
        let cut = Cut { limit: AT_ONCE, from };
        let (filter, words) = (self.asked.filter.clone(), &self.asked.text);
        let found = self.app.engine.find_invoices(&self.caller, filter, words, cut).await?;
        self.from = found.items.last().filter(|_| found.has_more).map(|last| From::OlderThan(last.id));
        match self.kind {
            Kind::Invoices => found.items.iter().for_each(|invoice| text.push_str(&invoice_line(invoice))),
            Kind::Payments => self.waiting = found.items.into(),
        }
        Ok(())
    }

    async fn next_payments(&mut self, text: &mut String) -> Result<(), pepay_engine::Error> {
        let Some(invoice) = self.waiting.front() else { return Ok(()) };
        let cut = Cut { limit: AT_ONCE, from: self.after.map_or(From::Newest, From::OlderThan) };
        let found = self.app.engine.payments_of(&self.caller, invoice.id, cut).await?;
        found.items.iter().for_each(|payment| text.push_str(&payment_line(payment, invoice)));
        self.after = found.items.last().filter(|_| found.has_more).map(|last| last.id);
        if self.after.is_none() {
            self.waiting.pop_front();
        }
        Ok(())
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
    let plain = cell.parse::<f64>().is_ok();
    let safe = if plain { cell.to_owned() } else { defused(cell) };
    if safe.contains([',', ';', '"', '\t', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// Nothing in it begins like a formula, whatever a spreadsheet was told to take for the end of a cell.
fn defused(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len() + 1);
    if cell.starts_with(['\t', '\r', '\n']) {
        safe.push('\'');
    }
    let mut begins = true;
    for letter in cell.chars() {
        if begins && matches!(letter, '=' | '+' | '-' | '@') {
            safe.push('\'');
        }
        // Blanks and quotation marks before a formula are passed over.
        let ends_cell = matches!(letter, ',' | ';' | '\t' | '\r' | '\n');
        begins = ends_cell || begins && matches!(letter, ' ' | '"' | '\'');
        safe.push(letter);
    }
    safe
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
            ("\tx", "\"'\tx\""),
            ("a,b", "\"a,b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("x;=cmd|' /C calc'!A0", "\"x;'=cmd|' /C calc'!A0\""),
            ("x; =1+1", "\"x; '=1+1\""),
            ("x\t=1+1", "\"x\t'=1+1\""),
            ("x,\"=1+1\"", "\"x,\"\"'=1+1\"\"\""),
            ("x\n@SUM(A1)", "\"x\n'@SUM(A1)\""),
            ("2-1=1; fine", "\"2-1=1; fine\""),
        ] {
            assert_eq!(quoted(cell), written);
        }
        assert_eq!(line(&["a", "b"]), "a,b\r\n");
        assert_eq!(INVOICES.matches(',').count() + 1, 13);
        assert_eq!(PAYMENTS.matches(',').count() + 1, 18);
    }
}
