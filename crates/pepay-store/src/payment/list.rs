//! The payments of one invoice, page by page: somebody may have sent it dust.

use pepay_core::id::{InvoiceId, PaymentId};
use pepay_core::page::{From, Page, Slice};
use pepay_core::payment::Payment;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::{Column, Entity};
use crate::Error;
use crate::page;

/// One page of the payments of an invoice, newest first.
pub async fn list(
    conn: &impl ConnectionTrait,
    invoice: InvoiceId,
    page: Page<PaymentId>,
) -> Result<Slice<Payment>, Error> {
    let all = Entity::find().filter(Column::InvoiceId.eq(invoice.uuid()));
    let range = match page.from {
        From::Newest => all,
        From::OlderThan(id) => all.filter(Column::Id.lt(id.uuid())),
        From::NewerThan(id) => all.filter(Column::Id.gt(id.uuid())),
    };
    let rows = range.order_by(Column::Id, page::order(&page)).limit(page::limit(&page)).all(conn).await?;
    let slice = page::slice(&page, rows);
    let items = slice.items.into_iter().map(Payment::try_from).collect::<Result<_, _>>()?;
    Ok(Slice { items, has_more: slice.has_more })
}
