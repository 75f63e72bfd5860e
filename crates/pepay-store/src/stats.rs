//! Numbers about many rows, for people who look at a page.

use std::collections::BTreeMap;

use pepay_core::id::{MerchantId, TokenId};
use pepay_core::money::UsdMillis;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::Error;
use crate::invoice::Waiting;
use crate::webhook::lane::Lane;

/// Overdue deliveries are counted up to here: more say nothing more.
const COUNTED_AT_MOST: u64 = 100_000;

/// What became of the invoices of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Days since the epoch, in UTC.
    pub day: i64,
    /// Invoices created.
    pub created: u64,
    /// Of these, paid.
    pub paid: u64,
    /// Partly paid.
    pub underpaid: u64,
    /// Still waited for.
    pub unpaid: u64,
    /// Ended without enough money.
    pub expired: u64,
    /// Withdrawn by the merchant.
    pub canceled: u64,
    /// Confirmed money that counts.
    pub volume: UsdMillis,
}

/// Confirmed payments of one token whose money was not moved to the merchant yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The network.
    pub network: NetworkId,
    /// The token.
    pub token: TokenId,
    /// How many payments.
    pub count: u64,
    /// What they were worth.
    pub value: UsdMillis,
}

/// Rows that should have moved on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    /// Open invoices long past their end.
    pub invoices: u64,
    /// Manual verifications that are due.
    pub verifications: u64,
    /// Payments that wait for their merchant.
    pub undecided: u64,
    /// Webhook deliveries that are overdue although their endpoints do well; counted up to 100 000 in each lane.
    pub deliveries: u64,
    /// Webhook endpoints that keep failing.
    pub failing: u64,
}

#[derive(FromQueryResult)]
struct DayRow {
    day: i64,
    status: String,
    count: i64,
    volume: i64,
}

/// The invoices a merchant created since `from`, by day. Days without invoices are left out.
pub async fn by_day(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
    from: Millis,
) -> Result<Vec<Day>, Error> {
    const SQL: &str = "SELECT created_at / 86400000 AS day, status, COUNT(*) AS count, \
                       CAST(SUM(amount_paid) AS bigint) AS volume FROM invoices \
                       WHERE merchant_id = $1 AND environment = $2 AND id >= $3 GROUP BY 1, 2";
    let rows: Vec<DayRow> = rows(conn, SQL, since(merchant, environment, from)).await?;
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    for row in rows {
        let invalid = || Error::corrupt("invoices", "status", &row.status);
        let count = u64::try_from(row.count).map_err(|_| invalid())?;
        let volume = UsdMillis::new(row.volume).map_err(|_| invalid())?;
        let day = days.entry(row.day).or_insert(Day { day: row.day, ..Day::default() });
        day.created = day.created.saturating_add(count);
        day.volume = day.volume.capped_add(volume);
        match row.status.as_str() {
            "paid" => day.paid = count,
            "underpaid" => day.underpaid = count,
            "unpaid" => day.unpaid = count,
            "expired" => day.expired = count,
            "canceled" => day.canceled = count,
            _ => return Err(invalid()),
        }
    }
    Ok(days.into_values().collect())
}

#[derive(FromQueryResult)]
struct PendingRow {
    network: String,
    token_id: i64,
    count: i64,
    value: i64,
}

/// All confirmed payments whose money still lies at their addresses, by token: however old, it is the merchant's.
pub async fn pending(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
) -> Result<Vec<Pending>, Error> {
    const SQL: &str = "SELECT p.network, p.token_id, COUNT(*) AS count, CAST(SUM(p.value) AS bigint) AS value \
                       FROM invoices i JOIN payments p ON p.invoice_id = i.id \
                       WHERE i.merchant_id = $1 AND i.environment = $2 AND p.confirmed_at IS NOT NULL \
                       AND NOT p.reverted GROUP BY p.network, p.token_id ORDER BY 4 DESC";
    let rows: Vec<PendingRow> = rows(conn, SQL, of(merchant, environment)).await?;
    let read = |row: PendingRow| {
        let invalid = || Error::corrupt("payments", "network", &row.network);
        Ok(Pending {
            network: row.network.parse().map_err(|_| invalid())?,
            token: TokenId(row.token_id),
            count: u64::try_from(row.count).map_err(|_| invalid())?,
            value: UsdMillis::new(row.value).map_err(|_| invalid())?,
        })
    };
    rows.into_iter().map(read).collect()
}

