//! Native coin that no plain transaction explains.

use alloy::primitives::{Address, B256};
use pepay_chain::evm::Flush;
use pepay_chain::evm::deploy::ensure_factory;
use pepay_chain::scan::Source as _;
use pepay_core::forwarder::{self, Beneficiary};
use pepay_core::money::BasisPoints;
use pepay_core::transfer::Block;

use crate::world::{Follower, World, account, units};

async fn head(client: &pepay_chain::evm::Client) -> Block {
    let tip = client.tip().await.expect("the node answers");
    client.block(tip.head).await.expect("the node answers").expect("the head has a block")
}

#[tokio::test]
async fn balances_of_many_accounts_are_read_at_a_block() {
    let world = World::start().await;
    let client = world.client().await;
    let before = head(&client).await;
    world.pay_native(account(1), 11).await;
    world.pay_native(account(2), 22).await;
    world.anvil.mine(2).await.unwrap();
    let now = head(&client).await;
    let mut accounts: Vec<Address> = (0_u64..2000).map(|n| Address::left_padding_from(&n.to_be_bytes())).collect();
    accounts.splice(1000..1002, [account(1), account(2)]);
    let balances = client.balances(&accounts, now).await.unwrap();
    assert_eq!(balances.len(), 2000);
    assert_eq!(balances[1000..1002], [units(11), units(22)]);
    assert_eq!(client.balances(&accounts, before).await.unwrap()[1000..1002], [units(0), units(0)]);
    assert_eq!(client.balances(&[], now).await.unwrap(), []);
}

#[tokio::test]
async fn balances_of_a_block_that_is_gone_are_refused() {
    let world = World::start().await;
    let client = world.client().await;
    let gone = Block { hash: [7; 32], parent: [6; 32], ..head(&client).await };
    let error = client.balances(&[account(1)], gone).await.unwrap_err();
    assert!(matches!(error, pepay_chain::Error::Unstable { .. }), "{error}");
}

#[tokio::test]
async fn coin_sent_by_a_contract_is_located() {
    let world = World::start().await;
    let client = world.client().await;
    let start = head(&client).await.number + 1;
    world.pay_native(account(1), 1).await;
    world.anvil.mine(20).await.unwrap();
    let sent = world.devnet.pay_through_contract(account(1), units(5)).await.unwrap();
    let at = world.devnet.wallet().mined(sent).await.unwrap();
    world.anvil.mine(20).await.unwrap();
    let again = world.devnet.pay_through_contract(account(1), units(6)).await.unwrap();
    let again_at = world.devnet.wallet().mined(again).await.unwrap();
    world.anvil.mine(3).await.unwrap();
    let end = head(&client).await;

    // The plain payment is seen while following; the others are not.
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let plain = follower.to(account(1));
    assert_eq!(plain.iter().map(|it| it.units).collect::<Vec<_>>(), [units(1)]);
    assert_eq!(client.balances(&[account(1)], end).await.unwrap(), [units(12)]);

    let found = client.locate_native(account(1), (start, end.number), units(12), units(11), &plain).await.unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.anchor.block_number, it.units, it.tx_hash.clone().unwrap())).collect();
    assert_eq!(told, [(at, units(5), format!("{sent:#x}")), (again_at, units(6), format!("{again:#x}"))]);
    assert!(found.iter().all(|it| it.from.is_some()));
    assert_eq!(client.locate_native(account(1), (start, end.number), units(12), units(0), &plain).await.unwrap(), []);
    // A balance that is not there on a second look tells of nothing.
    let ghost = client.locate_native(account(1), (start, end.number), units(13), units(12), &plain).await.unwrap_err();
    assert!(matches!(ghost, pepay_chain::Error::Unstable { .. }), "{ghost}");
    // The search goes back as far as it takes, and finds no more than is missing.
    let range = (end.number - 1, end.number);
    let wider = client.locate_native(account(1), range, units(12), units(11), &plain).await.unwrap();
    assert_eq!(wider, found);
    let recorded = [plain, found[..1].to_vec()].concat();
    let rest = client.locate_native(account(1), range, units(12), units(6), &recorded).await.unwrap();
    assert_eq!(rest, found[1..]);
    // A plain payment that was missed is found with its transaction.
    let missed = client.locate_native(account(1), range, units(12), units(1), &found).await.unwrap();
    assert_eq!(missed, recorded[..1]);
}

#[tokio::test]
async fn several_payments_of_one_transaction_are_one() {
    let world = World::start().await;
    let client = world.client().await;
    let start = head(&client).await.number + 1;
    let sent = world.devnet.pay_many_through_contract(&[(account(1), units(5)), (account(1), units(6))]).await.unwrap();
    let at = world.devnet.wallet().mined(sent).await.unwrap();
    let found = client.locate_native(account(1), (start, at), units(11), units(11), &[]).await.unwrap();
    assert_eq!(found.iter().map(|it| it.units).collect::<Vec<_>>(), [units(11)]);
}

