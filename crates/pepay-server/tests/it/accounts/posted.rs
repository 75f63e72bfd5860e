//! What people are told of by letter, over a real mail server.

use pepay_core::account::Role;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::people::PASSWORD;
use super::postbox::Postbox;
use super::{Browser, user};
use crate::world::{Database, Options, World};

pub(super) async fn letters_go_out_by_smtp(database: Database) {
    let postbox = Postbox::open().await;
    let world = World::start_with(database, Options { mail: postbox.config(), ..Options::default() }).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    user(&world, "dev@shop.example", Some(world.merchant.id), Role::Developer).await;
    let mut owner = ada.browser(&world).await;
    new_sign_in(&world, &postbox).await;
    mainnet(&world, &postbox, &mut owner).await;
    webhook(&world, &postbox).await;
    world.audit().await;
}

async fn new_sign_in(world: &World, postbox: &Postbox) {
    let mut elsewhere = Browser::new(world);
    elsewhere.headers.insert("user-agent", "Lynx/2.9".to_owned());
    elsewhere.sign_in("ada@shop.example", PASSWORD).await;
    let letter = postbox.letter("ada@shop.example", "New sign-in").await;
    assert_eq!(letter.from, "pay@pay.example");
    assert!(letter.text.contains("From: Pay <pay@pay.example>") || letter.text.contains("From: \"Pay\""), "{letter:?}");
    assert!(letter.text.contains("Client: Lynx/2.9") && letter.text.contains("Address: 127.0.0.1"), "{letter:?}");
}

async fn mainnet(world: &World, postbox: &Postbox, owner: &mut Browser) {
    let root = user(world, "root@pay.example", None, Role::Owner).await;
    let mut operator = root.browser(world).await;
    let request = decide(owner, &mut operator, "deny", &[("reason", "The shop sells nothing yet.")]).await;
    assert_eq!(request.status, 303, "{}", request.body);
    let letter = postbox.letter("ada@shop.example", "About your request for mainnet").await;
    assert!(letter.text.contains("The request of Acme was not granted: The shop sells nothing yet."), "{letter:?}");

    let granted = decide(owner, &mut operator, "grant", &[]).await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    let letter = postbox.letter("ada@shop.example", "Mainnet is granted").await;
    let (_, rest) = letter.text.split_once("mak_").expect("it has the access key");
    let key: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    let opened = owner.post("/dashboard/mainnet/activate", &[("access_key", &format!("mak_{key}"))]).await;
    assert_eq!(opened.location(), "/dashboard/mainnet?done=mainnet_open", "the key of the letter opens it");
}

/// Asks for mainnet, and has the operator decide.
async fn decide(
    owner: &mut Browser,
    operator: &mut Browser,
    act: &str,
    fields: &[(&str, &str)],
) -> super::browser::Shown {
    owner.get("/dashboard/mainnet").await;
    let asked = owner.post("/dashboard/mainnet/request", &[("website", "https://shop.example"), ("note", "")]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let id = operator.get("/operator/requests").await.between("action=\"/operator/requests/", "/");
    operator.post(&format!("/operator/requests/{id}/{act}"), fields).await
}

async fn webhook(world: &World, postbox: &Postbox) {
    let url = gone().await;
    let made =
        world.merchant.ask("POST", "/api/v1/webhooks", &json!({ "url": url, "enabled_events": ["*"] })).await.json();
    let path = format!("/api/v1/webhooks/{}/test", made["id"].as_str().expect("an id"));
    assert_eq!(world.merchant.ask("POST", &path, &Value::Null).await.status, 202);
    let letter = postbox.letter("ada@shop.example", "A webhook endpoint was disabled").await;
    assert!(letter.text.contains(&url) && letter.text.contains("it says that it is gone (410)"), "{letter:?}");
}

/// The url of an endpoint that is gone for good.
async fn gone() -> String {
    let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
    let url = format!("http://{}/hook", listener.local_addr().expect("a listener has an address"));
    #[expect(clippy::disallowed_methods, reason = "ends with the test")]
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _read = stream.read(&mut request).await;
            let _gone = stream.write_all(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    });
    url
}
