//! How an endpoint does: a circuit breaker that spares the dead and lets the repaired come back.
//!
//! Closed, deliveries flow, and each failure in a row halves how many may be under way. After some failures in a row
//! it opens: nothing is sent for a pause. Then one delivery at a time is tried (half-open); a success closes it, a
//! failure opens it for longer. An endpoint that took nothing for days is to be disabled.

use super::schedule::{MAX_RETRY_AFTER_MS, jittered};
use crate::time::Millis;

/// When a breaker opens, for how long, and when an endpoint is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Failures in a row that open it.
    pub open_after: u32,
    /// The pauses before each probe, in milliseconds; the last one repeats.
    pub pauses_ms: Vec<i64>,
    /// Milliseconds of nothing but failure after which the endpoint is disabled.
    pub disable_after_ms: i64,
}

/// Open after 10 failures in a row, for 10 s, then 30 s, 1 min, 2 min, 5 min and so on; disabled after 5 days.
impl Default for Rules {
    fn default() -> Self {
        Self {
            open_after: 10,
            pauses_ms: vec![10_000, 30_000, 60_000, 120_000, 300_000],
            disable_after_ms: 432_000_000,
        }
    }
}

/// The breaker of one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// Deliveries flow.
    Closed {
        /// Failures since the last success.
        failures: u32,
    },
    /// Nothing is sent before `until`; from then on one at a time.
    Open {
        /// The end of the pause.
        until: Millis,
        /// How often it opened since the last success.
        trips: u32,
    },
}

/// What the breaker of an endpoint lets through, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Everything.
    Closed,
    /// Nothing.
    Open,
    /// One delivery, to try.
    HalfOpen,
}

impl Condition {
    /// The wire word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// How an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its breaker.
    pub breaker: Breaker,
    /// The first failure since the last success.
    pub failing_since: Option<Millis>,
}

impl Default for Health {
    fn default() -> Self {
        Self { breaker: Breaker::Closed { failures: 0 }, failing_since: None }
    }
}

impl Health {
    /// What gets through at `now`.
    pub fn condition(&self, now: Millis) -> Condition {
        match self.breaker {
            Breaker::Closed { .. } => Condition::Closed,
            Breaker::Open { until, .. } if now < until => Condition::Open,
            Breaker::Open { .. } => Condition::HalfOpen,
        }
    }

    /// How many deliveries may be under way at `now`, of `most`.
    pub fn allowance(&self, now: Millis, most: usize) -> usize {
        match (self.condition(now), self.breaker) {
            (Condition::Open, _) => 0,
            (Condition::HalfOpen, _) | (Condition::Closed, Breaker::Open { .. }) => most.min(1),
            (Condition::Closed, Breaker::Closed { failures }) => {
                most.checked_shr(failures).unwrap_or(0).max(most.min(1))
            }
        }
    }

    /// After a success.
    #[must_use]
    pub fn succeeded(self) -> Self {
        Self::default()
    }

    /// After a failure at `now`. A receiver that said how long to wait is left alone for as long; `draw` is any random
    /// number.
    #[must_use]
    pub fn failed(self, now: Millis, retry_after_ms: Option<i64>, rules: &Rules, draw: u32) -> Self {
        let failing_since = self.failing_since.or(Some(now));
        let asked = retry_after_ms.map(|ms| ms.clamp(0, MAX_RETRY_AFTER_MS)).filter(|ms| *ms > 0);
        let open = |trips: u32| {
            let place = usize::try_from(trips.saturating_sub(1)).unwrap_or(usize::MAX);
            let pause = rules.pauses_ms.get(place).or(rules.pauses_ms.last()).copied().unwrap_or_default();
            let pause = asked.unwrap_or_default().max(jittered(pause, draw));
            Breaker::Open { until: now.plus_ms(pause), trips }
        };
        let breaker = match self.breaker {
            Breaker::Closed { failures } => {
                let failures = failures.saturating_add(1);
                match asked {
                    Some(ms) if failures < rules.open_after => Breaker::Open { until: now.plus_ms(ms), trips: 0 },
                    Some(_) | None if failures >= rules.open_after => open(1),
                    Some(_) | None => Breaker::Closed { failures },
                }
            }
            // What was under way when it opened says nothing new.
            Breaker::Open { until, .. } if now < until => self.breaker,
            Breaker::Open { trips, .. } => open(trips.saturating_add(1)),
        };
        Self { breaker, failing_since }
    }

