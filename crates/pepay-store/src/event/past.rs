//! Events read again: by number, and for one merchant in commit order.

use pepay_core::id::MerchantId;
use pepay_core::network::Environment;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::row::{Column, Entity};
use super::{Filter, Scope, Stored, following};
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
    for own in [Environment::Devnet, Environment::Mainnet] {
        if environment.is_none_or(|wanted| wanted == own) {
            let filter = Filter { merchant, environment: own, types: None, customer_id: None, invoice_id: None };
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            found.extend(following(conn, &Scope::Merchant(filter), seq, limit).await?);
        }
    }
    found.retain(|stored| stored.id.seq <= until);
    found.sort_unstable_by_key(|stored| stored.id);
    found.truncate(limit);
    Ok(found)
}
