//! How long somebody waits who got the password wrong too often.
//!
//! Attempts are counted for an address at a place, and for the address from anywhere: the first stops a guesser
//! soon, the second a thousand guessers. Guessers can keep the second one high for as long as they like, so it does
//! not hold back the places the owner signed in from before: there only the first counts. A right password and a
//! new one forgive both. Each attempt counts as a failure before it is judged, so that many at once are no way
//! around; one during a wait neither counts nor lengthens it. Addresses nobody has are counted the same, so that the
//! answer tells nothing.

/// Wrong passwords for one address from one place before there is a wait.
pub const FREE_HERE: u32 = 5;
/// Wrong passwords for one address from anywhere before there is a wait.
pub const FREE_ANYWHERE: u32 = 30;
/// Wrong second factors of one user before there is a wait.
pub const FREE_CODES: u32 = 5;
/// The first wait.
const FIRST_MS: i64 = 15_000;
/// The longest wait.
const LONGEST_MS: i64 = 15 * 60_000;
/// Failures are forgotten after this long without one.
pub const FORGOTTEN_MS: i64 = 24 * 3_600_000;

/// The wait after the failure that makes it `failures` of which the first `free` cost nothing: doubled each time.
pub fn wait_ms(failures: u32, free: u32) -> i64 {
    let over = failures.saturating_sub(free);
    if over == 0 {
        return 0;
    }
    let doublings = over.saturating_sub(1).min(16);
    FIRST_MS.saturating_mul(1_i64.checked_shl(doublings).unwrap_or(1)).min(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let waits: Vec<i64> = (4..9).map(|failures| wait_ms(failures, FREE_HERE) / 1_000).collect();
        assert_eq!(waits, [0, 0, 15, 30, 60]);
        assert_eq!(wait_ms(u32::MAX, FREE_HERE), LONGEST_MS);
    }
}
