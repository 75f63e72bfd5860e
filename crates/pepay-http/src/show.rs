//! What every page shows in the same way: networks, numbers, hashes and dates as people read them. Text in, text out: no
//! arithmetic on money.

pub(crate) use pepay_core::money::trimmed;
pub(crate) use pepay_core::network::label as network;

/// The ends of an id, hash or address, `0x5aAeb605…1BeAed`; short text stays whole.
pub(crate) fn short(text: &str) -> String {
    match (text.get(..10), text.len().checked_sub(6).and_then(|from| text.get(from..))) {
        (Some(head), Some(tail)) if text.len() > 20 => format!("{head}…{tail}"),
        _ => text.to_owned(),
    }
}

/// Year, month and day of a day since the epoch, in the Gregorian calendar.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // Eras of 400 years begin in March, so that the leap day comes last.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (d, m) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (year + era * 400 + i64::from(m <= 2), m, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_can_read_it() {
        assert_eq!(["bsc", "arbitrum", ""].map(network), ["BNB Smart Chain", "Arbitrum", ""]);
        assert_eq!(["49.990000", "5.000000", "500", "0.000001"].map(trimmed), ["49.99", "5", "500", "0.000001"]);
        assert_eq!(short("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), "0x5aAeb605…1BeAed");
        assert_eq!(short("0x5aAeb6053F3E94C9b9"), "0x5aAeb6053F3E94C9b9");
        assert_eq!([0, 11_016, -1].map(civil), [(1970, 1, 1), (2000, 2, 29), (1969, 12, 31)]);
    }
}
