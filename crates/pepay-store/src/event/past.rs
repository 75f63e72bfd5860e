//! Events read again: by number, from a moment on, and for one merchant in commit order.

use pepay_core::id::MerchantId;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::{Column, Entity};
use super::{Stored, last};
use crate::Error;

/// The events of these numbers, in commit order. Those that are kept no longer are left out.
pub async fn by_seqs(conn: &impl ConnectionTrait, seqs: &[i64]) -> Result<Vec<Stored>, Error> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        Entity::find().filter(Column::Seq.is_in(seqs.iter().copied())).order_by_asc(Column::Seq).all(conn).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// A merchant's events after number `seq`, up to and with `until`, in commit order: of one environment, or of both.
pub async fn of_merchant(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Option<Environment>,
    (seq, until): (i64, i64),
    limit: usize,
) -> Result<Vec<Stored>, Error> {
    let mut found = Vec::new();
    // One range of the index each.
    for own in [Environment::Devnet, Environment::Mainnet] {
        if environment.is_some_and(|wanted| wanted != own) {
            continue;
        }
        let rows = Entity::find()
            .filter(Column::MerchantId.eq(merchant.0))
            .filter(Column::Environment.eq(own.as_str()))
            .filter(Column::Seq.gt(seq))
            .filter(Column::Seq.lte(until))
            .order_by_asc(Column::Seq)
            .limit(u64::try_from(limit).unwrap_or(u64::MAX))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    found.sort_unstable_by_key(|row| row.seq);
    found.truncate(limit);
    found.into_iter().map(Stored::try_from).collect()
}

/// The number of the last event before `at`; 0 when there is none. Times never run backwards along the numbers, so a
/// few look-ups by number find it.
pub async fn last_before(conn: &impl ConnectionTrait, at: Millis) -> Result<i64, Error> {
    let Some(newest) = last(conn).await? else { return Ok(0) };
    if newest.at < at {
        return Ok(newest.seq);
    }
    // Everything up to `before` lies before `at`, and what follows `from` does not.
    let (mut before, mut from) = (0, newest.seq);
    while from.saturating_sub(before) > 1 {
        let middle = before.saturating_add(from.saturating_sub(before).div_euclid(2));
        match at_or_after(conn, middle).await? {
            Some((_, time)) if time < at.0 => before = middle,
            Some(_) | None => from = middle,
        }
    }
    Ok(before)
}

/// The first event from number `seq` on: there are gaps where old ones were removed.
async fn at_or_after(conn: &impl ConnectionTrait, seq: i64) -> Result<Option<(i64, i64)>, Error> {
    let first = Entity::find()
        .select_only()
        .columns([Column::Seq, Column::At])
        .filter(Column::Seq.gte(seq))
        .order_by_asc(Column::Seq)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(first)
}
