//! Waiting until an invoice has ended, however it ends.

use std::future::IntoFuture as _;
use std::time::{Duration, Instant};

use pepay_client::{ErrorKind, InvoiceState};

use super::client;
use crate::world::{Database, PATIENCE, Token, World};

const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn a_wait_ends_in_each_terminal_status_and_in_time(database: Database) {
    let world = World::start(database).await;
    let World { base, merchant, payor, .. } = &world;
    let pepay = client(&world);
    let wait = |id: &str| pepay.invoices().wait_for_status(id).interval(LOOK).timeout(PATIENCE);

    let [paid, partly, canceled, open] = [(); 4].map(|()| merchant.create("10.00"));
    let (paid, partly, canceled, open) = tokio::join!(paid, partly, canceled, open);
    let expiring = merchant.create_for("10.00", 1_500).await;
    let for_paid = payor.choose(&paid, "base", Token::Usdc).await;
    let for_partly = payor.choose(&partly, "base", Token::Usdc).await;

    let pay = async {
        base.pay(&for_paid).await;
        base.pay_units(&for_partly, for_partly.units / alloy::primitives::U256::from(2)).await;
        base.confirm().await;
    };
    let cancel = async { assert_eq!(merchant.cancel(&canceled).await.json()["status"], "canceled") };
    let (paid, partly, canceled, expired, (), ()) = tokio::join!(
        wait(&paid.id).into_future(),
        wait(&partly.id).until([InvoiceState::Underpaid]).into_future(),
        wait(&canceled.id).into_future(),
        wait(&expiring.id).into_future(),
        pay,
        cancel,
    );
    let paid = paid.expect("the wait ends");
    assert_eq!((paid.invoice.status, paid.invoice.safe_to_fulfill), (InvoiceState::Paid, true));
    assert!(paid.latest_payment.is_some());
    let partly = partly.expect("the wait ends").invoice;
    assert_eq!((partly.status, partly.amount_remaining), (InvoiceState::Underpaid, 5_000));
    let canceled = canceled.expect("the wait ends").invoice;
    assert_eq!(canceled.status, InvoiceState::Canceled);
    let never = wait(&canceled.id).until([InvoiceState::Paid]).await.expect_err("it will not be paid");
    assert_eq!(never.invoice().map(|it| &it.status), Some(&InvoiceState::Canceled));
    assert_eq!(expired.expect("the wait ends").invoice.status, InvoiceState::Expired);

    let began = Instant::now();
    let error = wait(&open.id).timeout(Duration::from_millis(400)).await.expect_err("it is refused");
    assert!(began.elapsed() >= Duration::from_millis(400));
    assert_eq!((error.kind(), error.code().as_str()), (ErrorKind::Timeout, "WAIT_TIMEOUT"));
    assert!(error.message().ends_with("it is unpaid"), "{error}");
    world.audit().await;
}
