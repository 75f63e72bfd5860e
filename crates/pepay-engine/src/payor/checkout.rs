//! Everything the checkout page shows of one invoice.

use std::collections::HashMap;

use pepay_core::branding::Branding;
use pepay_core::invoice::Invoice;
use pepay_core::payment::{self, Payment};
use pepay_core::transfer::Transfer;

use crate::auth::Session;
use crate::{Engine, Error};

/// The most payments, and the most refused transfers, that are shown. Anybody can send more of them than anybody reads,
/// and the page is loaded again and again; the newest are the ones its reader waits for.
pub const SHOWN: u64 = 100;

/// A payment and how deep it lies.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The payment.
    pub payment: Payment,
    /// Blocks on it, its own included.
    pub confirmations: u64,
}

/// One invoice as its payor may know it.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The invoice.
    pub invoice: Invoice,
    /// Who is paid, and how its checkout looks.
    pub branding: Branding,
    /// The newest payments, [`SHOWN`] at most, oldest first.
    pub payments: Vec<Seen>,
    /// Transfers to its addresses that are no payments and whose block stands: the newest [`SHOWN`], oldest first.
    pub refused: Vec<Transfer>,
}

impl Engine {
    /// The facts of the checkout page; also for sessions that have expired, which still show how it ended.
    pub async fn checkout(&self, session: &Session) -> Result<Checkout, Error> {
        let invoice = session.invoice.clone();
        let db = self.db().read();
        let merchant = self.merchant(invoice.merchant_id).await?;
        let mut heads: HashMap<_, Option<u64>> = HashMap::new();
        let mut payments = Vec::new();
        for payment in pepay_store::payment::by_invoices(db, &[invoice.id], SHOWN).await? {
            if !heads.contains_key(&payment.network) {
                let cursor = pepay_store::chain::cursor(db, &payment.network).await?;
                heads.insert(payment.network.clone(), cursor.map(|cursor| cursor.block.number));
            }
            let head = heads.get(&payment.network).copied().flatten().unwrap_or_default();
            let confirmations = payment::confirmations(payment.observed.anchor.block_number, head);
            payments.push(Seen { payment, confirmations });
        }
        payments.sort_by_key(|seen| (seen.payment.created_at, seen.payment.id));
        let refused = pepay_store::transfer::refused(db, invoice.id, SHOWN).await?;
        Ok(Checkout { branding: self.branding(&merchant).await?, payments, refused, invoice })
    }
}
