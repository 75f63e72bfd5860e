//! Lists and totals of invoices. Each is one index range scan, or one per status asked for.

use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::invoice::Invoice;
use pepay_core::money::UsdMillis;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::page::{From, Page, Slice};
use pepay_core::time::Millis;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::TABLE;
use super::row::{Column, Entity, Model};
use crate::Error;
use crate::page;

/// What about the money of an invoice wants its merchant's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A payment counts only if the merchant accepts it.
    Decision,
    /// Something came to an address that is no payment: another token, or on another network.
    Refused,
}

impl Waiting {
    /// The ids of such invoices, whoever's they are: few, and an index of their own has them.
    pub(crate) const fn ids(self) -> &'static str {
        match self {
            Self::Decision => "SELECT invoice_id FROM payments WHERE status = 'manual_retry' AND NOT reverted",
            Self::Refused => "SELECT invoice_id FROM transfers WHERE refusal IS NOT NULL AND withdrawn_at IS NULL",
        }
    }
}

/// Which invoices.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whose.
    pub merchant: MerchantId,
    /// Where.
    pub environment: Environment,
    /// In any of these states; all when empty.
    pub statuses: Vec<&'static str>,
    /// Of this customer.
    pub customer_id: Option<String>,
    /// Created from and until, both included.
    pub created: (Option<Millis>, Option<Millis>),
    /// Asking exactly this much.
    pub amount: Option<UsdMillis>,
    /// Last paid by this address on this network.
    pub payer: Option<(Address, NetworkId)>,
    /// One of these.
    pub ids: Option<Vec<InvoiceId>>,
    /// With such money.
    pub waiting: Option<Waiting>,
}

impl Filter {
    /// Every invoice of a merchant in an environment.
    pub const fn of(merchant: MerchantId, environment: Environment) -> Self {
        Self {
            merchant,
            environment,
            statuses: Vec::new(),
            customer_id: None,
            created: (None, None),
            amount: None,
            payer: None,
            ids: None,
            waiting: None,
        }
    }
}

/// One page of invoices, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    page: Page<InvoiceId>,
) -> Result<Slice<Invoice>, Error> {
    let order = page::order(&page);
    let mut rows: Vec<Model> = Vec::new();
    for query in queries(filter, &page) {
        rows.extend(query.all(conn).await?);
    }
    match order {
        Order::Asc => rows.sort_unstable_by_key(|row| row.id),
        _ => rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id)),
    }
    let slice = page::slice(&page, rows);
    let items = slice.items.into_iter().map(Invoice::try_from).collect::<Result<_, _>>()?;
    Ok(Slice { items, has_more: slice.has_more })
}

/// How many invoices there are in each state, and what they ask together.
pub async fn totals(
    conn: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Vec<(&'static str, u64, UsdMillis)>, Error> {
    let rows: Vec<(String, i64, i64)> = totals_query(filter).into_tuple().all(conn).await?;
    rows.into_iter().map(|(status, count, amount)| total(&status, count, amount)).collect()
}

fn total(status: &str, count: i64, amount: i64) -> Result<(&'static str, u64, UsdMillis), Error> {
    const WORDS: [&str; 5] = ["unpaid", "underpaid", "paid", "expired", "canceled"];
    let invalid = || Error::corrupt(TABLE, "status", status);
    let word = WORDS.into_iter().find(|word| *word == status).ok_or_else(invalid)?;
    let count = u64::try_from(count).map_err(|_| invalid())?;
    Ok((word, count, UsdMillis::new(amount).map_err(|_| invalid())?))
}

fn totals_query(filter: &Filter) -> Select<Entity> {
    // Of all merchants' customers one is the better range than of one merchant's invoices all; but SQLite would take
    // the index that has the groups in order. An expression has no order.
    let one_range = filter.customer_id.is_some() || filter.payer.is_some();
    let group = if one_range { Expr::cust("status || ''") } else { Expr::col(Column::Status) };
    let query = scope(filter, ids(filter, &From::Newest))
        .select_only()
        .column_as(group.clone(), "word")
        .column_as(Expr::col(Column::Id).count(), "count")
        // PostgreSQL sums integers into a wider type; the sum of all amounts fits 63 bits a billion times over.
        .column_as(Expr::col(Column::Amount).sum().cast_as("bigint"), "sum")
        .group_by(group);
    if filter.statuses.is_empty() { query } else { query.filter(Column::Status.is_in(filter.statuses.clone())) }
}

/// One query per range of an index: several when several statuses are asked for.
fn queries(filter: &Filter, page: &Page<InvoiceId>) -> Vec<Select<Entity>> {
    let all = scope(filter, ids(filter, &page.from));
    let all = all.order_by(Column::Id, page::order(page)).limit(page::limit(page));
    if filter.statuses.is_empty() {
        return vec![all];
    }
    let mut statuses = filter.statuses.clone();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.into_iter().map(|status| all.clone().filter(Column::Status.eq(status))).collect()
}

fn scope(filter: &Filter, ids: Ids) -> Select<Entity> {
    Entity::find()
        .filter(Column::MerchantId.eq(filter.merchant.0))
        .filter(Column::Environment.eq(filter.environment.as_str()))
        .apply_if(filter.customer_id.as_deref(), |query, customer| query.filter(Column::CustomerId.eq(customer)))
        .apply_if(filter.amount, |query, amount| query.filter(Column::Amount.eq(amount.get())))
        .apply_if(filter.payer.as_ref(), |query, (address, network)| {
            query
                .filter(Column::PayerAddress.eq(address.bytes().to_vec()))
                .filter(Column::PayerNetwork.eq(network.to_string()))
        })
        .apply_if(filter.ids.as_ref(), |query, ids| query.filter(Column::Id.is_in(ids.iter().map(|id| id.uuid()))))
        .apply_if(filter.waiting, |query, waiting| query.filter(Expr::cust(format!("id IN ({})", waiting.ids()))))
        .apply_if(ids.from, |query, from| query.filter(Column::Id.gte(Uuid::from_u128(from))))
        .apply_if(ids.below, |query, below| query.filter(Column::Id.lt(Uuid::from_u128(below))))
}

/// A range of ids, as numbers. One bound each way: SQLite takes two for twice as selective, and then reads that range
/// of everybody's invoices.
#[derive(Clone, Copy)]
struct Ids {
    from: Option<u128>,
    below: Option<u128>,
}

fn ids(filter: &Filter, page: &From<InvoiceId>) -> Ids {
    let (from, until) = filter.created;
    let (newer, older) = match page {
        From::Newest => (None, None),
        From::OlderThan(id) => (None, Some(id.uuid().as_u128())),
        From::NewerThan(id) => (Some(id.uuid().as_u128().saturating_add(1)), None),
    };
    let below = [until.map(|until| first_id(until.plus_ms(1))), older];
    Ids { from: from.map(first_id).max(newer), below: below.into_iter().flatten().min() }
}

/// The smallest id an invoice created at `at` can have: its first 48 bits are the time.
fn first_id(at: Millis) -> u128 {
    const LAST: u64 = 1 << 48;
    let millis = u64::try_from(at.0).unwrap_or_default();
    if millis >= LAST { u128::MAX } else { u128::from(millis) << 80 }
}
