//! Native coin moved inside contracts, out of the two kinds of block traces that nodes offer.
//!
//! Counts only value that really moved: not calls that failed or lie below one that failed, nor calls that only borrow
//! code. The transaction itself is left out: it is read from the block.

use std::collections::HashSet;

use alloy::primitives::{Address, B256, U256};
use pepay_core::money::BaseUnits;
use serde::Deserialize;

use crate::error::{Error, Result};

/// A transfer made by a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) transaction: B256,
    pub(super) from: Address,
    pub(super) units: BaseUnits,
}

/// One entry of `trace_block`: calls of all transactions, flat, each with its position.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flat {
    action: Action,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    trace_address: Vec<usize>,
    transaction_hash: Option<B256>,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Action {
    call_type: Option<String>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<U256>,
    /// Of a self-destruct: who is destroyed, who gets the rest, and how much.
    address: Option<Address>,
    refund_address: Option<Address>,
    balance: Option<U256>,
}

/// Transfers to `address` in the traces of a block.
pub(super) fn inside_flat(traces: &[Flat], address: Address) -> Vec<Inside> {
    let failed: HashSet<(B256, &[usize])> = traces
        .iter()
        .filter(|trace| trace.error.is_some())
        .filter_map(|trace| Some((trace.transaction_hash?, trace.trace_address.as_slice())))
        .collect();
    let moved = |trace: &Flat| {
        let transaction = trace.transaction_hash?;
        let reverted = (0..=trace.trace_address.len())
            .any(|depth| failed.contains(&(transaction, trace.trace_address.get(..depth).unwrap_or_default())));
        if trace.trace_address.is_empty() || reverted {
            return None;
        }
        let action = &trace.action;
        let (from, to, value) = match trace.kind.as_str() {
            "call" if action.call_type.as_deref() == Some("call") => (action.from, action.to, action.value),
            "suicide" | "selfdestruct" => (action.address, action.refund_address, action.balance),
            _ => return None,
        };
        let units = value.filter(|value| !value.is_zero())?;
        (to == Some(address)).then_some(Inside { transaction, from: from?, units: BaseUnits::new(units) })
    };
    traces.iter().filter_map(moved).collect()
}

/// One entry of `debug_traceBlockByNumber` with the call tracer: one transaction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Nested {
    tx_hash: Option<B256>,
    result: Option<Frame>,
}

#[derive(Debug, Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    from: Address,
    to: Option<Address>,
    value: Option<U256>,
    error: Option<String>,
    #[serde(default)]
    calls: Vec<Frame>,
}

/// Transfers to `address` in the traces of a block.
pub(super) fn inside_nested(traces: &[Nested], address: Address) -> Vec<Inside> {
    let mut found = Vec::new();
    for trace in traces {
        let (Some(transaction), Some(root)) = (trace.tx_hash, &trace.result) else { continue };
        // An explicit stack: the depth of calls is the sender's choice.
        let mut frames = vec![(root, true)];
        while let Some((frame, is_root)) = frames.pop() {
            if frame.error.is_some() {
                continue;
            }
            frames.extend(frame.calls.iter().rev().map(|call| (call, false)));
            let moves = matches!(frame.kind.as_str(), "CALL" | "SELFDESTRUCT");
            if let Some(value) = frame.value.filter(|value| !value.is_zero())
                && moves
                && !is_root
                && frame.to == Some(address)
            {
                found.push(Inside { transaction, from: frame.from, units: BaseUnits::new(value) });
            }
        }
    }
    found
}

/// One entry per transaction, in the order they ran: a contract may pay the same address several times in one.
pub(super) fn by_transaction(found: Vec<Inside>) -> Result<Vec<Inside>> {
    let mut merged: Vec<Inside> = Vec::new();
    for inside in found {
        match merged.iter_mut().find(|earlier| earlier.transaction == inside.transaction) {
            Some(earlier) => earlier.units = earlier.units.checked_add(inside.units).map_err(Error::Amount)?,
            None => merged.push(inside),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PAYER: &str = "0x0101010101010101010101010101010101010101";
    const PAYEE: &str = "0x0202020202020202020202020202020202020202";
    const HASH: &str = "0x0303030303030303030303030303030303030303030303030303030303030303";

    fn payee() -> Address {
        PAYEE.parse().unwrap()
    }

    fn paid(units: u128) -> Inside {
        Inside { transaction: HASH.parse().unwrap(), from: PAYER.parse().unwrap(), units: BaseUnits::from_u128(units) }
    }

    fn call(position: &[usize], kind: &str, value: &str, error: Option<&str>) -> serde_json::Value {
        json!({ "action": { "callType": kind, "from": PAYER, "to": PAYEE, "value": value, "gas": "0x1", "input": "0x" },
            "error": error, "traceAddress": position, "transactionHash": HASH, "type": "call", "subtraces": 0 })
    }

    #[test]
    fn flat_traces_count_what_moved() {
        let traces: Vec<Flat> = serde_json::from_value(json!([
            call(&[], "call", "0x9", None), // the transaction itself
            call(&[0], "call", "0x5", None),
            call(&[1], "delegatecall", "0x5", None),
            call(&[2], "call", "0x0", None),
            call(&[3], "call", "0x5", Some("Reverted")),
            call(&[3, 0], "call", "0x5", None), // below a failed call
            { "action": { "address": PAYER, "refundAddress": PAYEE, "balance": "0x7" }, "traceAddress": [4],
              "transactionHash": HASH, "type": "suicide", "subtraces": 0 },
            { "action": { "author": PAYER, "rewardType": "block", "value": "0x1" }, "traceAddress": [], "type": "reward" },
            { "action": { "from": PAYER, "init": "0x", "value": "0x1" }, "traceAddress": [5],
              "transactionHash": HASH, "type": "create", "subtraces": 0 },
        ]))
        .unwrap();
        let found = inside_flat(&traces, payee());
        assert_eq!(found, [paid(5), paid(7)]);
        assert_eq!(by_transaction(found).unwrap(), [paid(12)]);
    }

    #[test]
    fn nothing_of_a_failed_transaction_moved() {
        let traces: Vec<Flat> = serde_json::from_value(json!([
            call(&[], "call", "0x9", Some("out of gas")),
            call(&[0], "call", "0x5", None),
        ]))
        .unwrap();
        assert_eq!(inside_flat(&traces, payee()), []);
    }

    #[test]
    fn nested_traces_count_what_moved() {
        let frame = |kind: &str, value: &str, error: Option<&str>, calls: serde_json::Value| {
            json!({ "type": kind,
            "from": PAYER, "to": PAYEE, "value": value, "error": error, "calls": calls })
        };
        let traces: Vec<Nested> = serde_json::from_value(json!([
            { "txHash": HASH, "result": frame("CALL", "0x9", None, json!([
                frame("CALL", "0x5", None, json!([])),
                frame("DELEGATECALL", "0x5", None, json!([frame("CALL", "0x2", None, json!([]))])),
                frame("CALL", "0x5", Some("execution reverted"), json!([frame("CALL", "0x5", None, json!([]))])),
                { "type": "STATICCALL", "from": PAYER, "to": PAYEE },
                frame("SELFDESTRUCT", "0x7", None, json!([])),
            ])) },
            { "txHash": HASH, "result": frame("CALL", "0x9", Some("out of gas"), json!([
                frame("CALL", "0x5", None, json!([])),
            ])) },
        ]))
        .unwrap();
        assert_eq!(inside_nested(&traces, payee()), [paid(5), paid(2), paid(7)]);
    }
}
