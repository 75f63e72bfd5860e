use std::collections::BTreeSet;

use pepay_wire::Code;

use super::*;

fn of(wanted: Option<&str>, accepted: &'static str) -> &'static str {
    let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())]);
    Lang::of(wanted, &headers).tag
}

fn gaps(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_says_everything_with_the_same_gaps() {
    let english = &Lang::all()[0].words;
    for lang in Lang::all() {
        let names = |words: &Words| words.all().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&lang.words), names(english), "{}", lang.tag);
        for ((name, text), (_, original)) in lang.words.all().zip(english.all()) {
            assert!(!text.is_empty(), "{}: {name}", lang.tag);
            assert_eq!(gaps(text), gaps(original), "{}: {name}", lang.tag);
        }
        assert!(["ltr", "rtl"].contains(&lang.words.dir.as_str()));
    }
    assert!(Lang::tagged("ar").unwrap().is_rtl());
}

#[test]
fn trouble_is_told_in_the_payors_language() {
    let english = Lang::tagged("en").unwrap();
    for lang in Lang::all() {
        for code in [Code::InvoiceAlreadyPaid, Code::RateLimitExceeded, Code::TokenNotFound, Code::BodyTooLarge] {
            let told = lang.trouble(code);
            assert!(!told.is_empty() && !told.contains(code.message()), "{}: {told}", lang.tag);
            assert_eq!(told == english.trouble(code), lang.tag == "en", "{}: {told}", lang.tag);
        }
        assert!(lang.troubles().all(|(_, told)| !told.is_empty()), "{}", lang.tag);
    }
}

#[test]
fn a_translation_is_not_a_copy() {
    // Words that are rightly the same in some language are few: brand-like, or separators.
    let english: Vec<_> = Lang::all()[0].words.all().filter(|(_, text)| text.len() > 20).collect();
    for lang in &Lang::all()[1..] {
        let same = lang.words.all().filter(|entry| english.contains(entry)).map(|(name, _)| name).collect::<Vec<_>>();
        assert!(same.iter().all(|name| *name == "amount_on"), "{}: {same:?}", lang.tag);
    }
}

#[test]
fn the_address_then_the_browser_then_english() {
    assert_eq!(of(Some("fr"), "de"), "fr");
    assert_eq!(of(Some("xx"), "de"), "de");
    assert_eq!(of(None, "pt-BR,pt;q=0.9,en;q=0.8"), "pt");
    assert_eq!(of(None, "en;q=0.5, zh-Hant-TW;q=0.9"), "zh");
    assert_eq!(of(None, "es;q=0, ar"), "ar");
    for odd in ["", "*", "xx-YY", ";;;,,,", "q=1", "en;q=x"] {
        assert_eq!(of(None, odd), "en", "{odd}");
    }
}

#[test]
fn gaps_are_filled_once_and_isolated_from_right_to_left() {
    let gaps = [("merchant", "{paid}"), ("paid", "$5")];
    let english = Lang::tagged("en").unwrap();
    assert_eq!(english.fill("{merchant} has {paid}. {none}{", &gaps), "{paid} has $5. {");
    let arabic = Lang::tagged("ar").unwrap();
    assert_eq!(arabic.fill("استلم {paid}", &gaps), "استلم \u{2068}$5\u{2069}");
}

#[test]
fn dollars_are_written_as_the_language_does() {
    let usd = |tag, millis| Lang::tagged(tag).unwrap().usd(UsdMillis::new(millis).unwrap());
    for (millis, text) in [(0, "$0.00"), (5, "$0.005"), (999, "$0.999"), (1_000_000_000, "$1,000,000.00")] {
        assert_eq!(usd("en", millis), text);
    }
    assert_eq!(usd("de", 1_234_500), "1.234,50\u{a0}$");
    assert_eq!(usd("fr", 1_234_567), "1\u{202f}234,567\u{a0}$US");
    assert_eq!(usd("pt", 5_000), "US$\u{a0}5,00");
}
