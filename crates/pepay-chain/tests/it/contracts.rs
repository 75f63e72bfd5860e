//! The contracts where the rest of the program expects them.

use alloy::primitives::{Address, B256};
use alloy::sol;
use alloy::sol_types::SolCall as _;
use pepay_chain::evm::anvil::{Anvil, Options};
use pepay_chain::evm::deploy::{VERSION, ensure_factory, factory};
use pepay_core::forwarder::{self, Beneficiary};
use pepay_core::money::BasisPoints;
use serde_json::json;

use crate::world::CHAIN_ID;

sol! {
    function addressOf(bytes32 salt, address receiver, address feeReceiver, uint16 feeBps) returns (address);
}

#[tokio::test]
async fn the_factory_is_deployed_once_and_where_it_belongs() {
    let anvil = Anvil::spawn(Options::new(CHAIN_ID)).await.unwrap();
    let wallet = anvil.wallet().unwrap();
    let deployed = ensure_factory(&wallet).await.unwrap();
    assert_eq!(Some(deployed), factory(VERSION));
    let head = anvil.head().await.unwrap();
    assert_eq!(ensure_factory(&wallet).await.unwrap(), deployed);
    assert_eq!(anvil.head().await.unwrap(), head, "the second time sends nothing");
}

#[tokio::test]
async fn a_chain_without_the_proxy_gets_it_first() {
    let anvil = Anvil::spawn(Options::new(CHAIN_ID)).await.unwrap();
    let proxy: Address = "0x4e59b44847b379578588920cA78FbF26c0B4956C".parse().unwrap();
    anvil.call::<serde_json::Value>("anvil_setCode", (proxy, "0x")).await.unwrap();
    let wallet = anvil.wallet().unwrap();
    assert!(!wallet.has_code(proxy).await.unwrap());
    ensure_factory(&wallet).await.unwrap();
    assert!(wallet.has_code(proxy).await.unwrap());
}

#[tokio::test]
async fn deposit_addresses_are_those_of_the_deployed_factory() {
    let anvil = Anvil::spawn(Options::new(CHAIN_ID)).await.unwrap();
    let deployed = ensure_factory(&anvil.wallet().unwrap()).await.unwrap();
    for byte in 0..=40_u8 {
        let fee = if byte % 3 == 0 { 0 } else { u16::from(byte) * 25 };
        let beneficiary = Beneficiary {
            receiver: Address::repeat_byte(byte.wrapping_mul(7) | 1),
            fee_receiver: if fee == 0 { Address::ZERO } else { Address::repeat_byte(byte | 2) },
            fee: BasisPoints::new(fee).unwrap(),
        };
        let salt = B256::repeat_byte(byte);
        let call =
            addressOfCall { salt, receiver: beneficiary.receiver, feeReceiver: beneficiary.fee_receiver, feeBps: fee };
        let data = alloy::hex::encode_prefixed(call.abi_encode());
        let answer: B256 =
            anvil.call("eth_call", (json!({ "to": deployed.address, "data": data }), "latest")).await.unwrap();
        assert_eq!(forwarder::address(&deployed, salt, &beneficiary), Address::from_word(answer), "{byte}");
    }
}

#[tokio::test]
async fn a_node_that_cannot_start_says_why() {
    let anvil = Anvil::spawn(Options::new(CHAIN_ID)).await.unwrap();
    let taken = Options { port: anvil.url().port().unwrap(), ..Options::new(CHAIN_ID) };
    let error = Anvil::spawn(taken).await.unwrap_err().to_string();
    assert!(error.contains("did not start"), "{error}");
    let nothing = Options { program: Some("/nonexistent/anvil".into()), ..Options::new(CHAIN_ID) };
    let error = Anvil::spawn(nothing).await.unwrap_err().to_string();
    assert!(error.contains("/nonexistent/anvil"), "{error}");
}

#[tokio::test]
async fn a_chain_is_kept_between_runs() {
    let directory = tempfile::tempdir().unwrap();
    let options = || Options { state: Some(directory.path().join("state.json")), ..Options::new(CHAIN_ID) };
    let anvil = Anvil::spawn(options()).await.unwrap();
    let deployed = ensure_factory(&anvil.wallet().unwrap()).await.unwrap();
    let head = anvil.head().await.unwrap();
    anvil.stop().await.unwrap();
    let anvil = Anvil::spawn(options()).await.unwrap();
    assert_eq!(anvil.head().await.unwrap(), head);
    assert!(anvil.wallet().unwrap().has_code(deployed.address).await.unwrap());
}
