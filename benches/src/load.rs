//! What the measured databases are filled with.

use pepay_core::event::Type;
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::idempotency::{Fingerprint, Key};
use pepay_core::invoice::{Invoice, State, Terms};
use pepay_core::money::{BasisPoints, UsdMillis};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_store::event;
use pepay_store::hot::NewInvoice;
use rand::rngs::StdRng;

/// Customers that the invoices are spread over, so that a list by customer has a full page from 1 000 invoices on.
const CUSTOMERS: u32 = 10;
const LIFE_MS: i64 = 30 * 86_400_000;

/// The network of the deposit addresses.
pub(crate) fn network() -> NetworkId {
    NetworkId::new(Environment::Devnet, "bench")
}

/// The `n`th invoice as the program would write it for a request of the usual size.
pub(crate) fn invoice(merchant: MerchantId, n: u32, now: Millis, rng: &mut StdRng) -> anyhow::Result<NewInvoice> {
    let invoice = Invoice {
        id: InvoiceId::generate(now, rng),
        merchant_id: merchant,
        environment: Environment::Devnet,
        amount: UsdMillis::new(49_990)?,
        tolerance: BasisPoints::new(0)?,
        terms: Terms {
            description: Some("Order of two items".to_owned()),
            customer_id: Some(format!("customer-{}", n % CUSTOMERS)),
            metadata: Some(format!(r#"{{"order":"{n}"}}"#)),
            ..Terms::default()
        },
        created_at: now,
        expires_at: now.plus_ms(LIFE_MS),
        state: State::Unpaid,
        amount_paid: UsdMillis::ZERO,
        lock: None,
        late: false,
        payer: None,
        last_payment_at: None,
    };
    let key = Key::parse(&format!("fill-{}", invoice.id))?;
    let fingerprint = Fingerprint::of(key.as_str().as_bytes());
    let event = event::New {
        kind: Type::InvoiceCreated,
        merchant_id: merchant,
        environment: invoice.environment,
        invoice_id: invoice.id,
        customer_id: invoice.terms.customer_id.clone(),
        request_id: Some(format!("req_{}", invoice.id)),
        idempotency_key: Some(key.as_str().to_owned()),
        data: pepay_wire::data(&pepay_wire::Invoice::new(&invoice), None::<&()>),
    };
    Ok(NewInvoice { invoice, idempotency: Some((key, fingerprint)), event })
}
