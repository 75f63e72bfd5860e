//! Blocks, transactions and logs as nodes write them, and the core types made of them.
//!
//! Only the fields Pepay needs are read, so that the transaction kinds and header fields each chain adds cannot stop the
//! watcher. A log that is not exactly an ERC-20 `Transfer` of something is no transfer.

use alloy::primitives::{Address, B256, Bloom, BloomInput, U64, U256, b256};
use alloy::rpc::types::Log;
use pepay_core::money::BaseUnits;
use pepay_core::time::Millis;
use pepay_core::token::Asset;
use pepay_core::transfer::{Anchor, Block, Observed};
use serde::Deserialize;

use super::Scope;

/// `Transfer(address,address,uint256)`.
pub(super) const TRANSFER: B256 = b256!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

/// A block header with its transactions in the form `T`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawBlock<T> {
    number: U64,
    hash: B256,
    parent_hash: B256,
    timestamp: U64,
    #[serde(default)]
    logs_bloom: Bloom,
    #[serde(default = "Vec::new")]
    pub(super) transactions: Vec<T>,
}

/// A header whose transactions are of no interest.
pub(super) type Header = RawBlock<serde::de::IgnoredAny>;

/// A transaction, as far as native coin goes.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Transaction {
    hash: B256,
    from: Address,
    /// Missing when it creates a contract.
    to: Option<Address>,
    value: U256,
}

impl<T> RawBlock<T> {
    pub(super) fn block(&self) -> Block {
        Block {
            number: self.number.to(),
            hash: self.hash.0,
            parent: self.parent_hash.0,
            time: Millis::from_secs(i64::try_from(self.timestamp.to::<u64>()).unwrap_or(i64::MAX)),
        }
    }

    /// Whether the header says that transfers of one of `tokens` may be in the block. May be wrong when it says yes.
    pub(super) fn may_hold_transfers(&self, tokens: &[Address], scope: Scope) -> bool {
        let bloom = &self.logs_bloom;
        bloom.contains_input(BloomInput::Raw(TRANSFER.as_slice()))
            && match scope {
                Scope::Any => true,
                Scope::Listed => tokens.iter().any(|token| bloom.contains_input(BloomInput::Raw(token.as_slice()))),
            }
    }
}

impl RawBlock<Transaction> {
    /// The same header without its transactions.
    pub(super) fn into_header(self) -> Header {
        let Self { number, hash, parent_hash, timestamp, logs_bloom, transactions: _ } = self;
        Header { number, hash, parent_hash, timestamp, logs_bloom, transactions: Vec::new() }
    }

    /// Native coin that plain transactions of this block send, whether they succeeded or not.
    pub(super) fn native(&self) -> impl Iterator<Item = Observed> {
        let block = self.block();
        self.transactions.iter().filter_map(move |transaction| {
            let to = transaction.to.filter(|_| !transaction.value.is_zero())?;
            Some(Observed {
                anchor: anchor(&block, None),
                tx_hash: Some(hex(transaction.hash)),
                asset: Asset::Native,
                from: Some(pepay_core::address::Address::Evm(transaction.from)),
                to: pepay_core::address::Address::Evm(to),
                units: BaseUnits::new(transaction.value),
            })
        })
    }
}

/// Where something was read. `log_index`: none for native coin.
pub(super) fn anchor(block: &Block, log_index: Option<u32>) -> Anchor {
    Anchor { block_number: block.number, block_hash: block.hash, block_time: block.time, log_index }
}

/// A hash as chains write it: `0x` and 64 lower-case digits.
pub(super) fn hex(hash: B256) -> String {
    format!("{hash:#x}")
}

/// Whether a log tells of an ERC-20 transfer of a positive amount.
pub(super) fn is_transfer(log: &Log) -> bool {
    movement(log).is_some()
}

/// From whom, to whom and how much.
fn movement(log: &Log) -> Option<(Address, Address, U256)> {
    let [topic, from, to] = log.topics() else { return None };
    let value = <[u8; 32]>::try_from(log.data().data.as_ref()).map(U256::from_be_bytes).ok()?;
    let counts = *topic == TRANSFER && !value.is_zero() && !log.removed;
    Some((address(*from)?, address(*to)?, value)).filter(|_| counts)
}

