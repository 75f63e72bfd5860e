//! Two programs on one PostgreSQL are one installation.

use crate::idempotency::{assert_one, create_at_once};
use crate::world::{Database, Payor, Server, Token, World};

#[tokio::test]
async fn both_nodes_show_what_either_did_and_one_goes_on_alone() {
    let mut world = World::start(Database::Postgres).await;
    let second = world.files.second();
    let mut server = Server::start(&second, "second").await;
    let (here, there) = (world.merchant.clone(), world.merchant.at(second.api()));

    let invoice = here.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    let shown_here = here.wait_status(&invoice, "paid").await;
    let shown_there = there.wait_status(&invoice, "paid").await;
    assert_eq!(shown_here["payments"], shown_there["payments"]);

    // Whichever of them watches: first one dies, then the other.
    let invoice = here.create("10.00").await;
    let quote = world.payor.choose(&invoice, "base", Token::Usdc).await;
    world.kill_server().await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    there.wait_status(&invoice, "paid").await;

    world.restart_server().await;
    let invoice = there.create("10.00").await;
    let quote = Payor::new(second.api()).choose(&invoice, "base", Token::Usdc).await;
    server.kill().await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    here.wait_status(&invoice, "paid").await;
    world.audit().await;
}

#[tokio::test]
async fn one_key_on_two_nodes_is_one_invoice() {
    let world = World::start(Database::Postgres).await;
    let second = world.files.second();
    let _server = Server::start(&second, "second").await;
    let nodes = [world.merchant.clone(), world.merchant.at(second.api())];
    let answers = create_at_once(&nodes, "order-1", 50).await;
    assert_eq!(answers.len(), 100);
    assert_one(&world.merchant, &answers).await;
    world.audit().await;
}
