use super::*;
use crate::pages::view::{Dollars, NetworkName, Note};

fn usd(text: &str) -> Dollars {
    Dollars { usd_millis: 49_990, decimal: "49.990".to_owned(), text: text.to_owned() }
}

fn view() -> View {
    let none = || Dollars { usd_millis: 0, decimal: "0.000".to_owned(), text: "$0.00".to_owned() };
    View {
        invoice_id: "0198f2a1-7c31-7a3e-9d55-0b1c2d3e4f50".to_owned(),
        environment: "devnet",
        phase: Phase::Open,
        status: "unpaid",
        exception: None,
        steps_done: Some(0),
        headline: "Choose how to pay".to_owned(),
        detail: "Pick one.".to_owned(),
        notes: vec![Note { tone: Tone::Warn, text: "<b>&".to_owned() }],
        amount: usd("$49.99"),
        paid: none(),
        remaining: usd("$49.99"),
        overpaid: none(),
        expires_at: 0,
        remaining_ms: 3_661_000,
        merchant_name: "</script><script>alert(1)</script>".to_owned(),
        title: Some("\"quoted' title".to_owned()),
        description: None,
        footer: None,
        return_url: None,
        locked: None,
        payments: Vec::new(),
        refused: Vec::new(),
        networks: vec![NetworkName { network: "base".to_owned(), label: "Base".to_owned(), kind: "evm" }],
        faucet: false,
    }
}

fn coin(token_id: i64, network: &str, symbol: &str) -> Coin {
    let (network, symbol, name) = (network.to_owned(), symbol.to_owned(), symbol.to_owned());
    Coin { token_id, network, symbol, name, unavailable: None }
}

async fn html(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn page(view: &View) -> Page<'_> {
    let coins = vec![coin(1, "base", "USDC"), coin(2, "base", "ETH"), coin(3, "bsc", "USDC")];
    Page {
        view,
        coins,
        offer: None,
        chosen: String::new(),
        notice: String::new(),
        self_url: "/pay?session=a&signature=b",
    }
}

#[tokio::test]
async fn the_page_has_nothing_inline_and_escapes_merchants() {
    let view = view();
    let response = checkout(page(&view));
    assert_eq!(response.headers()["content-security-policy"], POLICY);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    let html = html(response).await;
    assert!(!html.contains("<style") && !html.contains("style=") && !html.contains("onclick"));
    assert!(!html.contains("alert(1)</script>"), "{html}");
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("&#60;b&#62;&#38;"), "{html}");
    assert!(html.contains("1:01:01"));
}

#[tokio::test]
async fn coins_are_grouped_with_a_button_per_network() {
    let view = view();
    let html = html(checkout(page(&view))).await;
    assert_eq!(html.matches("data-coin=\"USDC\"").count(), 1);
    assert!(html.contains("value=\"base:1\" aria-label=\"Pay with USDC on Base\""), "{html}");
    assert!(html.contains("value=\"bsc:3\" aria-label=\"Pay with USDC on BNB Smart Chain\""));
}

#[tokio::test]
async fn an_offer_is_readable_without_scripts() {
    let view = view();
    let offer = Offer {
        symbol: "USDC".to_owned(),
        network_label: "Base".to_owned(),
        amount: "49.99".to_owned(),
        address: "0xabc".to_owned(),
        uri: Some("ethereum:0xdef@1/transfer?address=0xabc&uint256=49990000".to_owned()),
        image: "data:image/svg+xml,x".to_owned(),
    };
    let html = html(checkout(Page { offer: Some(offer), chosen: "base:1".to_owned(), ..page(&view) })).await;
    assert!(html.contains("Send USDC on Base") && html.contains("data-f=\"amount\">49.99<"), "{html}");
    assert!(html.contains("href=\"ethereum:0xdef@1/transfer?address=0xabc&#38;uint256=49990000\""), "{html}");
}

#[tokio::test]
async fn a_bad_link_says_so_with_its_status() {
    let response = failure(StatusCode::FORBIDDEN, "INVALID_SIGNATURE");
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let html = html(response).await;
    assert!(html.contains("This payment link does not work") && html.contains("INVALID_SIGNATURE"));
}
