//! What the tests say to contracts, and the bytes they are deployed from.

use alloy::primitives::{Address, Bytes, address, hex};
use alloy::sol;
use alloy::sol_types::SolValue as _;
use serde_json::Value;

sol! {
    interface IToken {
        function mint(address to, uint256 value) external;
        function transfer(address to, uint256 value) external;
        function balanceOf(address owner) external view returns (uint256);
    }
    interface IPayer {
        function pay(address to) external payable;
    }
    interface IFactory {
        function flush(bytes32 salt, address receiver, address feeReceiver, uint16 feeBps, address[] tokens) external;
    }
}

/// The deterministic-deployment proxy, which anvil has from the start.
pub(crate) const DEPLOYER: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");

macro_rules! artifact {
    ($name:literal) => {
        include_str!(concat!("../../../../../contracts/artifacts/", $name, ".json"))
    };
}

fn bytecode(artifact: &str) -> Vec<u8> {
    let artifact: Value = serde_json::from_str(artifact).expect("a committed artifact is JSON");
    hex::decode(artifact["bytecode"].as_str().expect("an artifact has bytecode")).expect("bytecode is hex")
}

/// Creation code of a token whose `transfer` gives true.
pub(crate) fn test_token(symbol: &str, decimals: u8) -> Bytes {
    with_arguments(bytecode(artifact!("TestToken")), symbol, decimals)
}

/// Creation code of a token whose `transfer` gives nothing.
pub(crate) fn no_return_token(symbol: &str, decimals: u8) -> Bytes {
    with_arguments(bytecode(artifact!("NoReturnToken")), symbol, decimals)
}

/// Creation code of a contract that pays native coin.
pub(crate) fn payer() -> Bytes {
    bytecode(artifact!("Payer")).into()
}

/// The call to [`DEPLOYER`] that deploys the factory, and where it will be.
pub(crate) fn factory() -> (Bytes, Address) {
    let text = include_str!("../../../../../contracts/deployment.json");
    let deployment: Value = serde_json::from_str(text).expect("the committed deployment is JSON");
    let field = |name: &str| deployment["factory"][name].as_str().expect("the deployment names it").to_owned();
    let mut data = hex::decode(field("salt")).expect("the salt is hex");
    data.extend(bytecode(artifact!("ForwarderFactory")));
    (data.into(), field("address").parse().expect("the factory has an address"))
}

fn with_arguments(mut code: Vec<u8>, symbol: &str, decimals: u8) -> Bytes {
    code.extend((symbol.to_owned(), symbol.to_owned(), alloy::primitives::U256::from(decimals)).abi_encode_params());
    code.into()
}
