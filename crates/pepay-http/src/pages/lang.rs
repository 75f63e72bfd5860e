//! The languages of the checkout: which one a payor gets, and sentences with their gaps filled.
//!
//! A language is one file in `lang/`, read at the first page. The address chooses (`?lang=`), else the browser's own
//! preference, else English. Gaps are filled in one pass, so that a merchant called `{amount}` stays that.

use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use pepay_core::money::UsdMillis;

mod trouble;
mod words;
pub(crate) use words::Words;

/// One language with its tag.
#[derive(Debug)]
pub(crate) struct Lang {
    /// The BCP 47 tag.
    pub(crate) tag: &'static str,
    /// Its texts.
    pub(crate) words: Words,
}

macro_rules! file {
    ($tag:literal) => {
        ($tag, include_str!(concat!("../../lang/", $tag, ".json")))
    };
}

/// The files, in the order in which they are offered; the first is the fallback.
const FILES: [(&str, &str); 7] =
    [file!("en"), file!("es"), file!("pt"), file!("fr"), file!("de"), file!("zh"), file!("ar")];

static ALL: LazyLock<Vec<Lang>> = LazyLock::new(|| {
    let read = |(tag, json)| Lang { tag, words: serde_json::from_str(json).expect("the language files are tested") };
    FILES.map(read).into()
});

/// Most languages of a browser's preference that are looked at.
const MAX_PREFERENCES: usize = 20;

impl Lang {
    /// Every language.
    pub(crate) fn all() -> &'static [Self] {
        &ALL
    }

    /// The language with a tag, or with that of its region: `pt-BR` is `pt`.
    pub(crate) fn tagged(tag: &str) -> Option<&'static Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        ALL.iter().find(|lang| lang.tag.eq_ignore_ascii_case(primary))
    }

    /// The language that `wanted` names, else the one the browser likes best, else English.
    pub(crate) fn of(wanted: Option<&str>, headers: &HeaderMap) -> &'static Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        wanted.and_then(Self::tagged).or_else(|| preferred(accepted)).unwrap_or(&ALL[0])
    }

    /// `text` with every `{name}` replaced.
    pub(crate) fn fill(&self, text: &str, gaps: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, tail)) = after.split_once('}') else { break };
            out.push_str(before);
            let value = gaps.iter().find(|(gap, _)| *gap == name).map_or("", |(_, value)| value);
            if self.is_rtl() {
                // A Latin name or amount must not reorder the sentence around it: FIRST STRONG ISOLATE and its end.
                out.extend(['\u{2068}'].into_iter().chain(value.chars()).chain(['\u{2069}']));
            } else {
                out.push_str(value);
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// Whether it is written from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        self.words.dir == "rtl"
    }

    /// Dollars with two decimals, or three when the third says something: `$1,234.50`, `0,005 US$`.
    pub(crate) fn usd(&self, amount: UsdMillis) -> String {
        let decimal = amount.decimal();
        let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, "000"));
        let fraction = fraction.strip_suffix('0').unwrap_or(fraction);
        let number = format!("{}{}{fraction}", grouped(whole, &self.words.group), self.words.decimal);
        self.words.money.replace("{n}", &number)
    }
}

fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

// The best of `es-MX, en;q=0.8`; equals in their order.
fn preferred(accepted: &str) -> Option<&'static Lang> {
    let mut best: Option<(&'static Lang, f32)> = None;
    for entry in accepted.split(',').take(MAX_PREFERENCES) {
        let (tag, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        let better = weight > 0.0 && best.is_none_or(|(_, least)| weight > least);
        if let Some(lang) = Lang::tagged(tag.trim()).filter(|_| better) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests;
