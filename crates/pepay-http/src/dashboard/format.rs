//! Money, moments and ids as people read them.

use askama::Template;
use pepay_core::time::Millis;

pub(super) use crate::show::{civil, network, short, trimmed};

/// A moment: UTC in the page, the reader's zone once scripts run. Show it with `{{ moment|safe }}`.
#[derive(Clone, Debug, Template)]
#[template(source = "<time datetime=\"{{ iso }}\">{{ text }}</time>", ext = "html")]
pub(super) struct Moment {
    iso: String,
    text: String,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(number: i64) -> &'static str {
    usize::try_from(number - 1).ok().and_then(|place| MONTHS.get(place)).copied().unwrap_or("?")
}

/// `25 Nov`.
pub(super) fn day(day: i64) -> String {
    let (_, m, d) = civil(day);
    format!("{d} {}", month(m))
}

/// `2026-11-25T18:02:09Z`.
pub(super) fn iso(at: Millis) -> String {
    let secs = at.secs();
    let ((year, m, d), rest) = (civil(secs.div_euclid(86_400)), secs.rem_euclid(86_400));
    format!("{year:04}-{m:02}-{d:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// A moment for a page.
pub(super) fn moment(at: Millis) -> Moment {
    let secs = at.secs();
    let ((year, m, d), rest) = (civil(secs.div_euclid(86_400)), secs.rem_euclid(86_400));
    let text = format!("{d} {} {year}, {:02}:{:02} UTC", month(m), rest / 3_600, rest / 60 % 60);
    Moment { iso: iso(at), text }
}

/// `$1,234.50`; a third decimal only where there is one.
pub(super) fn usd(millis: i64) -> String {
    let (sign, abs) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    let (whole, rest) = (abs / 1_000, abs % 1_000);
    let cents = if rest % 10 == 0 { format!("{:02}", rest / 10) } else { format!("{rest:03}") };
    format!("{sign}${}.{cents}", grouped(whole))
}

/// `1,234`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 invoice`, `2 invoices`.
pub(super) fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// The browser and system in what a client calls itself; all of it when it is no browser.
pub(super) fn client(agent: &str) -> String {
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = find(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = find(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if agent.is_empty() => "Unknown client".to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

/// How long ago, roughly.
pub(super) fn ago(ms: i64) -> String {
    match ms / 1_000 {
        ..1 => "now".to_owned(),
        secs @ 1..120 => format!("{secs} s ago"),
        secs @ 120..7_200 => format!("{} min ago", secs / 60),
        secs @ 7_200..172_800 => format!("{} h ago", secs / 3_600),
        secs => format!("{} days ago", secs / 86_400),
    }
}

/// The kind of badge a status gets.
pub(super) fn tone(status: &str) -> &'static str {
    match status {
        "paid" | "confirmed" | "active" | "settled" | "granted" => "good",
        "underpaid" | "pending" | "manual_retry" | "manual" | "open" => "warn",
        "reverted" | "revoked" | "suspended" | "denied" | "failed" => "bad",
        _ => "",
    }
}

/// A status as people read it.
pub(super) fn words(status: &str) -> String {
    match status {
        "manual_retry" => "Needs a decision".to_owned(),
        "read_only" => "Read-only".to_owned(),
        "read_write" => "Read and write".to_owned(),
        other => {
            let text = other.replace('_', " ");
            let mut letters = text.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            format!("{first}{}", letters.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_can_read_it() {
        assert_eq!(iso(Millis(1_766_322_000_000)), "2025-12-21T13:00:00Z");
        assert_eq!(iso(Millis(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(moment(Millis(1_766_322_000_000)).text, "21 Dec 2025, 13:00 UTC");
        assert_eq!([usd(0), usd(1_234_500), usd(1_001), usd(-50)], ["$0.00", "$1,234.50", "$1.001", "-$0.05"]);
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(
            client("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"),
            "Chrome on Linux"
        );
        assert_eq!((client("curl/8.0"), client("")), ("curl/8.0".to_owned(), "Unknown client".to_owned()));
        assert_eq!(words("manual_retry"), "Needs a decision");
    }
}
