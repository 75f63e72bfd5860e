//! Charts as shapes a template draws: bars of days, and one bar of shares. Each page also has the numbers as a table.

use pepay_engine::overview::Day;

use super::format;

/// Width and height of the drawing, in its own units; it stretches to the page.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 180.0;
/// A day with the smallest volume must still be seen.
const LEAST: f64 = 3.0;

/// One bar of a day.
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) empty: bool,
    /// What it says, when pointed at.
    pub(super) title: String,
}

/// One bar per day, as high as its volume.
#[expect(clippy::cast_precision_loss, reason = "places on a drawing; the numbers are in the table beside it")]
pub(super) fn bars(days: &[Day]) -> Vec<Bar> {
    let most = days.iter().map(|day| day.volume.get()).max().unwrap_or_default().max(1) as f64;
    let slot = WIDTH / (days.len().max(1) as f64);
    let bar = |(place, day): (usize, &Day)| {
        let empty = day.volume.get() == 0;
        let height = if empty { 2.0 } else { (day.volume.get() as f64 / most * (HEIGHT - 10.0)).max(LEAST) };
        Bar {
            x: format!("{:.1}", place as f64 * slot + slot * 0.14),
            y: format!("{:.1}", HEIGHT - height),
            width: format!("{:.1}", slot * 0.72),
            height: format!("{height:.1}"),
            empty,
            title: format!("{}: {}", format::day(day.day), format::usd(day.volume.get())),
        }
    };
    days.iter().enumerate().map(bar).collect()
}

/// A share of all invoices.
pub(super) struct Share {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) count: u64,
    pub(super) percent: String,
    pub(super) x: String,
    pub(super) width: String,
}

/// What became of the invoices, in parts of a hundred.
#[expect(clippy::cast_precision_loss, reason = "places on a drawing; the counts stand beside it")]
pub(super) fn shares(day: &Day) -> Vec<Share> {
    let all = day.created.max(1) as f64;
    let parts = [
        ("paid", "Paid", day.paid),
        ("underpaid", "Underpaid", day.underpaid),
        ("unpaid", "Waiting", day.unpaid),
        ("expired", "Expired", day.expired),
        ("canceled", "Canceled", day.canceled),
    ];
    let mut from = 0.0;
    let share = |(word, label, count): (&'static str, &'static str, u64)| {
        let width = count as f64 / all * 100.0;
        let x = from;
        from += width;
        Share {
            word,
            label,
            count,
            percent: format!("{width:.0} %"),
            x: format!("{x:.2}"),
            width: format!("{width:.2}"),
        }
    };
    parts.map(share).into()
}

/// Of the invoices whose end is known, the share that was paid: tenths of a per cent; `None` without any.
pub(super) fn conversion(day: &Day) -> Option<u64> {
    let decided = day.paid.saturating_add(day.expired).saturating_add(day.underpaid);
    day.paid.saturating_mul(1_000).checked_div(decided)
}

#[cfg(test)]
mod tests {
    use pepay_core::money::UsdMillis;

    use super::*;

    #[test]
    fn bars_fit_and_shares_add_up() {
        let volume = |millis| UsdMillis::new(millis).unwrap();
        let day = |day, millis| Day { day, volume: volume(millis), ..Day::default() };
        let bars = bars(&[day(0, 0), day(1, 10), day(2, 1_000_000)]);
        assert_eq!((bars[0].empty, bars[1].height.as_str(), bars[2].y.as_str()), (true, "3.0", "10.0"));
        assert_eq!(bars[2].title, "3 Jan: $1,000.00");
        let sum = Day { created: 4, paid: 2, expired: 1, canceled: 1, ..Day::default() };
        let widths: f64 = shares(&sum).iter().map(|share| share.width.parse::<f64>().unwrap()).sum();
        assert!((widths - 100.0).abs() < 0.1);
        assert_eq!(conversion(&sum), Some(666));
        assert_eq!(conversion(&Day::default()), None);
    }
}
