//! Finding an invoice by whatever is known of it: its id, its customer, its amount, a transaction or an address.

use pepay_core::account::Action;
use pepay_core::address::Address;
use pepay_core::id::InvoiceId;
use pepay_core::invoice::Invoice;
use pepay_core::money::UsdMillis;
use pepay_core::network::Kind;
use pepay_core::page::{Page, Slice};
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
            return self.these(caller, vec![id]).await;
        }
        if let Some(ids) = self.by_chain(text).await? {
            return self.these(caller, ids).await;
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

    /// The invoices a transaction paid or an address was handed out for, whoever's they are; `None` when `text` is
    /// neither.
    async fn by_chain(&self, text: &str) -> Result<Option<Vec<InvoiceId>>, Error> {
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
            return Ok(Some(pepay_store::payment::invoices_of_tx(db, &hash, MOST_FOUND).await?));
        }
        Ok(None)
    }

    // Only what is the caller's.
    async fn these(&self, caller: &Caller, ids: Vec<InvoiceId>) -> Result<Slice<Invoice>, Error> {
        let mut items = Vec::new();
        for id in ids {
            match self.own_invoice(caller, id).await {
                Ok(invoice) => items.push(invoice),
                Err(Error::InvoiceNotFound) => {}
                Err(error) => return Err(error),
            }
        }
        items.sort_unstable_by_key(|invoice| std::cmp::Reverse(invoice.id));
        items.dedup_by_key(|invoice| invoice.id);
        Ok(Slice { items, has_more: false })
    }

    /// One of the caller's invoices.
    pub async fn invoice(&self, caller: &Caller, id: InvoiceId) -> Result<Invoice, Error> {
        caller.may(Action::Read)?;
        self.own_invoice(caller, id).await
    }

    /// The payments of one of the caller's invoices, latest first.
    pub async fn payments_of(&self, caller: &Caller, id: InvoiceId) -> Result<Vec<pepay_wire::Payment>, Error> {
        /// More than anybody reads; dust costs no more than money.
        const SHOWN: u32 = 100;
        let invoice = self.invoice(caller, id).await?;
        Ok(self.payment_objects(&[invoice], SHOWN).await?.remove(&id).unwrap_or_default())
    }

    /// What happened to one of the caller's invoices, oldest first.
    pub async fn events_of(&self, caller: &Caller, id: InvoiceId) -> Result<Vec<Stored>, Error> {
        /// More than an invoice has unless somebody sends it dust.
        const SHOWN: u64 = 200;
        self.invoice(caller, id).await?;
        Ok(pepay_store::event::by_invoice(self.db().read(), id, SHOWN).await?)
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
