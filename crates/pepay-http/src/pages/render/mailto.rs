//! The address that opens a letter to the merchant, with the payment's reference in its subject.

use std::fmt::Write;

use crate::pages::lang::Lang;
use crate::pages::view::View;

/// The `mailto:` address; `None` when the merchant has none to write to.
pub(super) fn address(lang: &Lang, view: &View) -> Option<String> {
    let to = view.support_email.as_deref().filter(|to| to.contains('@'))?;
    let subject = lang.words.contact_subject.replace("{reference}", &view.invoice_id);
    Some(format!("mailto:{}?subject={}", escaped(to, "@"), escaped(&subject, "")))
}

// RFC 3986: all but unreserved characters and those in `kept`.
fn escaped(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let letter = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(letter) || kept.contains(letter) {
            out.push(letter);
        } else {
            write!(out, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_be_added_to_the_letter() {
        assert_eq!(escaped("a+b@shop.test?cc=x&y", "@"), "a%2Bb@shop.test%3Fcc%3Dx%26y");
        assert_eq!(escaped("é 1", ""), "%C3%A9%201");
    }
}
