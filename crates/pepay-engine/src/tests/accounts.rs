//! People and those who guess at them, on a clock that is moved by hand.

use pepay_core::account::{Email, Role, Secret, link, totp};
use pepay_core::page::Page;

use super::*;
use crate::account::{Signed, Visitor};
use crate::operator::NewUser;

const ADA: &str = "ada@shop.example";
const PASSWORD: &str = "correct horse battery";

async fn user(world: &World) {
    let new = NewUser { email: Email::parse(ADA).unwrap(), merchant: Some(world.caller.merchant), operator: false };
    let mut rng = StdRng::seed_from_u64(11);
    crate::operator::put_user(world.engine.db(), &new, PASSWORD, START, &mut rng).await.unwrap();
}

fn at(ip: &str) -> Visitor {
    Visitor::new(ip, "Firefox")
}

/// Guesses once from each of `places` places nobody signed in from.
async fn guess(world: &World, places: u32) {
    for place in 0..places {
        let refused = world.engine.sign_in(ADA, "not the password", &at(&format!("198.51.100.{place}"))).await;
        assert!(matches!(refused, Err(Error::SignInRefused | Error::LockedOut { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn guessers_anywhere_do_not_lock_the_owner_out_where_it_signed_in_before() {
    let world = World::new().await;
    user(&world).await;
    world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.1")).await.unwrap();
    guess(&world, 40).await;
    let elsewhere = world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.2")).await;
    assert!(matches!(elsewhere, Err(Error::LockedOut { .. })), "{elsewhere:?}");
    world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.1")).await.unwrap();
    world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.2")).await.expect("the owner's success forgives");
}

#[tokio::test]
async fn a_known_place_is_no_way_to_guess() {
    let world = World::new().await;
    user(&world).await;
    let visitor = at("192.0.2.1");
    world.engine.sign_in(ADA, PASSWORD, &visitor).await.unwrap();
    for _ in 0..6 {
        let refused = world.engine.sign_in(ADA, "not the password", &visitor).await;
        assert!(matches!(refused, Err(Error::SignInRefused)), "{refused:?}");
    }
    let locked = world.engine.sign_in(ADA, PASSWORD, &visitor).await;
    assert!(matches!(locked, Err(Error::LockedOut { wait_ms: 1..=15_000 })), "{locked:?}");
    world.clock.advance(15_000);
    world.engine.sign_in(ADA, PASSWORD, &visitor).await.unwrap();
}

#[tokio::test]
async fn attempts_during_a_wait_do_not_lengthen_it() {
    let world = World::new().await;
    user(&world).await;
    guess(&world, 31).await;
    for _ in 0..5 {
        world.clock.advance(2_000);
        guess(&world, 1).await;
    }
    world.clock.advance(5_000);
    world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.2")).await.unwrap();
}

#[tokio::test]
async fn a_password_of_the_operator_forgives() {
    let world = World::new().await;
    user(&world).await;
    guess(&world, 31).await;
    user(&world).await;
    world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.2")).await.unwrap();
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_one_by_one() {
    let world = World::new().await;
    user(&world).await;
    let visitor = at("192.0.2.1");
    let guesses = (0..20).map(|_| world.engine.sign_in(ADA, "not the password", &visitor));
    let answers = futures_util::future::join_all(guesses).await;
    let judged = answers.iter().filter(|answer| matches!(answer, Err(Error::SignInRefused))).count();
    let locked = answers.iter().filter(|answer| matches!(answer, Err(Error::LockedOut { .. }))).count();
    assert_eq!((judged, locked), (6, 14));
}

#[tokio::test]
async fn a_new_password_by_letter_forgives() {
    let world = World::new().await;
    user(&world).await;
    guess(&world, 31).await;
    let link = reset_link(&world).await;
    world.engine.reset_password(link.reveal(), "another fine sentence", &at("192.0.2.2")).await.unwrap();
    world.engine.sign_in(ADA, "another fine sentence", &at("192.0.2.2")).await.unwrap();
}

/// A link to choose a new password, as a letter has it.
async fn reset_link(world: &World) -> Secret {
    let secret = world.engine.secret();
    let email = Email::parse(ADA).unwrap();
    let user = pepay_store::account::by_email(world.engine.db().read(), &email).await.unwrap().unwrap().id;
    let (created_at, expires_at) = (world.clock.now(), world.clock.now().plus_ms(link::RESET_MS));
    let purpose = link::Purpose::Reset { user };
    let link = link::Link { hash: secret.hash(), purpose, email, created_at, expires_at, used_at: None };
    let tx = world.engine.db().begin("test").await.unwrap();
    pepay_store::account::link::insert(&tx, &link).await.unwrap();
    tx.commit().await.unwrap();
    secret
}

/// The links in the letters to `to`.
fn links(world: &World, to: &str) -> Vec<String> {
    let letters = world.mailbox.0.lock().unwrap();
    let to = letters.iter().filter(|letter| letter.to == to);
    let secret = |text: &str| Some(text.split_once("?link=")?.1.split_whitespace().next()?.to_owned());
    to.filter_map(|letter| secret(&letter.text)).collect()
}

#[tokio::test]
async fn asking_for_a_new_password_is_bounded_and_writes_alike_for_everybody() {
    let world = World::new().await;
    user(&world).await;
    for _ in 0..7 {
        world.engine.ask_reset(ADA).await.unwrap();
        world.engine.ask_reset("nobody@shop.example").await.unwrap();
    }
    let waiting = pepay_store::letter::due(world.engine.db().read(), world.clock.now(), 100).await.unwrap();
    for to in [ADA, "nobody@shop.example"] {
        assert_eq!(waiting.iter().filter(|letter| letter.recipient == to).count(), 5, "{to}");
    }
    world.engine.send_due().await.unwrap();
    let links = links(&world, ADA);
    assert_eq!((links.len(), world.mailbox.0.lock().unwrap().len()), (5, 5), "nobody gets nothing");
    for link in &links {
        world.engine.check_reset(link).await.expect("asking again voids no link");
    }
    world.engine.reset_password(&links[0], "another fine sentence", &at("192.0.2.1")).await.unwrap();
    let spent = world.engine.check_reset(&links[4]).await;
    assert!(matches!(spent, Err(Error::LinkInvalid)), "a new password voids the others: {spent:?}");
    world.clock.advance(3_600_000);
    world.engine.ask_reset(ADA).await.unwrap();
    let waiting = pepay_store::letter::due(world.engine.db().read(), world.clock.now(), 100).await.unwrap();
    assert_eq!(waiting.iter().filter(|letter| letter.kind == "reset").count(), 1, "an hour later there is one more");
}

#[tokio::test]
async fn nobody_is_buried_in_invitations() {
    let world = World::new().await;
    for _ in 0..5 {
        world.engine.invite(&world.caller, ADA, Role::Finance).await.unwrap();
    }
    let refused = world.engine.invite(&world.caller, ADA, Role::Owner).await;
    assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
    world.engine.send_due().await.unwrap();
    let links = links(&world, ADA);
    assert_eq!(links.len(), 5);
    let invited = world.engine.invited(&links[4]).await.expect("the last link goes on working");
    assert_eq!(invited.role, Role::Finance);
}

async fn signed(world: &World) -> Signed {
    let entered = world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.1")).await.unwrap();
    again(world, &entered.secret).await
}

async fn again(world: &World, secret: &Secret) -> Signed {
    world.engine.signed(secret, "192.0.2.1").await.unwrap().unwrap()
}

fn code(world: &World, uri: &str) -> String {
    let (_, rest) = uri.split_once("secret=").unwrap();
    let secret = rest.split('&').next().unwrap();
    let letters = secret.bytes();
    let values = letters.map(|letter| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|it| *it == letter).unwrap());
    let bits: Vec<usize> = values.flat_map(|value| (0..5).rev().map(move |place| value >> place & 1)).collect();
    let byte = |bits: &[usize]| u8::try_from(bits.iter().fold(0, |byte, bit| byte << 1 | bit)).unwrap();
    let secret: Vec<u8> = bits.chunks_exact(8).map(byte).collect();
    totp::code_at(&secret, world.clock.now())
}

#[tokio::test]
async fn a_second_factor_is_set_up_by_one_login_alone() {
    let world = World::new().await;
    user(&world).await;
    let (thief, owner) = (signed(&world).await, signed(&world).await);
    let seen = world.engine.begin_factor(&thief).await.unwrap();
    let owner = Signed { user: again_user(&world).await, ..owner };
    let own = world.engine.begin_factor(&owner).await.unwrap();
    assert_ne!(seen.secret, own.secret, "what another login saw is not what the owner sets up");
    let owner = Signed { user: again_user(&world).await, ..owner };
    assert_eq!(world.engine.begin_factor(&owner).await.unwrap().secret, own.secret, "a reload changes nothing");
    let thief = Signed { user: again_user(&world).await, ..thief };
    let planted = world.engine.confirm_factor(&thief, &code(&world, &seen.uri)).await;
    assert!(matches!(planted, Err(Error::Rejected(_))));
    world.engine.confirm_factor(&owner, &code(&world, &own.uri)).await.unwrap();
    assert!(again_user(&world).await.wants_code());
}

async fn again_user(world: &World) -> pepay_core::account::User {
    let email = Email::parse(ADA).unwrap();
    pepay_store::account::by_email(world.engine.db().read(), &email).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_new_password_forgets_a_factor_being_set_up() {
    let world = World::new().await;
    user(&world).await;
    let mut owner = signed(&world).await;
    world.engine.begin_factor(&owner).await.unwrap();
    let new = "another fine sentence";
    let secret = world.engine.change_password(&owner, PASSWORD, new, &at("192.0.2.1")).await.unwrap();
    assert_eq!(again_user(&world).await.totp, None);
    owner = again(&world, &secret).await;
    world.engine.begin_factor(&owner).await.unwrap();
    let link = reset_link(&world).await;
    world.engine.reset_password(link.reveal(), PASSWORD, &at("192.0.2.1")).await.unwrap();
    assert_eq!(again_user(&world).await.totp, None);
}

#[tokio::test]
async fn many_codes_at_once_are_counted_one_by_one() {
    let world = World::new().await;
    user(&world).await;
    let owner = signed(&world).await;
    let begun = world.engine.begin_factor(&owner).await.unwrap();
    let owner = Signed { user: again_user(&world).await, ..owner };
    world.engine.confirm_factor(&owner, &code(&world, &begun.uri)).await.unwrap();
    let visitor = at("192.0.2.1");
    let waiting = world.engine.sign_in(ADA, PASSWORD, &visitor).await.unwrap();
    assert!(waiting.wants_code());
    let guesses = (0..20).map(|_| world.engine.enter_code(&waiting.secret, "00000-00000", &visitor));
    let answers = futures_util::future::join_all(guesses).await;
    let judged = answers.iter().filter(|answer| matches!(answer, Err(Error::SignInRefused))).count();
    let locked = answers.iter().filter(|answer| matches!(answer, Err(Error::LockedOut { .. }))).count();
    assert_eq!((judged, locked), (6, 14));
}

#[tokio::test]
async fn the_operator_takes_a_lost_factor_off() {
    let world = World::new().await;
    user(&world).await;
    let owner = signed(&world).await;
    let begun = world.engine.begin_factor(&owner).await.unwrap();
    let owner = Signed { user: again_user(&world).await, ..owner };
    let (_, secret) = world.engine.confirm_factor(&owner, &code(&world, &begun.uri)).await.unwrap();
    let (db, mut rng) = (world.engine.db(), StdRng::seed_from_u64(12));
    let email = Email::parse(ADA).unwrap();
    crate::operator::reset_factor(db, &email, world.clock.now(), &mut rng).await.unwrap();
    assert!(world.engine.signed(&secret, "192.0.2.1").await.unwrap().is_none(), "its logins ended");
    assert!(!world.engine.sign_in(ADA, PASSWORD, &at("192.0.2.1")).await.unwrap().wants_code());
    assert_eq!(world.engine.codes_left(&owner).await.unwrap(), 0);
    assert!(audited(&world).await.contains(&("second_factor.reset".to_owned(), ADA.to_owned())));
    let nobody = Email::parse("nobody@shop.example").unwrap();
    let refused = crate::operator::reset_factor(db, &nobody, world.clock.now(), &mut rng).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}

fn newest<Id>() -> Page<Id> {
    Page { limit: 100, from: pepay_core::page::From::Newest }
}

/// What the merchant's audit log says: action and subject.
async fn audited(world: &World) -> Vec<(String, String)> {
    let log = world.engine.audit_log(&world.caller, newest()).await.unwrap();
    log.items.into_iter().map(|entry| (entry.action, entry.subject)).collect()
}

#[tokio::test]
async fn what_the_operator_and_the_api_do_is_in_the_audit_log() {
    let world = World::new().await;
    user(&world).await;
    let (db, now, mut rng) = (world.engine.db(), world.clock.now(), StdRng::seed_from_u64(13));
    let (merchant, environment) = (world.caller.merchant, Environment::Devnet);
    let (name, permission) = ("server".to_owned(), Permission::ReadWrite);
    let new = crate::operator::NewKey { merchant, name, environment, permission, expires_at: None };
    let (key, _) = crate::operator::create_key(db, new, now, &mut rng).await.unwrap();
    crate::operator::revoke_key(db, (merchant, key.id), "lost", now, &mut rng).await.unwrap();
    crate::operator::add_wallet(db, merchant, id("base"), evm(0x42), now, &mut rng).await.unwrap();
    crate::operator::grant_mainnet(db, merchant, now, &mut rng).await.unwrap();
    crate::operator::record_token(db, merchant, now, &mut rng).await.unwrap();
    user(&world).await;
    world.engine.block_token(&world.caller, USDC, true).await.unwrap();
    world.engine.block_token(&world.caller, USDC, false).await.unwrap();
    let link = reset_link(&world).await;
    world.engine.reset_password(link.reveal(), PASSWORD, &at("192.0.2.1")).await.unwrap();
    let tokens = world.engine.api_sign_in(ADA, PASSWORD, None, None, &at("192.0.2.1")).await.unwrap();
    world.engine.api_sign_out(&tokens.refresh, &at("192.0.2.1")).await.unwrap();
    let mut actions: Vec<String> = audited(&world).await.into_iter().map(|(action, _)| action).collect();
    actions.sort_unstable();
    let expected = [
        "dashboard_token.created",
        "key.created",
        "key.revoked",
        "login.ended",
        "login.opened",
        "mainnet.granted",
        "member.added",
        "merchant.created",
        "password.reset",
        "password.reset",
        "token.accepted",
        "token.blocked",
        "wallet.activated",
    ];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn old_logins_and_letters_are_forgotten() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let world = World::new().await;
    user(&world).await;
    let tokens = world.engine.api_sign_in(ADA, PASSWORD, None, None, &at("192.0.2.1")).await.unwrap();
    world.engine.ask_reset(ADA).await.unwrap();
    world.engine.send_due().await.unwrap();
    world.engine.ask_reset("waits@shop.example").await.unwrap();
    let db = world.engine.db().clone();
    let user = tokens.signed.user.id;
    let logins = async || pepay_store::account::login::of_user(db.read(), user).await.unwrap().len();
    // Of those that are gone, and would be forgotten some day.
    let letters = async || {
        let tx = db.begin("test").await.unwrap();
        pepay_store::letter::prune(&tx, world.clock.now().plus_ms(1), 10).await.unwrap()
    };
    let step = async |days: i64| {
        world.clock.advance(days * DAY_MS);
        world.engine.prune_accounts().await.unwrap();
    };
    step(29).await;
    assert_eq!((logins().await, letters().await), (1, 1));
    step(2).await;
    assert_eq!((logins().await, letters().await), (1, 0));
    let waiting = pepay_store::letter::due(db.read(), world.clock.now(), 10).await.unwrap();
    assert_eq!(waiting.len(), 1, "what still waits stays");
    step(58).await;
    assert_eq!(logins().await, 1);
    step(2).await;
    assert_eq!(logins().await, 0);
}

#[tokio::test]
async fn webhooks_are_looked_at_by_those_who_manage_them() {
    let world = World::new().await;
    let person = |role| Caller { via: Via::Dashboard(Person { user: None, role }), ..world.caller };
    let key = Caller { via: Via::ApiKey(pepay_core::id::KeyId::NIL), permission: Permission::ReadOnly, ..world.caller };
    for (caller, open) in [
        (person(Role::Owner), true),
        (person(Role::Developer), true),
        (person(Role::Finance), false),
        (person(Role::ReadOnly), false),
        (key, true),
    ] {
        let refused = |error: &Error| matches!(error, Error::RoleNotAllowed);
        let listed = world.engine.list_webhooks(&caller, Environment::Devnet, newest()).await;
        assert_eq!(listed.as_ref().err().is_some_and(refused), !open, "{caller:?}");
        let endpoint = world.engine.get_webhook(&caller, pepay_core::id::EndpointId::NIL).await;
        assert_eq!(endpoint.as_ref().err().is_some_and(refused), !open, "{caller:?}");
        let all = crate::webhook::Deliveries::default();
        let of = pepay_core::id::EndpointId::NIL;
        let deliveries = world.engine.webhook_deliveries(&caller, of, all, newest()).await;
        assert_eq!(deliveries.as_ref().err().is_some_and(refused), !open, "{caller:?}");
        let delivery = world.engine.webhook_delivery(&caller, pepay_core::id::DeliveryId::NIL).await;
        assert_eq!(delivery.as_ref().err().is_some_and(refused), !open, "{caller:?}");
        world.engine.progress(&caller).await.expect("everybody sees how far the company is");
    }
}

#[tokio::test]
async fn an_invoice_may_refuse_the_way_back_of_its_merchant() {
    let world = World::new().await;
    let tx = world.engine.db().begin("test").await.unwrap();
    let return_url = Some(pepay_core::profile::Url::parse("https://shop.example/back").unwrap());
    let profile = pepay_core::profile::Profile { return_url, ..pepay_core::profile::Profile::default() };
    pepay_store::profile::save(&tx, world.caller.merchant, &profile).await.unwrap();
    tx.commit().await.unwrap();
    for (said, url) in [
        ("", "\"https://shop.example/back\""),
        (r#","payment_return_url_enabled":false"#, "null"),
        (r#","payment_return_url":"https://a.example/""#, "\"https://a.example/\""),
        (r#","payment_return_url":"https://a.example/","payment_return_url_enabled":false"#, "null"),
    ] {
        let invoice = world.create(&format!(r#"{{"amount_usd":10{said}}}"#)).await;
        assert_eq!(world.show(invoice).await["payment_return_url"].to_string(), url, "{said}");
    }
}
