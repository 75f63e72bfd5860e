//! The system clock, against every other clock that answered: invoices expire and signatures lapse by it.

use pepay_core::time::Millis;

use super::Finding;

const CHECK: &str = "clock";
/// This program was not there before.
const BUILT: Millis = Millis(1_735_689_600_000);
/// Further from the database than this, nodes disagree on what has expired.
const MAX_SKEW_MS: i64 = 2_000;
/// Chains date blocks this much ahead at most.
const MAX_AHEAD_MS: i64 = 20_000;

/// `newest` is the time of the newest block of any network.
pub(super) fn examine(now: Millis, database: Option<Millis>, newest: Option<Millis>) -> Vec<Finding> {
    let advice = "let NTP set it: `timedatectl set-ntp true`, or chrony";
    if now < BUILT {
        return vec![Finding::fail(CHECK, "it says a time before this program was made", advice)];
    }
    let mut findings = Vec::new();
    if let Some(behind) = newest.map(|newest| newest.0 - now.0).filter(|behind| *behind > MAX_AHEAD_MS) {
        let message = format!("it is {} s behind the newest block of a chain", behind / 1_000);
        findings.push(Finding::fail(CHECK, message, advice));
    }
    if let Some(skew) = database.map(|database| (database.0 - now.0).abs()).filter(|skew| *skew > MAX_SKEW_MS) {
        let message = format!("it is {} s from that of the database's machine", skew / 1_000);
        findings.push(Finding::warn(CHECK, message, advice));
    }
    if findings.is_empty() {
        let others: Vec<&str> =
            [database.map(|_| "the database's"), newest.map(|_| "those of the chains")].into_iter().flatten().collect();
        findings.push(match others.as_slice() {
            [] => Finding::ok(CHECK, "no other clock could be asked"),
            _ => Finding::ok(CHECK, format!("it agrees with {}", others.join(" and "))),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::report::Verdict;
    use super::*;

    #[test]
    fn clocks_that_disagree_are_told() {
        let now = Millis(1_766_322_000_000);
        let verdicts = |database: Option<i64>, newest: Option<i64>| {
            let at = |offset: Option<i64>| offset.map(|ms| now.plus_ms(ms));
            examine(now, at(database), at(newest)).iter().map(|finding| finding.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(None, None), [Verdict::Ok]);
        assert_eq!(verdicts(Some(-1_500), Some(15_000)), [Verdict::Ok]);
        assert_eq!(verdicts(Some(-3_000), Some(-90_000)), [Verdict::Warn]);
        assert_eq!(verdicts(Some(60_000), Some(60_000)), [Verdict::Fail, Verdict::Warn]);
        assert_eq!(examine(Millis(0), None, None)[0].verdict, Verdict::Fail);
    }
}
