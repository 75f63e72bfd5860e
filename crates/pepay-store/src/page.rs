//! Pages out of index range scans: one row more than asked tells whether there are more.

use pepay_core::page::{From, Page, Slice};
use sea_orm::sea_query::Order;

/// Which way the index is read.
pub(crate) fn order<C>(page: &Page<C>) -> Order {
    match page.from {
        From::Newest | From::OlderThan(_) => Order::Desc,
        From::NewerThan(_) => Order::Asc,
    }
}

/// Rows to read for `page`.
pub(crate) fn limit<C>(page: &Page<C>) -> u64 {
    u64::from(page.limit).saturating_add(1)
}

/// The page in `rows`, which were read in [`order`] with [`limit`].
pub(crate) fn slice<C, T>(page: &Page<C>, mut rows: Vec<T>) -> Slice<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    if matches!(page.from, From::NewerThan(_)) {
        rows.reverse();
    }
    Slice { items: rows, has_more }
}
