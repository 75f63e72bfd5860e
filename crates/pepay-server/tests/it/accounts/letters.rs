//! What comes by e-mail: links that work once, and nothing secret left behind.

use pepay_core::account::Role;
use serde_json::json;

use super::people::PASSWORD;
use super::{Browser, user};
use crate::world::{Database, Options, World, wait_for};

/// The letters to an address whose subject is this, as text; waits for the first.
async fn letter(world: &World, to: &str, subject: &str) -> String {
    let directory = world.files.directory.join("mail");
    wait_for(format!("a letter to {to}: {subject}"), async || {
        let files = std::fs::read_dir(&directory).map_err(|error| error.to_string())?;
        let texts = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
        let texts = texts.map(|text| text.replace("=\r\n", "").replace("=3D", "="));
        let mut fit = texts.filter(|text| {
            text.contains(&format!("To: {to}\r\n")) && text.contains(&format!("Subject: {subject}\r\n"))
        });
        fit.next().ok_or_else(|| "not there yet".to_owned())
    })
    .await
}

/// The link in a letter that begins so.
fn link(letter: &str, start: &str) -> String {
    let (_, rest) = letter.split_once(start).unwrap_or_else(|| panic!("no {start} in {letter}"));
    let secret: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    format!("{start}{secret}")
}

fn secret_of(link: &str) -> &str {
    link.rsplit_once('=').expect("a link has a secret").1
}

pub(super) async fn letters_bring_people_in_once(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let mut owner = ada.browser(&world).await;
    owner.get("/dashboard/team").await;
    let invited = owner.post("/dashboard/team/invite", &[("email", "bob@shop.example"), ("role", "finance")]).await;
    assert_eq!(invited.status, 303, "{}", invited.body);

    let text = letter(&world, "bob@shop.example", "Join Acme on Pepay").await;
    let path = link(&text, "/dashboard/invitation?link=");
    let mut bob = Browser::new(&world);
    assert!(bob.get(&path).await.body.contains("Join Acme"));
    let fields = [("link", secret_of(&path)), ("password", PASSWORD)];
    assert_eq!(bob.post("/dashboard/invitation", &fields).await.location(), "/dashboard?done=joined");
    assert_eq!(bob.get("/dashboard/settlement").await.status, 200);
    assert_eq!(bob.get("/dashboard/keys").await.status, 403, "finance makes no keys");
    let mut again = Browser::new(&world);
    assert_eq!(again.get(&path).await.status, 404, "an invitation works once");

    reset(&world).await;
    removed(&world, &mut owner, &mut bob).await;
    nothing_secret_is_left(&world, secret_of(&path));
    world.audit().await;
}

async fn reset(world: &World) {
    let mut browser = Browser::new(world);
    browser.get("/dashboard/reset").await;
    browser.post("/dashboard/reset", &[("email", "bob@shop.example")]).await;
    let text = letter(world, "bob@shop.example", "Choose a new password").await;
    let path = link(&text, "/dashboard/reset/new?link=");
    assert_eq!(browser.get(&path).await.status, 200);
    let fields = [("link", secret_of(&path)), ("password", "short")];
    assert_eq!(browser.post("/dashboard/reset/new", &fields).await.status, 400, "a weak one uses nothing up");
    let fields = [("link", secret_of(&path)), ("password", "a different sentence")];
    let done = browser.post("/dashboard/reset/new", &fields).await;
    assert_eq!(done.location(), "/dashboard/sign-in?done=reset", "{}", done.body);
    assert_eq!(browser.post("/dashboard/reset/new", &fields).await.status, 404, "a link works once");
    assert_eq!(browser.sign_in("bob@shop.example", PASSWORD).await.status, 401);
    assert_eq!(browser.sign_in("bob@shop.example", "a different sentence").await.status, 303);
    letter(world, "bob@shop.example", "Your password was changed").await;
}

async fn removed(world: &World, owner: &mut Browser, bob: &mut Browser) {
    assert_eq!(bob.get("/dashboard").await.status, 303, "the new password ended every login");
    bob.sign_in("bob@shop.example", "a different sentence").await;
    let email = pepay_core::account::Email::parse("bob@shop.example").expect("an address");
    let id = pepay_store::account::by_email(world.books.db.read(), &email).await.expect("read").expect("a user").id;
    owner.get("/dashboard/team").await;
    let shown = owner.post("/dashboard/team/remove", &[("member", &id.to_string())]).await;
    assert_eq!(shown.status, 303, "{}", shown.body);
    assert_eq!(bob.get("/dashboard/settlement").await.status, 303, "a removed member is out at once");
    let email = pepay_core::account::Email::parse("ada@shop.example").expect("an address");
    let id = pepay_store::account::by_email(world.books.db.read(), &email).await.expect("read").expect("a user").id;
    let shown = owner.post("/dashboard/team/remove", &[("member", &id.to_string())]).await;
    assert_eq!(shown.status, 400, "the last owner stays");
}

fn nothing_secret_is_left(world: &World, secret: &str) {
    for file in std::fs::read_dir(&world.files.directory).expect("the directory can be read") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|it| it == "log" || it == "db" || it == "db-wal") {
            let bytes = std::fs::read(&path).expect("it can be read");
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds the secret of a link", path.display());
        }
    }
}

pub(super) async fn an_address_is_confirmed_before_its_account_exists(database: Database) {
    let options = Options { verify_email: true, ..Options::default() };
    let world = World::start_with(database, options).await;
    user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let mut pages = Vec::new();
    for email in ["ada@shop.example", "new@shop.example"] {
        let mut browser = Browser::new(&world);
        browser.get("/dashboard/sign-up").await;
        let fields = [("company", "Lamps"), ("email", email), ("password", PASSWORD)];
        let shown = browser.post("/dashboard/sign-up", &fields).await;
        pages.push((shown.status, shown.body));
    }
    assert_eq!(pages[0], pages[1], "signing up tells nobody who has an account");
    letter(&world, "ada@shop.example", "You have an account already").await;
    let text = letter(&world, "new@shop.example", "Confirm your e-mail address").await;
    let path = link(&text, "/dashboard/sign-up/confirm?link=");
    let mut browser = Browser::new(&world);
    assert_eq!(browser.sign_in("new@shop.example", PASSWORD).await.status, 401, "no account yet");
    browser.get(&path).await;
    let shown = browser.post("/dashboard/sign-up/confirm", &[("link", secret_of(&path))]).await;
    assert_eq!(shown.location(), "/dashboard/checklist", "{}", shown.body);
    assert_eq!(browser.get("/dashboard").await.status, 200);
    let mut again = Browser::new(&world);
    again.get(&path).await;
    assert_eq!(again.post("/dashboard/sign-up/confirm", &[("link", secret_of(&path))]).await.status, 404);
    receipt(&world).await;
    world.audit().await;
}

async fn receipt(world: &World) {
    let fields = json!({ "customer_email": "carol@example.com", "description": "Two lamps" });
    let invoice = world.merchant.create_with("10.00", &fields).await;
    let quote = world.payor.choose(&invoice, "base", crate::world::Token::Usdc).await;
    world.base.pay(&quote).await;
    world.base.confirm().await;
    world.merchant.wait_status(&invoice, "paid").await;
    let text = letter(world, "carol@example.com", "[Test] Receipt from Acme").await;
    assert!(text.contains("Two lamps") && text.contains(&invoice.id), "{text}");
    assert!(text.contains("no real money was paid"), "{text}");
    assert!(text.contains("Amount: $10.00\r\n") && text.contains("10 USDC on Base (test network)"), "{text}");
}
