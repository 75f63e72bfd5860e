//! Deposit addresses on EVM networks: where a CREATE2 forwarder will be (EIP-1014).
//!
//! The address commits to who receives, who takes the fee and how much, and to the version of the contracts; it
//! holds no key. `contracts/README.md` gives the byte layout that this module recomputes.

use alloy_primitives::{Address, B256, keccak256};

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
const CODE_BEFORE: &[u8] = &[];
const CODE_AFTER: &[u8] = &[];

/// The creation code of a forwarder: proxy code, then the arguments it commits to.
fn init_code(implementation: Address, beneficiary: &Beneficiary) -> Vec<u8> {
    [
        CODE_BEFORE,
        implementation.as_slice(),
        CODE_AFTER,
        beneficiary.receiver.as_slice(),
        beneficiary.fee_receiver.as_slice(),
        &beneficiary.fee.get().to_be_bytes(),
    ]
    .concat()
}
