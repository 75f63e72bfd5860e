//! Deposit addresses on EVM networks: where a CREATE2 forwarder will be (EIP-1014).
//!
//! The address commits to who receives, who takes the fee and how much, and to the version of the contracts; it
//! holds no key. `contracts/README.md` gives the byte layout that this module recomputes.

use alloy_primitives::{Address, B256, hex, keccak256};

use crate::id::InvoiceId;
use crate::money::BasisPoints;

/// A deployed factory of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factory {
    /// Version of the contracts, from 1.
    pub version: u16,
    /// The factory.
    pub address: Address,
    /// The forwarder logic its proxies delegate to.
    pub implementation: Address,
}

/// Who a deposit address pays to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beneficiary {
    /// Gets everything but the fee.
    pub receiver: Address,
    /// Gets the fee; zero when there is none.
    pub fee_receiver: Address,
    /// The fee.
    pub fee: BasisPoints,
}

/// The salt of an invoice: the keccak-256 of its 16 id bytes.
pub fn salt(invoice: InvoiceId) -> B256 {
    keccak256(invoice.uuid().as_bytes())
}

/// Where the forwarder of `salt` and `beneficiary` is, deployed or not.
pub fn address(factory: &Factory, salt: B256, beneficiary: &Beneficiary) -> Address {
    factory.address.create2(salt, keccak256(init_code(factory.implementation, beneficiary)))
}

// The bytes around the implementation's address; `contracts/README.md` explains each.
const CODE_BEFORE: [u8; 26] = hex!("3d605d80600a3d3981f336600557005b363d3d373d3d3d363d73");
const CODE_AFTER: [u8; 15] = hex!("5af43d82803e903d91603157fd5bf3");

/// The creation code of a forwarder: proxy code, then the arguments it commits to.
fn init_code(implementation: Address, beneficiary: &Beneficiary) -> Vec<u8> {
    [
        CODE_BEFORE.as_slice(),
        implementation.as_slice(),
        CODE_AFTER.as_slice(),
        beneficiary.receiver.as_slice(),
        beneficiary.fee_receiver.as_slice(),
        &beneficiary.fee.get().to_be_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{address, b256};

    use super::*;

    // From `contracts/deployment.json`, whose examples the deployed factory confirms.
    #[test]
    fn addresses_are_those_of_the_factory() {
        let factory = Factory {
            version: 1,
            address: address!("0xaF2744a119b76108ee63031d59a8A8EF22a638C2"),
            implementation: address!("0xfccDad2848CE12AcC6eD05edE6c98A68Fc5e0a43"),
        };
        let beneficiary = Beneficiary {
            receiver: address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
            fee_receiver: address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
            fee: BasisPoints::new(50).unwrap(),
        };
        let salt = b256!("0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        assert_eq!(
            super::address(&factory, salt, &beneficiary),
            address!("0x60F0a675224Cf8bfA419a98e854661FdB88643AD")
        );
    }
}
