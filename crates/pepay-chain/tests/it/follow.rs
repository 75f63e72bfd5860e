//! Following a chain whose only node is honest.

use std::time::Duration;

use pepay_chain::evm::anvil::{Anvil, Options};
use pepay_chain::evm::{Client, Config, MAX_STRANGERS, Scope};
use pepay_chain::scan::Source as _;
use pepay_chain::{Error, evm};

use crate::world::{CHAIN_ID, Follower, World, account, units};

#[tokio::test]
async fn transfers_of_every_kind_of_token_are_seen_once() {
    let world = World::start().await;
    let client = world.client().await;
    for (token, count) in [(0, 10), (1, 20), (2, 30)] {
        world.pay(token, account(1), count).await;
    }
    world.pay_native(account(1), 40).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let seen: Vec<_> = follower.to(account(1)).iter().map(|it| (it.asset, it.units)).collect();
    let native = pepay_core::token::Asset::Native;
    let expected = [(world.asset(0), 10), (world.asset(1), 20), (world.asset(2), 30), (native, 40)];
    assert_eq!(seen, expected.map(|(asset, count)| (asset, units(count))));
    assert!(follower.to(account(1)).iter().all(|it| it.tx_hash.is_some() && it.from.is_some()));
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 4);
}

#[tokio::test]
async fn several_payments_of_one_block_are_told_apart() {
    let world = World::start().await;
    let client = world.client().await;
    world.anvil.set_automine(false).await.unwrap();
    for byte in 1..=5 {
        world.devnet.transfer(world.tokens[0], account(byte), units(7)).await.unwrap();
        world.devnet.send_native(account(byte), units(8)).await.unwrap();
    }
    world.anvil.mine(1).await.unwrap();
    let mut follower = Follower::default();
    follower.follow(&client).await;
    for byte in 1..=5 {
        let seen = follower.to(account(byte));
        assert_eq!(seen.iter().map(|it| it.units).collect::<Vec<_>>(), [units(8), units(7)], "{byte}");
        assert_eq!(seen[0].anchor.block_hash, seen[1].anchor.block_hash);
    }
}

#[tokio::test]
async fn unlisted_tokens_are_seen_only_when_asked_for() {
    let world = World::start().await;
    world.pay(1, account(1), 5).await;
    let url = world.anvil.url().clone();
    for (scope, seen) in [(Scope::Listed, 0), (Scope::Any, 1)] {
        let tokens = vec![world.tokens[0]];
        let config = Config { scope, tokens, ..world.config(vec![url.clone()]) };
        let client = Client::connect(config).await.unwrap();
        let mut follower = Follower::default();
        follower.follow(&client).await;
        assert_eq!(follower.to(account(1)).len(), seen, "{scope:?}");
    }
}

#[tokio::test]
async fn downtime_is_caught_up() {
    let world = World::start().await;
    let client = world.client().await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    world.pay(0, account(1), 1).await;
    world.anvil.mine(450).await.unwrap();
    world.pay(0, account(1), 2).await;
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).iter().map(|it| it.units).collect::<Vec<_>>(), [units(1), units(2)]);
    assert_eq!(follower.head(), world.anvil.head().await.unwrap());
}

#[tokio::test]
async fn a_reorganisation_withdraws_and_mining_again_anchors_anew() {
    let world = World::start().await;
    let client = world.client().await;
    world.anvil.mine(3).await.unwrap();
    let lost = world.devnet.transfer(world.tokens[0], account(1), units(1)).await.unwrap();
    world.devnet.wallet().mined(lost).await.unwrap();
    let kept = world.devnet.send_native(account(2), units(2)).await.unwrap();
    world.devnet.wallet().mined(kept).await.unwrap();
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let before = follower.to(account(2));
    assert_eq!((follower.to(account(1)).len(), before.len()), (1, 1));

    // The nonce of the kept transaction needs the lost one's place taken.
    let filler = world.anvil.raw_transaction(lost).await.unwrap();
    let raw = world.anvil.raw_transaction(kept).await.unwrap();
    world.anvil.reorg(2, &[]).await.unwrap();
    follower.follow(&client).await;
    assert_eq!((follower.to(account(1)).len(), follower.to(account(2)).len()), (0, 0));

    world.anvil.reorg(3, &[(filler, 1), (raw, 2)]).await.unwrap();
    follower.follow(&client).await;
    let again = follower.to(account(2));
    assert_eq!((follower.to(account(1)).len(), again.len()), (1, 1));
    assert!(again[0].is_same_money(&before[0]));
    assert_ne!(again[0].anchor.block_hash, before[0].anchor.block_hash);
}

#[tokio::test]
async fn going_back_to_a_snapshot_is_a_reorganisation() {
    let world = World::start().await;
    let client = world.client().await;
    let snapshot = world.anvil.snapshot().await.unwrap();
    world.pay(0, account(1), 1).await;
    world.pay_native(account(1), 1).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    assert_eq!(follower.to(account(1)).len(), 2);
    world.anvil.revert(snapshot).await.unwrap();
    world.pay_native(account(2), 3).await;
    follower.follow(&client).await;
    assert_eq!((follower.to(account(1)).len(), follower.to(account(2)).len()), (0, 1));
    assert_eq!(follower.head(), world.anvil.head().await.unwrap());
}

