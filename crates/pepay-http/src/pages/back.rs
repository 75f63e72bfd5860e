//! The way back to the merchant: its own address with the result behind it, signed at the moment of leaving.
//!
//! The payor carries it, so the signature is all that the merchant may trust, and that only as old as `ts`.

use pepay_core::id::InvoiceId;
use pepay_engine::payor::SignedReturn;

/// `url` with `invoice_id`, `status`, `ts` and `sig` added to its query, before any fragment.
pub(super) fn address(url: &str, invoice: InvoiceId, signed: &SignedReturn) -> String {
    let (page, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let joint = match page.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    let SignedReturn { status, ts, signature } = signed;
    format!("{page}{joint}invoice_id={invoice}&status={status}&ts={ts}&sig={signature}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_merchants_own_query_and_fragment_stay() {
        let invoice = "019b3f10-0000-7000-8000-000000000001".parse().unwrap();
        let signed = SignedReturn { status: "paid", ts: 1_766_322_000, signature: "ab".to_owned() };
        let ours = "invoice_id=019b3f10-0000-7000-8000-000000000001&status=paid&ts=1766322000&sig=ab";
        for (url, expected) in [
            ("https://shop.test/x", format!("https://shop.test/x?{ours}")),
            ("https://shop.test/x?", format!("https://shop.test/x?{ours}")),
            ("https://shop.test/x?a=1", format!("https://shop.test/x?a=1&{ours}")),
            ("https://shop.test/x?a=1&#top", format!("https://shop.test/x?a=1&{ours}#top")),
            ("https://shop.test/#/spa?b", format!("https://shop.test/?{ours}#/spa?b")),
        ] {
            assert_eq!(address(url, invoice, &signed), expected);
        }
    }
}
