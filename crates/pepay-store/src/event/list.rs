//! Ranges of the event log: what one merchant may read of it, what one payor may, both ways.
//!
//! Each is one index range scan, or one per type where a list asks for some types only, for one customer or for one
//! invoice: what is skipped is never read. The time of an event never runs backwards along the log, so that a time is
//! a number, found by halving.

use pepay_core::event::{EventId, Type, Types};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::page::{From, Page, Slice};
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, Order, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::row::{Column, Entity, Model};
use super::{Stored, id_of};
use crate::Error;
use crate::db::Tx;
use crate::page;

/// Which events of a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Whose.
    pub merchant: MerchantId,
    /// Where.
    pub environment: Environment,
    /// Of these types only.
    pub types: Option<Types>,
    /// Of invoices of this customer only.
    pub customer_id: Option<String>,
    /// Of this invoice only.
    pub invoice_id: Option<InvoiceId>,
}

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A merchant, which never sees what only payors do.
    Merchant(Filter),
    /// The payor of this invoice, which sees everything of it.
    Payor(InvoiceId),
}

/// Numbers above the first and below the second.
#[derive(Clone, Copy, Debug, Default)]
struct Between {
    above: Option<i64>,
    below: Option<i64>,
}

/// One page of a merchant's events, newest first; `created` bounds their time, both ends included.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    created: (Option<Millis>, Option<Millis>),
    page: Page<EventId>,
) -> Result<Slice<Stored>, Error> {
    let (mut above, mut below) = match page.from {
        From::Newest => (None, None),
        From::OlderThan(id) => (None, Some(id.seq)),
        From::NewerThan(id) => (Some(id.seq), None),
    };
    if let Some(from) = created.0 {
        above = above.max(Some(first_at(conn, from).await?.saturating_sub(1)));
    }
    if let Some(until) = created.1 {
        let end = first_at(conn, until.plus_ms(1)).await?;
        below = Some(below.map_or(end, |below| below.min(end)));
    }
    let scope = Scope::Merchant(filter.clone());
    let rows = rows(conn, &scope, Between { above, below }, page::order(&page), page::limit(&page)).await?;
    let slice = page::slice(&page, rows);
    let items = slice.items.into_iter().map(Stored::try_from).collect::<Result<_, _>>()?;
    Ok(Slice { items, has_more: slice.has_more })
}

