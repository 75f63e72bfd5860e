//! Finding an invoice by whatever is known of it: its id, its customer, its amount, a transaction or an address.

use pepay_core::account::Action;
use pepay_core::address::Address;
use pepay_core::id::{InvoiceId, PaymentId};
use pepay_core::invoice::Invoice;
use pepay_core::money::UsdMillis;
use pepay_core::network::Kind;
use pepay_core::page::{self, From, Page, Slice};
use pepay_store::event;
pub use pepay_store::event::Stored;
use pepay_store::invoice::Filter;

use crate::auth::Caller;
use crate::{Engine, Error};

/// Invoices looked up by a transaction or an address: one transaction may pay several.
const MOST_FOUND: u64 = 50;

impl Engine {
    /// One page of the caller's invoices that `filter` lets through and that `text` names; an empty text names all.
    pub async fn find_invoices(
        &self,
        caller: &Caller,
        filter: Filter,
        text: &str,
        page: Page<InvoiceId>,
    ) -> Result<Slice<Invoice>, Error> {
        caller.may(Action::Read)?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(pepay_store::invoice::list(self.db().read(), &filter, page).await?);
        }
        if let Ok(id) = text.parse::<InvoiceId>() {
            return self.among(vec![id], filter, page).await;
        }
        if let Some(ids) = self.by_chain(caller, text).await? {
            return self.among(ids, filter, page).await;
        }
        // A customer may be called 42: whoever has customers of that name means one of them.
        let of_customer = Filter { customer_id: Some(text.to_owned()), ..filter.clone() };
        let found = pepay_store::invoice::list(self.db().read(), &of_customer, page).await?;
        match amount(text) {
            Some(amount) if found.items.is_empty() => {
                let of_amount = Filter { amount: Some(amount), ..filter };
                Ok(pepay_store::invoice::list(self.db().read(), &of_amount, page).await?)
            }
            Some(_) | None => Ok(found),
        }
    }

    /// The invoices to which a transaction sent something, counted or not, or for which an address was handed out;
    /// `None` when `text` is neither.
    async fn by_chain(&self, caller: &Caller, text: &str) -> Result<Option<Vec<InvoiceId>>, Error> {
        let db = self.db().read();
        if let Some(address) = [Kind::Evm, Kind::Solana].into_iter().find_map(|kind| Address::parse(kind, text).ok()) {
            return Ok(Some(pepay_store::deposit::invoices_at(db, address, MOST_FOUND).await?));
        }
        let lower = text.to_ascii_lowercase();
        let is_hash =
            lower.len() == 66 && lower.starts_with("0x") && lower[2..].bytes().all(|it| it.is_ascii_hexdigit());
        let is_signature = (80..=90).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_hash || is_signature {
            let hash = if is_hash { lower } else { text.to_owned() };
            let (merchant, environment) = (caller.merchant, caller.environment);
            let found = pepay_store::transfer::invoices_of_tx(db, merchant, environment, &hash, MOST_FOUND).await?;
            return Ok(Some(found));
        }
        Ok(None)
    }

    async fn among(&self, ids: Vec<InvoiceId>, filter: Filter, page: Page<InvoiceId>) -> Result<Slice<Invoice>, Error> {
        let filter = Filter { ids: Some(ids), ..filter };
        Ok(pepay_store::invoice::list(self.db().read(), &filter, page).await?)
    }

    /// One of the caller's invoices.
    pub async fn invoice(&self, caller: &Caller, id: InvoiceId) -> Result<Invoice, Error> {
        caller.may(Action::Read)?;
        self.own_invoice(caller, id).await
    }

    /// One page of the payments of one of the caller's invoices, latest first.
    pub async fn payments_of(
        &self,
        caller: &Caller,
        id: InvoiceId,
        page: Page<PaymentId>,
    ) -> Result<Slice<pepay_wire::Payment>, Error> {
        self.invoice(caller, id).await?;
        let found = pepay_store::payment::list(self.db().read(), id, page).await?;
        let items = self.payment_objects(self.db().read(), |_| Some(caller.merchant), &found.items).await?;
        Ok(Slice { items, has_more: found.has_more })
    }

    /// The latest of what happened to one of the caller's invoices, oldest of them first, and whether there is more.
    pub async fn events_of(&self, caller: &Caller, id: InvoiceId) -> Result<Slice<Stored>, Error> {
        /// More than an invoice has unless somebody sends it dust.
        const SHOWN: u32 = page::MAX_LIMIT;
        self.invoice(caller, id).await?;
        let filter = event::Filter {
            merchant: caller.merchant,
            environment: caller.environment,
            types: None,
            customer_id: None,
            invoice_id: Some(id),
        };
        let newest = Page { limit: SHOWN, from: From::Newest };
        let mut found = event::list(self.db().read(), &filter, (None, None), newest).await?;
        found.items.reverse();
        Ok(found)
    }
}

/// `42`, `$42`, `42.5` or `1,000.00` as an amount.
fn amount(text: &str) -> Option<UsdMillis> {
    let plain: String = text.trim_start_matches('$').chars().filter(|c| *c != ',').collect();
    UsdMillis::parse_invoice_amount(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, millis) in [("42", 42_000), ("$42.50", 42_500), ("1,000.00", 1_000_000)] {
            assert_eq!(amount(text).map(UsdMillis::get), Some(millis), "{text}");
        }
        for none in ["", "$", "forty", "-1", "1e3", "0"] {
            assert_eq!(amount(none), None, "{none}");
        }
    }
}
