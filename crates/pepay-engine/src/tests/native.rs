//! What looks at balances report, made up by hand.

use pepay_store::native_look::NativeLook;

use super::*;
use crate::observe::Looked;

impl World {
    async fn choose_coin(&self, invoice: InvoiceId) -> Address {
        self.engine.0.rates.fix(BSC_COIN, Rate::ONE);
        self.choose(invoice, "bsc", BSC_COIN).await
    }

    /// A look at `at` that found coin, `known` being recorded before, and reached `through`.
    async fn look(
        &self,
        at: Block,
        found: Option<(Address, u128, Option<&str>)>,
        known: u128,
        through: Option<Millis>,
    ) -> bool {
        let network = self.engine.catalogue().network(&id("bsc")).unwrap();
        let found = found.into_iter().map(|(to, units, tx)| {
            let anchor = Anchor { log_index: None, ..anchor(&at, 0) };
            let coin = transfer(to, 0, units, "");
            let coin = Observed { anchor, asset: Asset::Native, tx_hash: tx.map(str::to_owned), from: None, ..coin };
            Looked { address: to, known: BaseUnits::from_u128(known), observed: vec![coin] }
        });
        let through = through.map(|through| NativeLook { block_number: at.number, through });
        self.engine.record_look(network, at, found.collect(), through).await.unwrap()
    }
}

#[tokio::test]
async fn an_invoice_that_awaits_coin_ends_only_by_a_look() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    world.choose_coin(invoice).await;
    let before = world.mine("bsc", 1, vec![]).await;
    assert!(world.look(before, None, 0, Some(before.time)).await);
    // The chain halts, and goes on: its first block is of now, and nobody has looked since.
    world.clock.advance(600_000);
    let after = world.mine("bsc", 1, vec![]).await;
    assert_eq!(world.engine.expire_due().await.unwrap(), 0);
    assert_eq!(world.status(invoice).await, "unpaid");
    // The look goes no further than the blocks were read.
    assert!(world.look(before, None, 0, Some(after.time)).await);
    assert_eq!(world.engine.expire_due().await.unwrap(), 1);
    assert_eq!(world.status(invoice).await, "expired");
}

#[tokio::test]
async fn a_look_that_found_coin_in_time_pays_what_its_time_has_passed_for() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10, "expires_in": 60000}"#).await;
    let to = world.choose_coin(invoice).await;
    let paid_in = world.mine("bsc", 1, vec![]).await;
    world.clock.advance(600_000);
    world.mine("bsc", 1, vec![]).await;
    let after = world.mine("bsc", 1, vec![]).await;
    assert!(world.look(paid_in, Some((to, 10_000_000, None)), 0, Some(after.time)).await);
    assert_eq!(world.engine.expire_due().await.unwrap(), 0);
    let paid = world.show(invoice).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&"paid".into(), &10_000.into()), "{paid}");
}

#[tokio::test]
async fn a_look_that_knew_less_than_is_recorded_records_nothing() {
    let mut world = World::new().await;
    let invoice = world.create(r#"{"amount_usd": 10}"#).await;
    let to = world.choose_coin(invoice).await;
    let at = world.mine("bsc", 1, vec![]).await;
    world.mine("bsc", 1, vec![]).await;
    // Two nodes looked at once, and only one of them has traces.
    assert!(world.look(at, Some((to, 5_000_000, None)), 0, None).await);
    assert!(!world.look(at, Some((to, 5_000_000, Some("0x1"))), 0, Some(at.time)).await);
    assert_eq!(world.show(invoice).await["payments"].as_array().unwrap().len(), 1);
    assert_eq!(pepay_store::native_look::get(world.engine.db().read(), &id("bsc")).await.unwrap(), None);
    // Nor does one whose block is gone.
    world.reorg("bsc", at.number - 1, vec![]).await;
    assert!(!world.look(at, Some((to, 5_000_000, None)), 0, None).await);
    assert_eq!(world.show(invoice).await["payments"][0]["reverted"], true);
}