/// The transfer a log of `block` tells of; none when it is no ERC-20 transfer of a positive amount.
pub(super) fn transfer(log: &Log, block: &Block) -> Option<Observed> {
    let (from, to, value) = movement(log)?;
    Some(Observed {
        anchor: anchor(block, Some(u32::try_from(log.log_index?).ok()?)),
        tx_hash: Some(hex(log.transaction_hash?)),
        asset: Asset::Contract(pepay_core::address::Address::Evm(log.address())),
        from: Some(pepay_core::address::Address::Evm(from)),
        to: pepay_core::address::Address::Evm(to),
        units: BaseUnits::new(value),
    })
}

/// An address in a topic: twelve zero bytes first.
fn address(topic: B256) -> Option<Address> {
    let (zeros, address) = topic.split_at(12);
    zeros.iter().all(|byte| *byte == 0).then(|| Address::from_slice(address))
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{Bytes, LogData};

    use super::*;

    fn log(topics: Vec<B256>, data: &[u8]) -> Log {
        Log {
            inner: alloy::primitives::Log {
                address: Address::repeat_byte(1),
                data: LogData::new_unchecked(topics, Bytes::copy_from_slice(data)),
            },
            transaction_hash: Some(B256::repeat_byte(2)),
            log_index: Some(3),
            ..Log::default()
        }
    }

    fn block() -> Block {
        Block { number: 5, hash: [6; 32], parent: [5; 32], time: Millis::from_secs(9) }
    }

    #[test]
    fn only_whole_erc20_transfers_count() {
        let (from, to) = (Address::repeat_byte(8).into_word(), Address::repeat_byte(9).into_word());
        let one = U256::from(1).to_be_bytes::<32>();
        let good = transfer(&log(vec![TRANSFER, from, to], &one), &block()).unwrap();
        assert_eq!(good.to.to_string(), Address::repeat_byte(9).to_string());
        assert_eq!((good.units, good.anchor.log_index), (BaseUnits::from_u128(1), Some(3)));
        assert_eq!(good.tx_hash.unwrap(), format!("0x{}", "02".repeat(32)));
        let bad = [
            log(vec![TRANSFER, from, to, from], &[]), // an NFT: its fourth topic is the token id
            log(vec![TRANSFER, from], &one),
            log(vec![TRANSFER, from, to], &[0; 32]),
            log(vec![TRANSFER, from, to], &[1; 31]),
            log(vec![TRANSFER, from, to], &[1; 64]),
            log(vec![TRANSFER, from, B256::repeat_byte(9)], &one),
            log(vec![B256::repeat_byte(1), from, to], &one),
            log(vec![], &one),
            Log { removed: true, ..log(vec![TRANSFER, from, to], &one) },
        ];
        for log in bad {
            assert_eq!(transfer(&log, &block()), None, "{log:?}");
        }
    }

    #[test]
    fn blocks_of_other_chains_are_read() {
        // A deposit transaction of the OP stack (no gas price, own kind) and a contract creation.
        let text = r#"{"number":"0x10","hash":"0x0606060606060606060606060606060606060606060606060606060606060606",
            "parentHash":"0x0505050505050505050505050505050505050505050505050505050505050505","timestamp":"0x5",
            "milliTimestamp":"0x1388","transactions":[
            {"type":"0x7e","sourceHash":"0x00","hash":"0x0202020202020202020202020202020202020202020202020202020202020202",
             "from":"0x0101010101010101010101010101010101010101","to":"0x0202020202020202020202020202020202020202","value":"0x7","mint":"0x7"},
            {"hash":"0x0303030303030303030303030303030303030303030303030303030303030303",
             "from":"0x0101010101010101010101010101010101010101","to":null,"value":"0x7"}]}"#;
        let block: RawBlock<Transaction> = serde_json::from_str(text).unwrap();
        let native: Vec<_> = block.native().collect();
        assert_eq!(native.len(), 1);
        assert_eq!(native[0].units, BaseUnits::from_u128(7));
        assert_eq!((block.block().number, block.block().time), (16, Millis(5000)));
    }
}
