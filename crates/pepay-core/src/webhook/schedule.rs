//! When a delivery is tried again, and when it is given up.

use crate::time::Millis;

/// The longest `Retry-After` that is honoured, in milliseconds: the longest pause of the default schedule. A receiver
/// that asks for more is asked again then.
pub const MAX_RETRY_AFTER_MS: i64 = 36_000_000;

/// Jitter moves a pause by at most this share each way, in thousandths, so that retries do not come in step.
const JITTER: i64 = 100;
/// Attempts of a schedule at most.
const MAX_ATTEMPTS: usize = 20;
/// The longest pause of a schedule, in milliseconds: a week.
const MAX_PAUSE_MS: i64 = 604_800_000;

/// The pauses before each attempt, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<i64>);

/// At once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h (contract section 5).
impl Default for Schedule {
    fn default() -> Self {
        Self(vec![0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000])
    }
}

impl Schedule {
    /// A schedule of its own. `None` unless there are 1 to 20 pauses of 0 to a week.
    pub fn new(pauses_ms: Vec<i64>) -> Option<Self> {
        let fits = (1..=MAX_ATTEMPTS).contains(&pauses_ms.len());
        (fits && pauses_ms.iter().all(|pause| (0..=MAX_PAUSE_MS).contains(pause))).then_some(Self(pauses_ms))
    }

    /// Attempts before a delivery is given up.
    pub fn attempts(&self) -> usize {
        self.0.len()
    }

    /// When to try again after `tries` attempts, the last of which failed at `now`; `None` when it is given up. The
    /// receiver may ask for a longer pause; `draw` is any random number.
    pub fn next(&self, tries: u32, now: Millis, retry_after_ms: Option<i64>, draw: u32) -> Option<Millis> {
        let pause = self.0.get(usize::try_from(tries).ok()?).copied()?;
        Some(now.plus_ms(longer(pause, retry_after_ms, draw)))
    }

    /// When to try again what is not given up although its attempts are used up, because the endpoint takes nothing
    /// at all: at the pace of the last pause.
    pub fn last(&self, now: Millis, retry_after_ms: Option<i64>, draw: u32) -> Millis {
        let pause = self.0.last().copied().unwrap_or_default();
        now.plus_ms(longer(pause, retry_after_ms, draw))
    }
}

fn longer(pause_ms: i64, retry_after_ms: Option<i64>, draw: u32) -> i64 {
    let asked = retry_after_ms.unwrap_or_default().clamp(0, MAX_RETRY_AFTER_MS);
    jittered(pause_ms, draw).max(asked)
}

/// `pause_ms`, moved by up to a tenth either way.
pub(super) fn jittered(pause_ms: i64, draw: u32) -> i64 {
    let steps = JITTER.saturating_mul(2).saturating_add(1);
    let thousandths = i64::from(draw).rem_euclid(steps).saturating_add(1_000).saturating_sub(JITTER);
    pause_ms.saturating_mul(thousandths).div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Millis = Millis(1_766_322_000_000);
    /// Draws the pause itself.
    const MIDDLE: u32 = 100;

    #[test]
    fn the_schedule_is_that_of_the_contract() {
        let schedule = Schedule::default();
        let pauses: Vec<_> =
            (1..9).map(|tries| schedule.next(tries, NOW, None, MIDDLE).map(|at| at.since(NOW))).collect();
        let hours = |hours: i64| Some(hours * 3_600_000);
        let wanted = [Some(5_000), Some(300_000), Some(1_800_000), hours(2), hours(5), hours(10), hours(10), None];
        assert_eq!(pauses, wanted);
        assert_eq!(schedule.last(NOW, None, MIDDLE).since(NOW), 36_000_000);
    }

    #[test]
    fn a_receiver_may_ask_for_longer_but_not_for_ever() {
        let after = |asked| Schedule::default().next(1, NOW, Some(asked), MIDDLE).unwrap().since(NOW);
        assert_eq!([after(0), after(1_000), after(60_000)], [5_000, 5_000, 60_000]);
        assert_eq!([after(-5), after(i64::MAX)], [5_000, MAX_RETRY_AFTER_MS]);
    }

    #[test]
    fn schedules_are_bounded() {
        assert!(Schedule::new(vec![]).is_none() && Schedule::new(vec![0; 21]).is_none());
        assert!(Schedule::new(vec![-1]).is_none() && Schedule::new(vec![MAX_PAUSE_MS + 1]).is_none());
        assert_eq!(Schedule::new(vec![0, 10]).unwrap().next(2, NOW, None, 0), None);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_tenth(pause in 0..MAX_PAUSE_MS, draw: u32) {
            let moved = jittered(pause, draw);
            prop_assert!((pause * 9 / 10..=pause * 11 / 10).contains(&moved));
        }
    }
}
