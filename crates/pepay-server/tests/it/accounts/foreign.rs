//! Forms from other sites, and pages in other sites' frames.

use pepay_core::account::Role;

use super::people::PASSWORD;
use super::{Browser, user};
use crate::world::{Database, World};

/// Forms of people who are not signed in.
const DOORS: [&str; 7] = [
    "/dashboard/sign-in",
    "/dashboard/sign-in/code",
    "/dashboard/sign-up",
    "/dashboard/sign-up/confirm",
    "/dashboard/reset",
    "/dashboard/reset/new",
    "/dashboard/invitation",
];

/// Something for each placeholder of a path.
pub(super) fn filled(path: &str) -> String {
    path.replace("{id}", "019b3f10-0000-7000-8000-000000000001")
}

pub(super) async fn no_form_works_from_elsewhere(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let root = user(&world, "root@pay.example", None, Role::Owner).await;
    let (mut owner, mut operator) = (ada.browser(&world).await, root.browser(&world).await);
    let foreign = Browser::new(&world).get("/dashboard/sign-in").await.token().expect("a token");
    let posts = pepay_http::dashboard_routes().filter(|(_, _, post)| *post).map(|(path, ..)| path).chain(DOORS);
    for path in posts {
        let browser = if path.starts_with("/operator") { &mut operator } else { &mut owner };
        let own = browser.get("/dashboard/account").await.token().expect("a token");
        let path = filled(path);
        for (token, what) in [("", "no token"), (foreign.as_str(), "another cookie's"), (&own[1..], "cut short")] {
            let shown = browser.post_with(&path, token, &[]).await;
            // A picture comes in another kind of form, which this is not.
            let expected = if path.ends_with("/logo") { 400 } else { 403 };
            assert_eq!(shown.status, expected, "{path} with {what}: {}", shown.body);
        }
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            browser.headers.insert(name, value.to_owned());
            let shown = browser.post_with(&path, &own, &[]).await;
            assert_eq!(shown.status, 403, "{path} with {name} {value}: {}", shown.body);
            browser.headers.remove(name);
        }
    }
    // With everything in its place, and saying so, the same form works.
    owner.headers.insert("origin", world.files.address.clone());
    owner.headers.insert("sec-fetch-site", "same-origin".to_owned());
    let shown = owner.post("/dashboard/keys", &[("name", "Server"), ("permission", "read_write")]).await;
    assert_eq!(shown.status, 201, "{}", shown.body);
    login_form_needs_a_cookie(&world).await;
    a_logo_needs_its_token(&mut owner, &foreign).await;
    world.audit().await;
}

/// The form with a picture is of another kind, and held to the same.
async fn a_logo_needs_its_token(owner: &mut Browser, foreign: &str) {
    const PATH: &str = "/dashboard/settings/logo";
    let file = ("x.png", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice());
    let own = owner.get("/dashboard/settings").await.token().expect("a token");
    for token in ["", foreign, &own[1..]] {
        let shown = owner.upload_with(PATH, token, file).await;
        assert_eq!(shown.status, 403, "{token}: {}", shown.body);
    }
    assert!(!owner.get("/dashboard/settings").await.body.contains("class=\"logo\""), "nothing was saved");
    assert_eq!(owner.upload_with(PATH, &own, file).await.status, 303);
}

/// Login CSRF: a token without the cookie it belongs to.
async fn login_form_needs_a_cookie(world: &World) {
    let mut browser = Browser::new(world);
    browser.get("/dashboard/sign-in").await;
    browser.cookie = None;
    let fields = [("email", "ada@shop.example"), ("password", PASSWORD)];
    assert_eq!(browser.post("/dashboard/sign-in", &fields).await.status, 403);
}

pub(super) async fn no_page_can_be_framed_stored_or_sniffed(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let mut owner = ada.browser(&world).await;
    let pages = pepay_http::dashboard_routes().filter(|(_, get, _)| *get).map(|(path, ..)| path).chain(DOORS);
    for path in pages.filter(|path| !path.contains("export")) {
        let shown = owner.get(&filled(path)).await;
        if shown.status == 303 {
            continue;
        }
        let header = |name: &str| shown.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        let rest = ["x-frame-options", "cache-control", "x-content-type-options"].map(header);
        assert_eq!(rest, ["DENY", "no-store", "nosniff"], "{path}");
        assert!(!shown.body.contains(" style=\"") && !shown.body.contains("<style"), "{path} has inline styles");
        assert!(!shown.body.contains(" onclick") && !shown.body.contains("<script>"), "{path} has inline scripts");
    }
    world.audit().await;
}
