//! Where a payment is to end up. Moving it there is not this module's business.

use crate::address::Address;
use crate::id::InvoiceId;
use crate::network::{Network, NetworkId};

/// A deposit address handed out for one invoice on one network. Kept for good: money may arrive at any time, and an
/// address of an old contract version stays flushable by the terms it commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The network it was handed out for.
    pub network: NetworkId,
    /// The address.
    pub address: Address,
    /// Who the address commits to.
    pub receiver: Address,
    /// Version of the contracts behind it.
    pub version: u16,
    /// Whether the payor was quoted the chain's own coin here, so that its balance is watched.
    pub native: bool,
}

/// Who a payment on `network` goes to: the invoice's own receiver when it is for this network, else the merchant's
/// active wallet here, else the operator's treasury. `None` means nobody could receive it, so nothing may be quoted.
pub fn receiver(network: &Network, own: Option<Address>, wallet: Option<Address>) -> Option<Address> {
    let fits = |address: &Address| address.kind() == network.kind;
    own.filter(fits).or_else(|| wallet.filter(fits)).or_else(|| network.treasury.filter(fits))
}