/// Events after number `seq`, oldest first.
pub async fn following(conn: &impl ConnectionTrait, scope: &Scope, seq: i64, limit: u64) -> Result<Vec<Stored>, Error> {
    let rows = rows(conn, scope, Between { above: Some(seq), below: None }, Order::Asc, limit).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// The newest events, oldest of them first.
pub async fn newest(conn: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<Stored>, Error> {
    let rows = rows(conn, scope, Between::default(), Order::Desc, limit).await?;
    rows.into_iter().rev().map(Stored::try_from).collect()
}

/// The number of the first event at `at` or later; one more than the newest when there is none.
pub async fn first_at(conn: &impl ConnectionTrait, at: Millis) -> Result<i64, Error> {
    let (Some(oldest), Some(newest)) = (oldest(conn).await?, super::last(conn).await?) else { return Ok(1) };
    let (mut low, mut high) = (oldest.seq, newest.seq.saturating_add(1));
    while low < high {
        let middle = i64::midpoint(low, high);
        match at_or_after(conn, middle).await? {
            Some(event) if event.at < at => low = event.seq.saturating_add(1),
            Some(_) | None => high = middle,
        }
    }
    Ok(low)
}

/// The oldest event that was not pruned.
pub async fn oldest(conn: &impl ConnectionTrait) -> Result<Option<EventId>, Error> {
    at_or_after(conn, 0).await
}

async fn at_or_after(conn: &impl ConnectionTrait, seq: i64) -> Result<Option<EventId>, Error> {
    let ids = Entity::find().select_only().columns([Column::Seq, Column::At]).filter(Column::Seq.gte(seq));
    Ok(ids.order_by_asc(Column::Seq).limit(1).into_tuple().one(conn).await?.map(id_of))
}

/// Removes events from before `before` up to number `up_to`, oldest first, and gives how many. The newest stays in any
/// case, since numbers go on from it. Safe on several nodes at once.
pub async fn prune(tx: &Tx, before: Millis, up_to: i64, limit: u64) -> Result<u64, Error> {
    let conn = &**tx;
    let (Some(oldest), Some(newest)) = (oldest(conn).await?, super::last(conn).await?) else { return Ok(0) };
    if oldest.at >= before {
        return Ok(0);
    }
    let step = oldest.seq.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
    let below = first_at(conn, before).await?.min(newest.seq).min(step).min(up_to.saturating_add(1));
    Ok(Entity::delete_many().filter(Column::Seq.lt(below)).exec(conn).await?.rows_affected)
}

/// The rows of all ranges together, in `order`.
async fn rows(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    between: Between,
    order: Order,
    limit: u64,
) -> Result<Vec<Model>, Error> {
    let Some(kinds) = kinds(scope) else {
        return Ok(scoped(scope, between).order_by(place(), order).limit(limit).all(conn).await?);
    };
    // What commits between two of the reads is for the next call: seen by the later one only, it would take a cursor
    // past what the earlier one missed.
    let end = super::last(conn).await?.map_or(0, |last| last.seq).saturating_add(1);
    let below = between.below.map_or(end, |below| below.min(end));
    let all = scoped(scope, Between { below: Some(below), ..between }).order_by(place(), order.clone()).limit(limit);
    let mut rows: Vec<Model> = Vec::new();
    for kind in kinds {
        rows.extend(all.clone().filter(Column::Type.eq(kind.as_str())).all(conn).await?);
    }
    rows.sort_unstable_by_key(|row| row.seq);
    if order == Order::Desc {
        rows.reverse();
    }
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// The types to ask for one by one; `None` when an index has what is asked for in order.
fn kinds(scope: &Scope) -> Option<&[Type]> {
    match scope {
        Scope::Payor(_) => Some(&Type::OF_PAYORS),
        Scope::Merchant(filter) => {
            let chosen =
                filter.types.as_ref().map(Types::as_slice).filter(|chosen| chosen.len() < Type::OF_MERCHANTS.len());
            let narrow = filter.customer_id.is_some() || filter.invoice_id.is_some();
            chosen.or_else(|| narrow.then_some(&Type::OF_MERCHANTS))
        }
    }
}

fn scoped(scope: &Scope, between: Between) -> Select<Entity> {
    // Here alone: elsewhere its `min` would hide that of numbers.
    use sea_orm::ExprTrait as _;

    let all = Entity::find()
        .apply_if(between.above, |query, above| query.filter(place().gt(above)))
        .apply_if(between.below, |query, below| query.filter(place().lt(below)));
    let filter = match scope {
        Scope::Payor(invoice) => return all.filter(Column::InvoiceId.eq(invoice.uuid())),
        Scope::Merchant(filter) => filter,
    };
    // Each database takes the index with most equal columns for the best, or one of which it knows no rows yet. What
    // is not said, or said of an expression, offers it none but ours.
    if let Some(invoice) = filter.invoice_id {
        return all
            .filter(Column::InvoiceId.eq(invoice.uuid()))
            .filter(Expr::cust("merchant_id + 0").eq(filter.merchant.0))
            .filter(Expr::cust("environment || ''").eq(filter.environment.as_str()))
            .apply_if(filter.customer_id.as_deref(), |query, customer| {
                query.filter(Expr::cust("customer_id || ''").eq(customer))
            });
    }
    let all = all
        .filter(Column::MerchantId.eq(filter.merchant.0))
        .filter(Column::Environment.eq(filter.environment.as_str()));
    match filter.customer_id.as_deref() {
        Some(customer) => all.filter(Column::CustomerId.eq(customer)),
        None => all.filter(for_merchants()),
    }
}

/// The order of the indexes, in their very words.
pub(super) fn place() -> SimpleExpr {
    Expr::cust("seq + 0")
}

/// The condition of the indexes that merchants read by: in its very words, or it is not recognised.
pub(super) fn for_merchants() -> SimpleExpr {
    Expr::cust("type <> 'payment_quote.updated'")
}