#[derive(FromQueryResult)]
struct CountRow {
    count: i64,
}

/// How many invoices of a merchant have money that waits so.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    merchant: MerchantId,
    environment: Environment,
    waiting: Waiting,
) -> Result<u64, Error> {
    let sql = format!(
        "SELECT COUNT(*) AS count FROM invoices WHERE merchant_id = $1 AND environment = $2 AND id IN ({})",
        waiting.ids()
    );
    count(conn, &sql, of(merchant, environment)).await
}

/// Rows that should have moved on: invoices that should have ended by `long_ago`, verifications due by `now`, and
/// payments nobody decided on.
pub async fn stuck(conn: &impl ConnectionTrait, now: Millis, long_ago: Millis) -> Result<Stuck, Error> {
    let invoices = "SELECT COUNT(*) AS count FROM invoices WHERE ended_at IS NULL AND expires_at < $1";
    let verifications = "SELECT COUNT(*) AS count FROM verifications WHERE state = 'queued' AND next_attempt_at < $1";
    let undecided = "SELECT COUNT(*) AS count FROM payments WHERE status = 'manual_retry' AND NOT reverted";
    let failing = "SELECT COUNT(*) AS count FROM webhook_endpoints WHERE failing_since IS NOT NULL";
    Ok(Stuck {
        invoices: count(conn, invoices, vec![long_ago.0.into()]).await?,
        verifications: count(conn, verifications, vec![now.plus_ms(-60_000).0.into()]).await?,
        undecided: count(conn, undecided, Vec::new()).await?,
        deliveries: overdue(conn, now.plus_ms(-60_000)).await?,
        failing: count(conn, failing, Vec::new()).await?,
    })
}

// What waits for an endpoint that fails or is off says nothing of the nodes, and may be very much.
async fn overdue(conn: &impl ConnectionTrait, since: Millis) -> Result<u64, Error> {
    let mut overdue = 0_u64;
    for lane in [Lane::Fresh, Lane::Retry] {
        let sql = format!(
            "SELECT COUNT(*) AS count FROM (SELECT 1 FROM webhook_endpoints e \
             JOIN webhook_deliveries d ON d.endpoint_id = e.id AND {} AND due_at < $1 \
             WHERE e.disabled_at IS NULL AND e.failing_since IS NULL LIMIT {COUNTED_AT_MOST}) AS late",
            lane.condition()
        );
        overdue = overdue.saturating_add(count(conn, &sql, vec![since.0.into()]).await?);
    }
    Ok(overdue)
}

fn of(merchant: MerchantId, environment: Environment) -> Vec<Value> {
    vec![merchant.0.into(), environment.as_str().into()]
}

fn since(merchant: MerchantId, environment: Environment, from: Millis) -> Vec<Value> {
    let first = u128::from(u64::try_from(from.0).unwrap_or_default()) << 80;
    [of(merchant, environment), vec![Uuid::from_u128(first).into()]].concat()
}