#[tokio::test]
async fn what_is_final_is_told() {
    let anvil = Anvil::spawn(Options { slots_in_an_epoch: 4, ..Options::new(CHAIN_ID) }).await.unwrap();
    let network = pepay_core::network::NetworkId::new(pepay_core::network::Environment::Devnet, "base");
    let client = Client::connect(Config::new(network, CHAIN_ID, vec![anvil.url().clone()])).await.unwrap();
    anvil.mine(20).await.unwrap();
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let tip = follower.last.unwrap().tip;
    assert_eq!((tip.head, tip.finalized), (20, 12));
}

#[tokio::test]
async fn a_websocket_wakes_before_the_poll() {
    let world = World::start().await;
    let urls = vec![world.anvil.url().clone(), world.anvil.ws_url()];
    let client = Client::connect(world.config(urls)).await.unwrap();
    let long = Duration::from_mins(2);
    client.wait_for_head(long).await; // opening the socket wakes once
    let ((), mined) = tokio::join!(client.wait_for_head(long), world.anvil.mine(1));
    mined.unwrap();
    // A socket that ended is no reason to stop.
    drop(world);
    for _ in 0..3 {
        client.wait_for_head(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn another_chain_is_refused() {
    let world = World::start().await;
    let config = Config { chain_id: 1, ..world.config(vec![world.anvil.url().clone()]) };
    let error = Client::connect(config).await.unwrap_err();
    assert!(matches!(error, Error::WrongChain { expected: 1, found: CHAIN_ID, .. }), "{error}");

    let other = Anvil::spawn(Options::new(99)).await.unwrap();
    let client = Client::connect(world.config(vec![other.url().clone(), world.anvil.url().clone()])).await.unwrap();
    let mut follower = Follower::default();
    follower.follow(&client).await;
    assert_eq!(follower.head(), world.anvil.head().await.unwrap());
    let health = client.health();
    assert_eq!([health[0].healthy, health[1].healthy], [false, true], "{health:?}");
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused() {
    let network = pepay_core::network::NetworkId::new(pepay_core::network::Environment::Devnet, "base");
    for urls in [vec![], vec!["ws://127.0.0.1:1"], vec!["ftp://127.0.0.1"]] {
        let urls: Vec<evm::Url> = urls.iter().map(|url| url.parse().unwrap()).collect();
        let error = Client::connect(Config::new(network.clone(), 1, urls)).await.unwrap_err();
        assert!(matches!(error, Error::Config { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_rescan_finds_every_token() {
    let world = World::start().await;
    let client = world.client().await;
    let first = world.pay(0, account(1), 1).await;
    world.pay(1, account(2), 9).await;
    world.anvil.mine(10).await.unwrap();
    let last = world.pay(2, account(1), 2).await;
    let found = client.rescan(account(1), first, last).await.unwrap();
    assert_eq!(
        found.iter().map(|it| (it.asset, it.units)).collect::<Vec<_>>(),
        [(world.asset(0), units(1)), (world.asset(2), units(2)),]
    );
    let tip = client.tip().await.unwrap();
    assert_eq!(client.rescan(account(1), first + 1, tip.head).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_rescan_is_not_flooded_by_a_contract_of_a_stranger() {
    let world = World::start().await;
    let tokens = vec![world.tokens[0]];
    let config = Config { tokens, ..world.config(vec![world.anvil.url().clone()]) };
    let client = Client::connect(config).await.unwrap();
    let first = world.pay(0, account(1), 1).await;
    world.anvil.set_automine(false).await.unwrap();
    for count in 1..=u128::try_from(MAX_STRANGERS).unwrap() + 5 {
        world.devnet.transfer(world.tokens[1], account(1), units(count)).await.unwrap();
        // Moves nothing, and so must not take the place of one that does.
        world.devnet.transfer(world.tokens[2], account(1), units(0)).await.unwrap();
    }
    world.anvil.mine(1).await.unwrap();
    world.anvil.set_automine(true).await.unwrap();
    let last = world.pay(0, account(1), 2).await;
    let found = client.rescan(account(1), first, last).await.unwrap();
    let of = |token| found.iter().filter(|it| it.asset == world.asset(token)).map(|it| it.units).collect::<Vec<_>>();
    assert_eq!(of(0), [units(1), units(2)], "what may count is found before and after");
    assert_eq!(of(1), (1..=u128::try_from(MAX_STRANGERS).unwrap()).map(units).collect::<Vec<_>>());
    assert_eq!(found.len(), of(0).len() + of(1).len());
    assert_eq!(client.rescan(account(1), first, last).await.unwrap(), found);
}

#[tokio::test]
async fn what_was_found_is_looked_at_again() {
    let world = World::start().await;
    let client = world.client().await;
    let snapshot = world.anvil.snapshot().await.unwrap();
    let number = world.pay(0, account(1), 1).await;
    let found = client.rescan(account(1), number, number).await.unwrap();
    assert_eq!(client.standing(found.clone()).await.unwrap(), found);
    world.anvil.revert(snapshot).await.unwrap();
    world.anvil.mine(2).await.unwrap();
    assert_eq!(client.standing(found).await.unwrap(), []);
}