#[tokio::test]
async fn a_flush_in_between_hides_nothing() {
    let world = World::start().await;
    let client = world.client().await;
    let factory = ensure_factory(world.devnet.wallet()).await.unwrap();
    let beneficiary =
        Beneficiary { receiver: account(9), fee_receiver: account(8), fee: BasisPoints::new(100).unwrap() };
    let salt = B256::repeat_byte(3);
    let deposit = forwarder::address(&factory, salt, &beneficiary);
    let start = head(&client).await.number + 1;

    let first = world.devnet.pay_through_contract(deposit, units(1000)).await.unwrap();
    world.devnet.wallet().mined(first).await.unwrap();
    let flush = world.devnet.flush(&factory, salt, &beneficiary, vec![Address::ZERO]).await.unwrap();
    let flushed_at = world.devnet.wallet().mined(flush).await.unwrap();
    let second = world.devnet.pay_through_contract(deposit, units(2000)).await.unwrap();
    world.devnet.wallet().mined(second).await.unwrap();
    world.pay_native(deposit, 4).await;
    let end = head(&client).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;

    let all = Flush { address: deposit, block_number: flushed_at, units: units(1000) };
    for of in [&[deposit][..], &[]] {
        assert_eq!(client.native_flushes(of, start, end.number).await.unwrap(), [all]);
        assert_eq!(client.native_flushes(of, flushed_at + 1, end.number).await.unwrap(), []);
    }
    assert_eq!(client.native_flushes(&[account(9)], start, end.number).await.unwrap(), []);
    let coded = [client.has_code(deposit, flushed_at - 1).await, client.has_code(deposit, flushed_at).await];
    assert_eq!(coded.map(Result::unwrap), [false, true]);
    assert_eq!(
        client.balances(&[deposit, account(9), account(8)], end).await.unwrap(),
        [units(2004), units(990), units(10)]
    );
    let plain = follower.to(deposit);
    let found = client.locate_native(deposit, (start, end.number), units(2004), units(3000), &plain).await.unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.units, it.tx_hash.clone().unwrap())).collect();
    assert_eq!(told, [(units(1000), format!("{first:#x}")), (units(2000), format!("{second:#x}"))]);
}

#[tokio::test]
async fn coin_from_nowhere_is_reported_without_a_transaction() {
    let world = World::start().await;
    let client = world.client().await;
    let start = head(&client).await.number + 1;
    world.anvil.mine(5).await.unwrap();
    world.anvil.call::<serde_json::Value>("anvil_setBalance", (account(1), "0x7")).await.unwrap();
    world.anvil.mine(5).await.unwrap();
    let end = head(&client).await.number;
    let found = client.locate_native(account(1), (start, end), units(7), units(7), &[]).await.unwrap();
    assert_eq!(found.iter().map(|it| (it.units, it.tx_hash.clone())).collect::<Vec<_>>(), [(units(7), None)]);
}

#[tokio::test]
async fn a_transaction_that_ends_in_the_same_block_as_others_is_told_apart() {
    let world = World::start().await;
    let client = world.client().await;
    let start = head(&client).await.number + 1;
    let deploys = world.devnet.pay_through_contract(account(9), units(1)).await.unwrap();
    world.devnet.wallet().mined(deploys).await.unwrap();
    world.anvil.set_automine(false).await.unwrap();
    let one = world.devnet.pay_through_contract(account(1), units(5)).await.unwrap();
    world.devnet.send_native(account(1), units(100)).await.unwrap();
    let two = world.devnet.pay_through_contract(account(1), units(5)).await.unwrap();
    world.anvil.mine(1).await.unwrap();
    let end = head(&client).await.number;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let plain = follower.to(account(1));
    let found = client.locate_native(account(1), (start, end), units(110), units(10), &plain).await.unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.units, it.tx_hash.clone().unwrap())).collect();
    assert_eq!(told, [(units(5), format!("{one:#x}")), (units(5), format!("{two:#x}"))]);
}

#[tokio::test]
async fn payments_of_failed_transactions_are_dropped() {
    let world = World::start().await;
    let client = world.client().await;
    // A contract without a payable function: the transaction is mined and fails.
    world.anvil.set_automine(false).await.unwrap();
    let target = world.tokens[0];
    let from = world.devnet.wallet().address();
    let request = serde_json::json!({ "from": from, "to": target, "value": "0x9", "gas": "0x186a0" });
    world.anvil.call::<B256>("eth_sendTransaction", [request]).await.unwrap();
    world.anvil.mine(1).await.unwrap();
    world.anvil.set_automine(true).await.unwrap();
    world.pay_native(account(1), 3).await;
    world.pay(0, account(1), 4).await;
    let mut follower = Follower::default();
    follower.follow(&client).await;
    let failed = follower.to(target);
    assert_eq!(failed.iter().map(|it| it.units).collect::<Vec<_>>(), [units(9)]);
    let all = [failed, follower.to(account(1))].concat();
    let kept = client.drop_failed(all).await.unwrap();
    assert_eq!(kept, follower.to(account(1)));
}
