//! What of the coin found in blocks is money that nobody has recorded yet.
//!
//! The same coin may be found under different names: with its transaction where a provider traces, without where none
//! does, and in a later block where none has the state any more. So a name alone never tells that coin is new. What is
//! recorded in a block explains as much of what is found there, whatever its name, and no more is new than is missing.

use pepay_core::money::BaseUnits;
use pepay_core::transfer::Observed;

use super::native::sum;
use crate::error::{Error, Result};

/// The part of `found`, all of one block, that `recorded` does not explain. Coin recorded under another name explains
/// the first of `found` first.
pub(super) fn of_block(found: Vec<Observed>, recorded: &[Observed]) -> Result<Vec<Observed>> {
    let Some(number) = found.first().map(|it| it.anchor.block_number) else {
        return Ok(found);
    };
    let here = || recorded.iter().filter(|it| it.anchor.block_number == number);
    let named =
        |it: &Observed, all: &[Observed]| it.tx_hash.is_some() && all.iter().any(|other| is_named_as(it, other));
    let mut explained = sum(here().filter(|it| !named(it, &found)).map(|it| it.units))?;
    let mut new = Vec::with_capacity(found.len());
    for it in found {
        if named(&it, recorded) {
            continue;
        }
        let covered = it.units.min(explained);
        explained = explained.checked_sub(covered).map_err(Error::Amount)?;
        let units = it.units.checked_sub(covered).map_err(Error::Amount)?;
        // A second transfer of the same name in the same block would be taken for the first.
        let is_taken = here().any(|known| known.tx_hash == it.tx_hash);
        if !units.is_zero() && !is_taken {
            new.push(Observed { units, ..it });
        }
    }
    Ok(new)
}

fn is_named_as(one: &Observed, other: &Observed) -> bool {
    one.anchor.block_number == other.anchor.block_number && one.tx_hash == other.tx_hash
}

/// The newest of `found` (oldest first) that make up `missing`, the oldest of them in part where it must be; and what
/// they leave of it.
pub(super) fn newest(found: Vec<Observed>, missing: BaseUnits) -> Result<(Vec<Observed>, BaseUnits)> {
    let mut left = missing;
    let mut taken = Vec::with_capacity(found.len());
    for it in found.into_iter().rev() {
        let units = it.units.min(left);
        left = left.checked_sub(units).map_err(Error::Amount)?;
        if !units.is_zero() {
            taken.push(Observed { units, ..it });
        }
    }
    taken.reverse();
    Ok((taken, left))
}

/// The first of `blocks` in which nothing without a transaction is recorded, so that it may be recorded there.
pub(super) fn free_block(mut blocks: impl Iterator<Item = u64>, taken: &[&[Observed]]) -> Option<u64> {
    let is_taken = |number: u64| {
        taken.iter().copied().flatten().any(|it| it.tx_hash.is_none() && it.anchor.block_number == number)
    };
    blocks.find(|number| !is_taken(*number))
}

#[cfg(test)]
mod tests {
    use pepay_core::address::Address;
    use pepay_core::time::Millis;
    use pepay_core::token::Asset;
    use pepay_core::transfer::Anchor;

    use super::*;

    fn coin(block_number: u64, tx: &str, units: u128) -> Observed {
        Observed {
            anchor: Anchor { block_number, block_hash: [1; 32], block_time: Millis(0), log_index: None },
            tx_hash: (!tx.is_empty()).then(|| tx.to_owned()),
            asset: Asset::Native,
            from: None,
            to: Address::Evm(alloy::primitives::Address::ZERO),
            units: BaseUnits::from_u128(units),
        }
    }

    #[test]
    fn coin_recorded_under_any_name_is_not_new() {
        let cases = [
            (vec![coin(1, "a", 5)], vec![], vec![coin(1, "a", 5)]),
            (vec![coin(1, "a", 5)], vec![coin(1, "a", 5)], vec![]),
            (vec![coin(1, "a", 5)], vec![coin(1, "", 5)], vec![]),
            (vec![coin(1, "", 5)], vec![coin(1, "a", 5)], vec![]),
            (vec![coin(1, "a", 5)], vec![coin(2, "", 5)], vec![coin(1, "a", 5)]),
            (vec![coin(1, "a", 5), coin(1, "b", 3)], vec![coin(1, "a", 5)], vec![coin(1, "b", 3)]),
            (vec![coin(1, "a", 5), coin(1, "b", 3)], vec![coin(1, "", 8)], vec![]),
            (vec![coin(1, "a", 5), coin(1, "b", 3)], vec![coin(1, "", 6)], vec![coin(1, "b", 2)]),
            // A plain payment, recorded by its name, explains nothing hidden.
            (vec![coin(1, "", 5), coin(1, "p", 7)], vec![coin(1, "p", 7)], vec![coin(1, "", 5)]),
            (vec![coin(1, "", 8)], vec![coin(1, "", 5)], vec![]),
        ];
        for (found, recorded, new) in cases {
            assert_eq!(of_block(found.clone(), &recorded).unwrap(), new, "{found:?} {recorded:?}");
        }
    }

    #[test]
    fn no_more_is_taken_than_is_missing_and_the_newest_first() {
        let found = || vec![coin(1, "a", 5), coin(2, "b", 6)];
        let (taken, left) = newest(found(), BaseUnits::from_u128(6)).unwrap();
        assert_eq!((taken, left), (vec![coin(2, "b", 6)], BaseUnits::ZERO));
        let (taken, left) = newest(found(), BaseUnits::from_u128(7)).unwrap();
        assert_eq!((taken, left), (vec![coin(1, "a", 1), coin(2, "b", 6)], BaseUnits::ZERO));
        let (taken, left) = newest(found(), BaseUnits::from_u128(13)).unwrap();
        assert_eq!((taken, left), (found(), BaseUnits::from_u128(2)));
    }

    #[test]
    fn a_block_is_free_where_nothing_without_a_transaction_is_recorded() {
        let (recorded, found) = ([coin(1, "", 5), coin(2, "a", 5)], [coin(3, "", 5)]);
        assert_eq!(free_block(1..=9, &[&recorded, &found]), Some(2));
        assert_eq!(free_block((1..=3).rev(), &[&recorded, &found]), Some(2));
        assert_eq!(free_block(1..=1, &[&recorded]), None);
    }
}
