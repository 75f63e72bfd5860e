//! How deep a payment must lie depends on its worth.

use alloy::primitives::U256;

use crate::world::{Database, Options, Token, World};

crate::on_both_databases! { larger_payments_wait_longer, parts_wait_as_long_as_the_whole }

async fn larger_payments_wait_longer(database: Database) {
    let confirmations = "tiers = [{ up_to_usd = 100, depth = 1 }, { up_to_usd = 1000, depth = 3 }]\nabove = 5";
    let options = Options { confirmations: confirmations.to_owned(), ..Options::default() };
    let world = World::start_with(database, options).await;
    let World { base, merchant, payor, .. } = &world;
    let (small, middle, large) =
        (merchant.create("100.00").await, merchant.create("100.01").await, merchant.create("1000.01").await);
    for invoice in [&small, &middle, &large] {
        let quote = payor.choose(invoice, "base", Token::Usdc).await;
        base.send(Token::Usdc, quote.address, quote.units).await;
    }
    base.mine(1).await;
    let paid = merchant.wait_status(&small, "paid").await;
    assert_eq!(paid["latest_payment"]["required_confirmations"], 1);
    let pending = merchant.wait_payment(&middle, "pending").await;
    assert_eq!(pending["required_confirmations"], 3);

    base.mine(2).await;
    merchant.wait_status(&middle, "paid").await;
    let pending = merchant.wait_payment(&large, "pending").await;
    assert_eq!(pending["required_confirmations"], 5);
    assert_eq!(merchant.read(&large).await["status"], "unpaid");

    base.mine(2).await;
    merchant.wait_status(&large, "paid").await;
    world.audit().await;
}

async fn parts_wait_as_long_as_the_whole(database: Database) {
    let confirmations = "tiers = [{ up_to_usd = 100, depth = 1 }]\nabove = 3";
    let options = Options { confirmations: confirmations.to_owned(), ..Options::default() };
    let world = World::start_with(database, options).await;
    let World { base, merchant, payor, .. } = &world;
    let large = merchant.create("150.00").await;
    let quote = payor.choose(&large, "base", Token::Usdc).await;
    for _ in 0..2 {
        base.send(Token::Usdc, quote.address, quote.units.checked_div(U256::from(2)).expect("two is not zero")).await;
    }
    base.mine(1).await;
    let pending = merchant.wait_payment(&large, "pending").await;
    assert_eq!(pending["required_confirmations"], 3);
    base.mine(2).await;
    merchant.wait_status(&large, "paid").await;
    world.audit().await;
}
