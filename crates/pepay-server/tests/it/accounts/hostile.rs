//! XSS: hostile text in every field that somebody else reads, stored and reflected; and hostile files.

use pepay_core::account::Role;
use serde_json::json;

use super::{Browser, user};
use crate::world::{Database, Token, World};

const TAG: &str = "<script>alert(1)</script>";
const QUOTE: &str = "\"'><img src=x onerror=alert(1)>";

/// Neither of the two is markup in the page.
fn is_clean(path: &str, body: &str) {
    for raw in ["<script>alert", "<img src=x", "\" onerror", "onerror=alert(1)>"] {
        assert!(!body.contains(raw), "{path} shows {raw}: {body}");
    }
}

pub(super) async fn what_strangers_write_is_only_text(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let root = user(&world, "root@pay.example", None, Role::Owner).await;
    let invoice = hostile_invoice(&world).await;
    let mut owner = ada.browser(&world).await;
    store_hostile(&mut owner).await;

    let detail = format!("/dashboard/invoices/{invoice}");
    let stored = [
        "/dashboard",
        "/dashboard/invoices",
        &detail,
        "/dashboard/keys",
        "/dashboard/settings",
        "/dashboard/mainnet",
        "/dashboard/team",
        "/dashboard/audit",
        "/dashboard/account",
        "/dashboard/checklist",
    ];
    for path in stored {
        let shown = owner.get(path).await;
        assert_eq!(shown.status, 200, "{path}");
        is_clean(path, &shown.body);
    }
    assert!(owner.get(&detail).await.body.contains("&#60;script&#62;alert(1)"), "the text itself is shown");
    let escaped = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    for path in [
        "/dashboard/invoices?q=",
        "/dashboard/invoices?status=",
        "/dashboard/invoices?created_gte=",
        "/dashboard/invoices?starting_after=",
        "/dashboard/audit?starting_after=",
        "/dashboard/keys?done=",
        "/dashboard/",
        "/dashboard/invoices/",
        "/dashboard/sign-up/confirm?link=",
        "/dashboard/reset/new?link=",
        "/dashboard/invitation?link=",
    ] {
        is_clean(path, &owner.get(&format!("{path}{escaped}")).await.body);
    }
    is_clean("sign-in", &Browser::new(&world).get(&format!("/dashboard/sign-in?next={escaped}")).await.body);
    let mut operator = root.browser(&world).await;
    for path in ["/operator", "/operator/requests", "/operator/merchants"] {
        let shown = operator.get(path).await;
        assert!(path == "/operator" || shown.body.contains("&#60;script&#62;"), "{path} shows the text");
        is_clean(path, &shown.body);
    }
    let csv = owner.get("/dashboard/export/invoices.csv").await;
    assert!(csv.body.contains("'=HYPERLINK"), "{}", csv.body);
    world.audit().await;
}

async fn hostile_invoice(world: &World) -> String {
    let both = format!("{TAG}{QUOTE}");
    let questions = json!({ "questions": [{ "id": "a", "question": both, "type": "text" }] });
    let fields = json!({
        "description": both, "customer_id": both, "invoice_title": both, "invoice_footer": both,
        "metadata": { "note": both }, "questions": questions,
    });
    let invoice = world.merchant.create_with("10.00", &fields).await;
    world.merchant.create_with("11.00", &json!({ "description": "=HYPERLINK(\"http://evil\")" })).await;
    world.payor.choose(&invoice, "base", Token::Usdc).await;
    let answers = json!({ "responses": [{ "question_id": "a", "response": both }] });
    let answered = world.payor.post(&invoice, "/api/v1/payments/submit-form", &answers).await;
    assert_eq!(answered.status, 200, "{answered:?}");
    invoice.id
}

async fn store_hostile(owner: &mut Browser) {
    let name = format!("{TAG}{QUOTE}");
    owner.get("/dashboard/settings").await;
    let shown = owner.post("/dashboard/settings", &[("company", &name), ("embed_origins", "")]).await;
    assert_eq!(shown.status, 303, "{}", shown.body);
    let shown = owner.post("/dashboard/keys", &[("name", &name)]).await;
    assert_eq!(shown.status, 201);
    is_clean("a new key", &shown.body);
    let fields = [("website", "https://shop.example"), ("note", name.as_str())];
    assert_eq!(owner.post("/dashboard/mainnet/request", &fields).await.status, 303);
    // What is refused is shown again beside its field.
    let refused = [
        ("/dashboard/invoices", vec![("amount_usd", name.as_str()), ("description", &name), ("life", &name)]),
        ("/dashboard/wallets", vec![("network", name.as_str()), ("address", &name)]),
        ("/dashboard/settings", vec![("company", ""), ("support_email", name.as_str()), ("embed_origins", &name)]),
        ("/dashboard/team/invite", vec![("email", name.as_str()), ("role", "owner")]),
        ("/dashboard/settlement/tolerance", vec![("tolerance", name.as_str())]),
        ("/dashboard/mainnet/activate", vec![("access_key", name.as_str())]),
    ];
    for (path, fields) in refused {
        let shown = owner.post(path, &fields).await;
        assert_eq!(shown.status, 400, "{path}: {}", shown.body);
        is_clean(path, &shown.body);
    }
}

pub(super) async fn a_logo_is_only_a_picture(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let mut owner = ada.browser(&world).await;
    owner.get("/dashboard/settings").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let page = b"<html><script>alert(1)</script>".as_slice();
    let large = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &vec![0; 200_000]].concat();
    for (name, kind, bytes) in
        [("x.svg", "image/svg+xml", svg), ("x.png", "image/png", page), ("x.png", "image/png", large.as_slice())]
    {
        let shown = owner.upload("/dashboard/settings/logo", name, kind, bytes).await;
        assert_eq!(shown.status, 400, "{name}: {}", shown.body);
    }
    let shown = owner.upload("/dashboard/settings/logo", "x.png", "image/png", &vec![0; 300_000]).await;
    assert_eq!(shown.status, 413);
    // A picture that is a page as well is a picture.
    let both = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), page].concat();
    let shown = owner.upload("/dashboard/settings/logo", "x.html", "text/html", &both).await;
    assert_eq!(shown.status, 303, "{}", shown.body);
    let path = owner.get("/dashboard/settings").await.between("class=\"logo\" src=\"", "\"");
    let picture = Browser::new(&world).get(&path).await;
    let header = |name: &str| picture.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!((picture.status, header("content-type")), (200, "image/png"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    world.audit().await;
}