async fn count(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<u64, Error> {
    let rows: Vec<CountRow> = rows(conn, sql, values).await?;
    Ok(rows.first().and_then(|row| u64::try_from(row.count).ok()).unwrap_or_default())
}

async fn rows<T: FromQueryResult>(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<T>, Error> {
    let backend: DbBackend = conn.get_database_backend();
    Ok(T::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(conn).await?)
}

#[cfg(test)]
mod tests {
    use pepay_core::invoice::Invoice;
    use pepay_core::page::Page;
    use pepay_core::payment::{Payment, Status};
    use pepay_core::transfer::{Refusal, Transfer, Verdict};
    use pepay_core::webhook::{self, Delivery, DisabledReason, Endpoint, Health};

    use super::*;
    use crate::invoice::{Filter, list};
    use crate::testing::{NOW, add_invoices, add_merchant, address, block, observed, on_both, payment, transfer};
    use crate::webhook::tests::{new_delivery, new_endpoint};
    use crate::webhook::{delivery, endpoint};

    on_both! {
        async fn invoices_are_counted_by_day(db: Db) {
            let merchant = add_merchant(&db).await;
            let other = add_merchant(&db).await;
            add_invoices(&db, merchant, 0..3).await;
            add_invoices(&db, other, 10..12).await;
            let days = by_day(db.read(), merchant, Environment::Devnet, NOW.plus_ms(-86_400_000)).await.unwrap();
            assert_eq!(days.iter().map(|day| (day.created, day.unpaid)).collect::<Vec<_>>(), [(3, 3)]);
            assert!(by_day(db.read(), merchant, Environment::Mainnet, Millis(0)).await.unwrap().is_empty());
            assert!(pending(db.read(), merchant, Environment::Devnet).await.unwrap().is_empty());
            assert_eq!(stuck(db.read(), NOW, Millis(0)).await.unwrap(), Stuck::default());
            let later = NOW.plus_ms(100 * 86_400_000);
            assert_eq!(stuck(db.read(), later, later).await.unwrap().invoices, 5);
        }

        async fn what_is_overdue_is_due_at_endpoints_that_do_well(db: Db) {
            let merchant = add_merchant(&db).await;
            let failing = Health { failing_since: Some(NOW), ..Health::default() };
            let (on, well) = (webhook::Status::Enabled, Health::default());
            let off = webhook::Status::Disabled { at: NOW, reason: DisabledReason::Merchant };
            let endpoints = [(on, well), (on, failing), (off, well)];
            let tx = db.begin("test").await.unwrap();
            for (n, (status, health)) in (1..).zip(endpoints) {
                let endpoint = Endpoint { status, ..new_endpoint(merchant, n) };
                endpoint::insert(&tx, &endpoint).await.unwrap();
                endpoint::set_health(&tx, endpoint.id, &health).await.unwrap();
                let later = Delivery { due_at: Some(NOW.plus_ms(2)), ..new_delivery(&endpoint, 3) };
                let again = Delivery { tries: 1, ..new_delivery(&endpoint, 2) };
                delivery::insert(&tx, &[new_delivery(&endpoint, 1), again, later]).await.unwrap();
            }
            tx.commit().await.unwrap();
            assert_eq!(stuck(db.read(), NOW.plus_ms(60_001), NOW).await.unwrap().deliveries, 2);
        }

        async fn money_at_its_address_is_pending_and_what_waits_is_counted_by_invoice(db: Db) {
            let merchant = add_merchant(&db).await;
            let invoices = add_invoices(&db, merchant, 0..3).await;
            let foreign = add_invoices(&db, add_merchant(&db).await, 10..11).await;
            let confirmed = |invoice: &Invoice, n| Payment {
                confirmed_at: Some(NOW),
                ..payment(invoice.id, n, observed(block(n, 0), Some(0), address(n)))
            };
            let undecided = |payment| Payment { status: Status::ManualRetry, ..payment };
            let refused = |invoice: &Invoice, n| Transfer {
                verdict: Verdict::Refused(Refusal::TokenNotQuoted),
                ..transfer(invoice.id, n, observed(block(n, 0), Some(0), address(n)))
            };
            let tx = db.begin("test").await.unwrap();
            for (invoice, n) in [(&invoices[0], 1), (&invoices[0], 2), (&foreign[0], 3)] {
                crate::payment::insert(&tx, &undecided(confirmed(invoice, n))).await.unwrap();
            }
            crate::payment::insert(&tx, &confirmed(&invoices[1], 4)).await.unwrap();
            let gone = Payment { reverted: true, ..undecided(confirmed(&invoices[1], 5)) };
            crate::payment::insert(&tx, &gone).await.unwrap();
            let withdrawn = Transfer { withdrawn_at: Some(NOW), ..refused(&invoices[1], 6) };
            for transfer in [refused(&invoices[2], 7), refused(&foreign[0], 8), withdrawn] {
                crate::transfer::insert(&tx, &transfer).await.unwrap();
            }
            tx.commit().await.unwrap();
            let devnet = Environment::Devnet;
            let of_all: Vec<_> = pending(db.read(), merchant, devnet).await.unwrap().iter().map(|it| it.count).collect();
            assert_eq!(of_all, [3]);
            for (which, wanted) in [(Waiting::Decision, &invoices[0]), (Waiting::Refused, &invoices[2])] {
                assert_eq!(waiting(db.read(), merchant, devnet, which).await.unwrap(), 1);
                let filter = Filter { waiting: Some(which), ..Filter::of(merchant, devnet) };
                let found = list(db.read(), &filter, Page::new(None, None, None).unwrap()).await.unwrap().items;
                assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [wanted.id]);
            }
        }
    }
}
