//! How a merchant's business goes: volume by day, what became of invoices, where settlement stands, what waits for the
//! merchant.

use std::sync::Arc;

use pepay_core::account::Action;
use pepay_core::id::MerchantId;
use pepay_core::money::UsdMillis;
use pepay_core::network::Environment;
use pepay_core::time::Millis;
use pepay_store::invoice::Waiting;
use pepay_store::stats;
pub use pepay_store::stats::{Day, Pending};

use crate::auth::Caller;
use crate::{Engine, Error};

/// Days looked at.
pub const DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;

/// The last thirty days of one merchant in one environment, today included, in UTC.
#[derive(Clone, Debug)]
pub struct Overview {
    /// One entry per day, the oldest first, also for days without invoices.
    pub days: Vec<Day>,
    /// The same for the thirty days before, summed up.
    pub before: Day,
    /// Payments whose money has not been moved to the merchant yet, by token, however old.
    pub pending: Vec<Pending>,
    /// Invoices with a payment that counts only if the merchant accepts it.
    pub undecided: u64,
    /// Invoices to whose addresses something came that is no payment.
    pub refused: u64,
}

impl Overview {
    /// Everything in `days` summed up.
    pub fn sum(&self) -> Day {
        sum(self.days.iter())
    }
}

/// Which overview.
pub(crate) type Subject = (MerchantId, Environment);

fn sum<'a>(days: impl Iterator<Item = &'a Day>) -> Day {
    days.fold(Day::default(), |sum, day| Day {
        day: 0,
        created: sum.created.saturating_add(day.created),
        paid: sum.paid.saturating_add(day.paid),
        underpaid: sum.underpaid.saturating_add(day.underpaid),
        unpaid: sum.unpaid.saturating_add(day.unpaid),
        expired: sum.expired.saturating_add(day.expired),
        canceled: sum.canceled.saturating_add(day.canceled),
        volume: UsdMillis::capped_add(sum.volume, day.volume),
    })
}

impl Engine {
    /// How the caller's business goes. Counted at most every few seconds: what is shown may be that old.
    pub async fn overview(&self, caller: &Caller) -> Result<Arc<Overview>, Error> {
        caller.may(Action::Read)?;
        let subject = (caller.merchant, caller.environment);
        if let Some(known) = self.0.overviews.get(&subject) {
            return Ok(known);
        }
        let today = self.now().0.div_euclid(DAY_MS);
        let first = today - 2 * DAYS + 1;
        let from = Millis(first * DAY_MS);
        let (db, (merchant, environment)) = (self.db().read(), subject);
        let counted = stats::by_day(db, merchant, environment, from).await?;
        let of = |day: i64| counted.iter().find(|it| it.day == day).copied().unwrap_or(Day { day, ..Day::default() });
        let overview = Arc::new(Overview {
            days: (today - DAYS + 1..=today).map(of).collect(),
            before: sum(counted.iter().filter(|day| day.day <= today - DAYS)),
            pending: stats::pending(db, merchant, environment).await?,
            undecided: stats::waiting(db, merchant, environment, Waiting::Decision).await?,
            refused: stats::waiting(db, merchant, environment, Waiting::Refused).await?,
        });
        self.0.overviews.insert(subject, Arc::clone(&overview));
        Ok(overview)
    }
}
