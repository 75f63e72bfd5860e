//! The forwarder factory on a chain: where it is, and putting it there.
//!
//! It is deployed through the deterministic-deployment proxy, so its address commits to its code: code at that address
//! is the right code. It refuses to go on when something else than expected comes out.

use alloy::primitives::{Address, B256, U256, address, b256};
use pepay_core::forwarder::Factory;

use super::artifact::FORWARDER_FACTORY;
use super::wallet::Wallet;
use crate::error::{Error, Result};

/// The deterministic-deployment proxy, at the same address on every chain that has it.
const PROXY: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");
/// Who deploys the proxy: the signature below is nobody's, so only this one transaction can ever come from it.
const PROXY_SIGNER: Address = address!("0x3fAB184622Dc19b6109349B94811493BF2a45362");
/// What that transaction costs, in wei: 100 000 gas at 100 gwei.
const PROXY_COST_WEI: u64 = 10_000_000_000_000_000;
/// The transaction, without a chain id: valid wherever such transactions are taken.
const PROXY_TRANSACTION: &str = "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";

/// The salt of version 1: `pepay.forwarder-factory.v1`.
const FACTORY_SALT: B256 = b256!("0x70657061792e666f727761726465722d666163746f72792e7631000000000000");

/// The newest version of the contracts.
pub const VERSION: u16 = 1;

/// The factory of a version, at the same address on every chain; `None` for a version that does not exist.
pub const fn factory(version: u16) -> Option<Factory> {
    match version {
        1 => Some(Factory {
            version: 1,
            address: address!("0xaF2744a119b76108ee63031d59a8A8EF22a638C2"),
            implementation: address!("0xfccDad2848CE12AcC6eD05edE6c98A68Fc5e0a43"),
        }),
        _ => None,
    }
}

/// Deploys the proxy and the newest factory where they are missing, and checks that they are there. Costs the wallet
/// some 2 million gas the first time and nothing after.
pub async fn ensure_factory(wallet: &Wallet) -> Result<Factory> {
    let factory = factory(VERSION).ok_or_else(|| Error::Deploy { what: "no newest factory".to_owned() })?;
    let deployed = create2(wallet, FACTORY_SALT, &FORWARDER_FACTORY).await?;
    if deployed != factory.address || !wallet.has_code(factory.implementation).await? {
        let what = format!("the factory came out at {deployed}, not {}", factory.address);
        return Err(Error::Deploy { what });
    }
    Ok(factory)
}

/// Deploys `creation_code` at the address that it and `salt` determine, unless it is there already.
pub(super) async fn create2(wallet: &Wallet, salt: B256, creation_code: &[u8]) -> Result<Address> {
    let address = PROXY.create2_from_code(salt, creation_code);
    if wallet.has_code(address).await? {
        return Ok(address);
    }
    ensure_proxy(wallet).await?;
    wallet.send_mined(PROXY, U256::ZERO, [salt.as_slice(), creation_code].concat()).await?;
    if wallet.has_code(address).await? {
        Ok(address)
    } else {
        Err(Error::Deploy { what: format!("nothing was deployed at {address}") })
    }
}

async fn ensure_proxy(wallet: &Wallet) -> Result<()> {
    if wallet.has_code(PROXY).await? {
        return Ok(());
    }
    let balance: U256 = wallet.call("eth_getBalance", (PROXY_SIGNER, "latest")).await?;
    let cost = U256::from(PROXY_COST_WEI);
    if let Some(missing) = cost.checked_sub(balance).filter(|missing| !missing.is_zero()) {
        wallet.send_mined(PROXY_SIGNER, missing, Vec::new()).await?;
    }
    let transaction = wallet.send_raw(PROXY_TRANSACTION).await?;
    wallet.mined(transaction).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_those_of_the_contracts() {
        let text = include_str!("../../../../contracts/deployment.json");
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let address = |pointer: &str| json.pointer(pointer).unwrap().as_str().unwrap().parse::<Address>().unwrap();
        let factory = factory(VERSION).unwrap();
        assert_eq!(json["version"], VERSION);
        assert_eq!(address("/factory/address"), factory.address);
        assert_eq!(address("/forwarder/implementation"), factory.implementation);
        assert_eq!(json["factory"]["salt"], format!("{FACTORY_SALT:#x}"));
        assert_eq!(address("/deployer/address"), PROXY);
        assert_eq!(address("/deployer/signer"), PROXY_SIGNER);
        assert_eq!(json["deployer"]["fundingWei"], PROXY_COST_WEI.to_string());
        assert_eq!(json["deployer"]["signedTransaction"], PROXY_TRANSACTION);
        assert_eq!(PROXY.create2_from_code(FACTORY_SALT, FORWARDER_FACTORY.as_slice()), factory.address);
    }
}
