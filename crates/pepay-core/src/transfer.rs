//! Transfers seen on a chain: observations, not judgements.
//!
//! A transfer is anchored to the block it was read in. When a reorganisation removes that block the transfer is
//! withdrawn, never deleted; when the same transaction is mined again it is anchored anew under its old id.

use crate::address::Address;
use crate::id::{InvoiceId, PaymentId, TokenId, TransferId};
use crate::money::BaseUnits;
use crate::network::NetworkId;
use crate::time::Millis;
use crate::token::Asset;

/// A 32-byte hash of a block.
pub type BlockHash = [u8; 32];

/// A block as far as Pepay cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height (slot on Solana).
    pub number: u64,
    /// Its hash.
    pub hash: BlockHash,
    /// The hash of the block before it.
    pub parent: BlockHash,
    /// The time the chain gives it.
    pub time: Millis,
}

/// Where in the chain a transfer was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Height of the block.
    pub block_number: u64,
    /// Hash of the block.
    pub block_hash: BlockHash,
    /// The time the chain gives the block.
    pub block_time: Millis,
    /// Index of the log in the block; `None` for the chain's own coin.
    pub log_index: Option<u32>,
}

/// Money that moved to a deposit address, as a chain adapter reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Where it was read.
    pub anchor: Anchor,
    /// The transaction, as the chain writes it; `None` when a balance grew and no transaction explains it.
    pub tx_hash: Option<String>,
    /// What moved.
    pub asset: Asset,
    /// Who sent it, when the chain tells.
    pub from: Option<Address>,
    /// The deposit address.
    pub to: Address,
    /// How much, never zero.
    pub units: BaseUnits,
}

impl Observed {
    /// Whether `self`, read anew, is the transfer `earlier` that a reorganisation withdrew: the same transaction
    /// moved the same amount of the same asset to the same address.
    pub fn is_same_money(&self, earlier: &Self) -> bool {
        self.tx_hash.is_some()
            && self.tx_hash == earlier.tx_hash
            && self.asset == earlier.asset
            && self.to == earlier.to
            && self.units == earlier.units
    }
}

/// Why a transfer to a deposit address is no payment of its invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The address was never handed out for this network.
    WrongNetwork,
    /// A listed token for which the payor was never quoted.
    TokenNotQuoted,
    /// A token this installation does not list.
    TokenNotListed,
}

impl Refusal {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WrongNetwork => "wrong_network",
            Self::TokenNotQuoted => "token_not_quoted",
            Self::TokenNotListed => "token_not_listed",
        }
    }

    /// Reads the storage word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::WrongNetwork, Self::TokenNotQuoted, Self::TokenNotListed].into_iter().find(|it| it.as_str() == text)
    }
}

/// What became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a payment.
    Payment(PaymentId),
    /// It is not, and why. The money is visible and recoverable all the same.
    Refused(Refusal),
}

/// A stored transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id, which survives being mined again.
    pub id: TransferId,
    /// The invoice whose address it went to.
    pub invoice_id: InvoiceId,
    /// Where it was seen.
    pub network: NetworkId,
    /// What was seen.
    pub observed: Observed,
    /// The listed token it moved, if it is one.
    pub token: Option<TokenId>,
    /// What became of it.
    pub verdict: Verdict,
    /// When this installation first saw it.
    pub detected_at: Millis,
    /// When a reorganisation took it away; `None` while its block stands.
    pub withdrawn_at: Option<Millis>,
}