    /// Whether it took nothing for so long, and so often, that it is to be disabled. A few failures are no proof however
    /// long ago the first of them was: between them nothing may have been sent.
    pub fn is_hopeless(&self, now: Millis, rules: &Rules) -> bool {
        let tripped = matches!(self.breaker, Breaker::Open { trips, .. } if trips > 0);
        tripped && self.failing_since.is_some_and(|since| now.since(since) >= rules.disable_after_ms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Millis = Millis(1_766_322_000_000);
    const MIDDLE: u32 = 100;

    fn fail(health: Health, at: Millis) -> Health {
        health.failed(at, None, &Rules::default(), MIDDLE)
    }

    fn failing(times: u32) -> Health {
        (0..times).fold(Health::default(), |health, _| fail(health, NOW))
    }

    #[test]
    fn failures_in_a_row_narrow_and_then_open() {
        let allowed: Vec<_> = (0..11).map(|times| failing(times).allowance(NOW, 16)).collect();
        assert_eq!(allowed, [16, 8, 4, 2, 1, 1, 1, 1, 1, 1, 0]);
        assert_eq!(failing(9).succeeded(), Health::default());
        assert_eq!(failing(10).breaker, Breaker::Open { until: NOW.plus_ms(10_000), trips: 1 });
        assert_eq!(failing(64).allowance(NOW, 0), 0);
    }

    #[test]
    fn after_its_pause_one_is_tried_and_a_failure_opens_it_for_longer() {
        let mut health = failing(10);
        let mut now = NOW;
        for pause in [10_000, 30_000, 60_000, 120_000, 300_000, 300_000] {
            assert_eq!(health.condition(now.plus_ms(pause - 1)), Condition::Open);
            now = now.plus_ms(pause);
            assert_eq!((health.condition(now), health.allowance(now, 16)), (Condition::HalfOpen, 1));
            health = fail(health, now);
        }
        assert_eq!(health.failing_since, Some(NOW));
        assert_eq!(health.succeeded().condition(now), Condition::Closed);
    }

    #[test]
    fn stragglers_do_not_lengthen_the_pause() {
        let open = failing(10);
        assert_eq!(fail(open, NOW.plus_ms(5_000)), open);
    }

    #[test]
    fn whoever_asks_for_time_gets_it() {
        let rules = Rules::default();
        let asked = Health::default().failed(NOW, Some(60_000), &rules, MIDDLE);
        assert_eq!(asked.breaker, Breaker::Open { until: NOW.plus_ms(60_000), trips: 0 });
        let again = asked.failed(NOW.plus_ms(60_000), Some(5_000), &rules, MIDDLE);
        assert_eq!(again.breaker, Breaker::Open { until: NOW.plus_ms(70_000), trips: 1 });
        let endless = Health::default().failed(NOW, Some(i64::MAX), &rules, MIDDLE);
        assert_eq!(endless.breaker, Breaker::Open { until: NOW.plus_ms(MAX_RETRY_AFTER_MS), trips: 0 });
    }

    #[test]
    fn five_days_of_nothing_but_failure_are_enough() {
        let (rules, health) = (Rules::default(), failing(10));
        let days = |days: i64| NOW.plus_ms(days * 86_400_000);
        assert!(!health.is_hopeless(days(5).plus_ms(-1), &rules) && health.is_hopeless(days(5), &rules));
        assert!(!health.succeeded().is_hopeless(days(9), &rules));
        assert!(!failing(9).is_hopeless(days(9), &rules), "it was hardly tried");
    }

    proptest! {
        #[test]
        fn one_success_always_heals_and_something_is_always_tried_in_time(
            steps in prop::collection::vec((0..600_000_i64, any::<bool>(), any::<Option<i64>>(), any::<u32>()), 0..60),
        ) {
            let (mut now, mut health, rules) = (NOW, Health::default(), Rules::default());
            for (pause, ok, asked, draw) in steps {
                now = now.plus_ms(pause);
                health = if ok { health.succeeded() } else { health.failed(now, asked, &rules, draw) };
                prop_assert_eq!(ok, health.failing_since.is_none());
                let latest = now.plus_ms(MAX_RETRY_AFTER_MS + 330_000);
                prop_assert!(health.allowance(latest, 16) >= 1);
            }
            prop_assert_eq!(health.succeeded().allowance(now, 16), 16);
        }
    }
}
