//! Waiting for an invoice.

use std::time::{Duration, Instant};

use pepay_client::{ErrorKind, InvoiceState};

use crate::server::{Asked, Connection, Server, status_of};

const SOON: Duration = Duration::from_millis(5);

#[tokio::test]
async fn a_look_that_fails_saw_nothing_and_the_wait_goes_on() {
    let server = Server::start(async |number, _: Asked, connection: Connection| match number {
        0 => connection.answer(200, &status_of("unpaid")).await,
        1 => connection.answer(502, "").await,
        2 => drop(connection),
        3 => connection.answer(200, &status_of("underpaid")).await,
        _ => connection.answer(200, &status_of("expired")).await,
    })
    .await;
    let client = server.builder().max_retries(0).build().unwrap();
    let found = client.invoices().wait_for_status("inv").interval(SOON).await.unwrap();
    assert_eq!(found.invoice.status, InvoiceState::Expired);
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn what_is_waited_for_can_be_said() {
    let server = Server::start(async |number, _: Asked, connection: Connection| {
        connection.answer(200, &status_of(if number == 0 { "unpaid" } else { "underpaid" })).await;
    })
    .await;
    let wait = server.client().invoices().wait_for_status("inv").interval(SOON);
    let found = wait.until([InvoiceState::Underpaid]).await.unwrap();
    assert_eq!(found.invoice.status, InvoiceState::Underpaid);
}

#[tokio::test]
async fn what_can_not_come_any_more_is_not_waited_for() {
    let server = Server::start(async |number, _: Asked, connection: Connection| {
        connection.answer(200, &status_of(if number == 0 { "unpaid" } else { "canceled" })).await;
    })
    .await;
    let wait = server.client().invoices().wait_for_status("inv").interval(SOON);
    let error = wait.until([InvoiceState::Paid]).await.unwrap_err();
    assert_eq!((error.kind(), error.code().as_str()), (ErrorKind::Ended, "INVOICE_ENDED"));
    assert_eq!(error.message(), "the invoice is canceled and will not be paid");
    assert_eq!(error.invoice().unwrap().status, InvoiceState::Canceled);
    assert_eq!((server.asked().len(), error.is_transient()), (2, false));
}

#[tokio::test]
async fn a_failure_that_stays_ends_the_wait() {
    let server = Server::start(async |_, _: Asked, connection: Connection| {
        connection.answer(404, r#"{"success":false,"error":{"code":"INVOICE_NOT_FOUND","message":"no"}}"#).await;
    })
    .await;
    let error = server.client().invoices().wait_for_status("inv").await.unwrap_err();
    assert_eq!((error.kind(), server.asked().len()), (ErrorKind::NotFound, 1));
}

#[tokio::test]
async fn the_time_is_kept_even_by_a_look_that_hangs() {
    let server = Server::start(async |number, _: Asked, mut connection: Connection| {
        if number == 0 {
            connection.answer(200, &status_of("unpaid")).await;
        } else {
            let _gone = tokio::io::copy(&mut connection.0, &mut tokio::io::sink()).await;
        }
    })
    .await;
    let began = Instant::now();
    let wait = server.client().invoices().wait_for_status("inv").interval(SOON).timeout(Duration::from_millis(300));
    let error = wait.await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!((error.kind(), error.code().as_str()), (ErrorKind::Timeout, "WAIT_TIMEOUT"));
    assert_eq!(error.message(), "the invoice was not paid or expired or canceled within 300ms; it is unpaid");
}
