use super::*;
use pepay_core::branding::Color;

use crate::pages::coins::{Choice, Group};
use crate::pages::details::Field;
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
        returns: true,
        paid_at: None,
        customer_email: None,
        support_email: Some("help@shop.test".to_owned()),
        locked: None,
        payments: Vec::new(),
        refused: Vec::new(),
        networks: vec![NetworkName { network: "base".to_owned(), label: "Base".to_owned(), kind: "evm" }],
        faucet: false,
    }
}

fn branding() -> Branding {
    Branding {
        company_name: "Shop".to_owned(),
        logo_url: None,
        accent: None,
        support_email: None,
        allowed_origins: Vec::new(),
    }
}

async fn visit(uri: &str) -> Visit {
    use axum::extract::FromRequestParts;
    let (mut parts, ()) = axum::http::Request::builder().uri(uri).body(()).unwrap().into_parts();
    Visit::from_request_parts(&mut parts, &()).await.unwrap()
}

async fn plain() -> Visit {
    visit("/pay?session=a&signature=b").await
}

fn coins() -> Coins {
    let choice = |value: &str, label: &str, note: &str, available| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        title: format!("Pay with USDC on {label}"),
        note: note.to_owned(),
        available,
    };
    let choices =
        vec![choice("base:1", "Base", "", true), choice("bsc:3", "BNB Smart Chain", "Price is being refreshed", false)];
    Coins { searched: false, groups: vec![Group::new("USDC", "USD Coin", choices)] }
}

fn details(gate: bool) -> Details {
    let field = Field {
        name: "q0".to_owned(),
        id: "\"><x".to_owned(),
        question: "<i>Size?</i>".to_owned(),
        kind: "text",
        input: "text",
        autocomplete: "on",
        required: gate,
    };
    Details { questions: vec![field], email: "\"><svg onload=x>@a.b".to_owned(), gate }
}

async fn html(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn page<'a>(visit: &'a Visit, branding: &'a Branding, view: &'a View) -> Page<'a> {
    Page {
        visit,
        branding,
        view,
        coins: coins(),
        details: details(false),
        offer: None,
        chosen: String::new(),
        notice: String::new(),
        stream: String::new(),
        framed_by: None,
    }
}

#[tokio::test]
async fn the_page_has_nothing_inline_and_escapes_everybody() {
    let (visit, branding, view) = (plain().await, branding(), view());
    for gate in [false, true] {
        let response = checkout(Page { details: details(gate), ..page(&visit, &branding, &view) });
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        let html = html(response).await;
        assert!(!html.contains("<style") && !html.contains("style=") && !html.contains("onclick"));
        assert!(!html.contains("alert(1)</script>") && !html.contains("<svg") && !html.contains("<i>"), "{html}");
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains("&#60;b&#62;&#38;"), "{html}");
        assert!(html.contains("1:01:01"));
    }
}

#[tokio::test]
async fn only_the_page_that_was_let_in_may_frame_it() {
    let (visit, branding, view) = (plain().await, branding(), view());
    let alone = checkout(page(&visit, &branding, &view));
    assert_eq!(alone.headers()["x-frame-options"], "DENY");
    assert_eq!(
        alone.headers()["content-security-policy"],
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
         form-action 'self'; img-src 'self' data:; frame-ancestors 'none'"
    );
    let origin = Origin::parse("https://shop.test").unwrap();
    let within = checkout(Page { framed_by: Some(&origin), ..page(&visit, &branding, &view) });
    assert!(!within.headers().contains_key("x-frame-options"));
    let policy = within.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("; frame-ancestors https://shop.test"), "{policy}");
    assert!(html(within).await.contains("data-parent=\"https://shop.test\""));
}

#[tokio::test]
async fn a_brand_adds_its_picture_and_colour_and_nothing_else() {
    let (visit, view) = (plain().await, view());
    let look =
        |logo: &str| Branding { logo_url: Some(logo.to_owned()), accent: Some(Color([0xaa, 0, 0xbb])), ..branding() };
    let branding = look("https://cdn.shop.test/logo.png");
    let response = checkout(page(&visit, &branding, &view));
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("img-src 'self' data: https://cdn.shop.test; "), "{policy}");
    let html = html(response).await;
    assert!(html.contains("src=\"https://cdn.shop.test/logo.png\"") && html.contains("/accent-aa00bb.css\""));
    for bad in ["javascript:alert(1)", "//evil.test/x", "https://a; script-src *", "data:image/png,x"] {
        let branding = look(bad);
        let response = checkout(page(&visit, &branding, &view));
        assert!(!response.headers()["content-security-policy"].to_str().unwrap().contains("script-src *"));
        assert!(!self::html(response).await.contains("class=\"logo\""), "{bad}");
    }
}

#[tokio::test]
async fn coins_have_a_button_per_network_that_says_why_not() {
    let (visit, branding, view) = (plain().await, branding(), view());
    let html = html(checkout(page(&visit, &branding, &view))).await;
    assert_eq!(html.matches("data-coin=\"USDC\"").count(), 1);
    assert!(
        html.contains("value=\"base:1\" aria-label=\"Pay with USDC on Base\" aria-describedby=\"note-base:1\">Base<"),
        "{html}"
    );
    assert!(
        html.contains("\"note-bsc:3\" disabled>BNB Smart Chain</button><small id=\"note-bsc:3\">Price is"),
        "{html}"
    );
}

#[tokio::test]
async fn required_questions_stand_before_the_coins() {
    let (visit, branding, view) = (plain().await, branding(), view());
    let html = html(checkout(Page { details: details(true), ..page(&visit, &branding, &view) })).await;
    assert!(html.contains("data-f=\"choose\" hidden>") && html.contains("data-gate"), "{html}");
}

#[tokio::test]
async fn an_offer_is_readable_without_scripts() {
    let (visit, branding, view) = (plain().await, branding(), view());
    let offer = Offer {
        symbol: "USDC".to_owned(),
        title: "Send USDC on Base".to_owned(),
        caution: "Only USDC.".to_owned(),
        exchange_hint: "Choose Base.".to_owned(),
        amount: "49.99".to_owned(),
        address: "0xabc".to_owned(),
        uri: Some("ethereum:0xdef@1/transfer?address=0xabc&uint256=49990000".to_owned()),
        image: "data:image/svg+xml,x".to_owned(),
    };
    let page = Page { offer: Some(offer), chosen: "base:1".to_owned(), ..page(&visit, &branding, &view) };
    let html = html(checkout(page)).await;
    assert!(html.contains("Send USDC on Base") && html.contains("data-f=\"amount\">49.99<"), "{html}");
    assert!(html.contains("href=\"ethereum:0xdef@1/transfer?address=0xabc&#38;uint256=49990000\""), "{html}");
}

#[tokio::test]
async fn every_language_has_its_page() {
    let (branding, view) = (branding(), view());
    for lang in Lang::all() {
        let visit = visit(&format!("/pay?session=a&signature=b&lang={}", lang.tag)).await;
        let html = html(checkout(page(&visit, &branding, &view))).await;
        assert!(html.contains(&format!("<html lang=\"{}\" dir=\"{}\"", lang.tag, lang.words.dir)), "{html}");
        assert!(html.contains(&lang.words.help_title.replace('\'', "&#39;")), "{}", lang.tag);
    }
}

#[tokio::test]
async fn a_bad_link_says_so_with_its_status() {
    let response = failure(&plain().await, StatusCode::FORBIDDEN, "INVALID_SIGNATURE");
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let html = html(response).await;
    assert!(html.contains("This payment link does not work") && html.contains("INVALID_SIGNATURE"));
}
