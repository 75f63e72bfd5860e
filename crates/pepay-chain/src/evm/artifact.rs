//! The committed contracts: creation code from `contracts/artifacts`, built into the program.

use std::sync::LazyLock;

use alloy::hex;
use serde::Deserialize;

macro_rules! creation_code {
    ($name:ident, $file:literal) => {
        pub(super) static $name: LazyLock<Vec<u8>> =
            LazyLock::new(|| decode(include_str!(concat!("../../../../contracts/artifacts/", $file))));
    };
}

creation_code!(BALANCE_READER, "BalanceReader.json");
creation_code!(FORWARDER_FACTORY, "ForwarderFactory.json");
creation_code!(PAYER, "Payer.json");
creation_code!(TEST_TOKEN, "TestToken.json");
creation_code!(NO_RETURN_TOKEN, "NoReturnToken.json");

fn decode(artifact: &str) -> Vec<u8> {
    #[derive(Deserialize)]
    struct Artifact {
        bytecode: String,
    }
    let artifact: Artifact = serde_json::from_str(artifact).expect("a committed artifact is JSON with bytecode");
    hex::decode(artifact.bytecode).expect("committed bytecode is hexadecimal")
}
