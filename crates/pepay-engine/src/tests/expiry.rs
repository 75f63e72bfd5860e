//! Invoices that are past their end and cannot end yet.

use std::time::Duration;

use super::*;

/// Far more than looking takes; a pass that wants to write waits for the test itself.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn invoices_that_wait_for_a_network_or_a_payment_keep_nobody_from_writing() {
    let mut world = World::new().await;
    let body = r#"{"amount_usd": 10, "expires_in": 60000}"#;
    let (blind, pending, plain) = (world.create(body).await, world.create(body).await, world.create(body).await);
    world.choose(blind, "base", USDC).await;
    let to = world.choose(pending, "bsc", BSC_USDC).await;
    world.clock.advance(50_000);
    world.mine("bsc", 1, vec![transfer(to, 0x53, 4_000_000, "0x1")]).await;
    assert_eq!(world.engine.expire_due().await.unwrap(), 0, "none has reached its end");
    world.clock.advance(10_000);
    world.mine("bsc", 1, vec![]).await;
    assert_eq!(world.engine.expire_due().await.unwrap(), 1, "the one nobody can pay");
    assert_eq!(world.status(plain).await, "expired");

    // While somebody writes, whoever would as well has to wait.
    let writing = world.engine.db().begin("test.hold").await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, world.engine.expire_due()).await.expect("nothing to write");
    assert_eq!(ended.unwrap(), 0);
    drop(writing);

    world.mine("base", 1, vec![]).await;
    assert_eq!(world.engine.expire_due().await.unwrap(), 1, "its network was read past its end");
    assert_eq!((world.status(blind).await, world.status(pending).await), ("expired".into(), "unpaid".into()));
    // Decided and not enough: it ends with that, and nobody has to come round.
    world.mine("bsc", 1, vec![]).await;
    assert_eq!(world.status(pending).await, "expired");
}
