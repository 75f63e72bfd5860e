//! Events in bulk, made up: one invoice that changes over and over.

use pepay_core::event::{EventId, Type};
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_store::Connection;
use pepay_store::db::Db;
use pepay_store::event::{self, Filter, New, Scope};

/// About what a real event takes.
const USUAL_BYTES: usize = 1_200;

pub(super) fn event(merchant: MerchantId, number: u64) -> New {
    sized(merchant, number, USUAL_BYTES)
}

/// One with a given weight.
pub(super) fn sized(merchant: MerchantId, number: u64, bytes: usize) -> New {
    let invoice_id = InvoiceId::from_uuid(uuid_of(number % 7));
    let object = format!(r#"{{"object":"invoice","id":"{invoice_id}","description":"{}"}}"#, "x".repeat(bytes));
    New {
        kind: Type::OF_MERCHANTS[usize::try_from(number % 4).expect("small")],
        merchant_id: merchant,
        environment: Environment::Devnet,
        invoice_id,
        customer_id: Some(format!("c-{}", number % 3)),
        request_id: None,
        idempotency_key: None,
        data: format!(r#"{{"object":{object},"previous_attributes":{{"description":"{number}"}}}}"#),
    }
}

fn uuid_of(number: u64) -> sqlx::types::Uuid {
    sqlx::types::Uuid::from_u128(0x019b_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

/// Adds events in one transaction.
pub(super) async fn append(db: &Db, events: &[New]) -> Vec<EventId> {
    let tx = db.begin("test.append").await.expect("a transaction can begin");
    let ids = event::append(&tx, Millis(1_790_000_000_000), events).await.expect("events can be added");
    tx.commit().await.expect("and committed");
    ids
}

/// Adds an event of a type that this version does not know.
pub(super) async fn append_of_type(db: &Db, new: &New, kind: &str) -> EventId {
    let tx = db.begin("test.append").await.expect("a transaction can begin");
    let ids = event::append(&tx, Millis(1_790_000_000_000), std::slice::from_ref(new)).await.expect("it can be added");
    rename(&*tx, ids[0], kind).await;
    tx.commit().await.expect("and committed");
    ids[0]
}

pub(super) async fn set_type(db: &Db, id: EventId, kind: &str) {
    let tx = db.begin("test.rename").await.expect("a transaction can begin");
    rename(&*tx, id, kind).await;
    tx.commit().await.expect("and committed");
}

async fn rename(conn: &impl Connection, id: EventId, kind: &str) {
    let sql = format!("UPDATE events SET type = '{kind}' WHERE seq = {}", id.seq);
    conn.execute_unprepared(&sql).await.expect("its type can be changed");
}

/// Everything a merchant may hear of.
pub(super) fn all_of(merchant: MerchantId) -> Scope {
    let environment = Environment::Devnet;
    Scope::Merchant(Filter { merchant, environment, types: None, customer_id: None, invoice_id: None })
}

/// The ids of everything a merchant may hear of, in order.
pub(super) async fn logged(db: &Db, merchant: MerchantId) -> Vec<String> {
    let events = event::following(db.read(), &all_of(merchant), 0, 1_000_000).await.expect("events can be read");
    events.iter().map(|stored| stored.id.to_string()).collect()
}
