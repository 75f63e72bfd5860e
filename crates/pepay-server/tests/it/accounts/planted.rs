//! Session fixation, and logins that must end.

use pepay_core::account::Role;

use super::people::PASSWORD;
use super::{Browser, user};
use crate::world::{Database, World};

pub(super) async fn a_planted_cookie_is_worth_nothing(database: Database) {
    let world = World::start(database).await;
    let ada = user(&world, "ada@shop.example", Some(world.merchant.id), Role::Owner).await;
    let planted = "P1antedCookie0fTheAttacker11111111111111111";
    let mut victim = Browser::new(&world);
    victim.cookie = Some(planted.to_owned());
    victim.sign_in(&ada.email, PASSWORD).await;
    assert_ne!(victim.cookie.as_deref(), Some(planted), "signing in gives a new cookie");
    let mut attacker = Browser::new(&world);
    attacker.cookie = Some(planted.to_owned());
    assert_eq!(attacker.get("/dashboard/account").await.status, 303, "the planted one opens nothing");

    changing_the_password_rotates(&world, &mut victim).await;
    signing_out_ends(&mut victim).await;
    world.audit().await;
}

async fn changing_the_password_rotates(world: &World, victim: &mut Browser) {
    let mut elsewhere = Browser::new(world);
    elsewhere.sign_in("ada@shop.example", PASSWORD).await;
    let mut thief = victim.clone();
    victim.get("/dashboard/account").await;
    let fields = [("current_password", "wrong password"), ("password", "another fine sentence")];
    assert_eq!(victim.post("/dashboard/account/password", &fields).await.status, 400);
    let fields = [("current_password", PASSWORD), ("password", "another fine sentence")];
    let changed = victim.post("/dashboard/account/password", &fields).await;
    assert_eq!((changed.status, changed.location()), (303, "/dashboard/account?done=password_changed"));
    assert_eq!(victim.get("/dashboard/account").await.status, 200, "its own login goes on");
    assert_eq!(thief.get("/dashboard/account").await.status, 303, "a copied cookie is worth nothing");
    assert_eq!(elsewhere.get("/dashboard/account").await.status, 303, "other logins ended");
}

async fn signing_out_ends(victim: &mut Browser) {
    let mut copy = victim.clone();
    let out = victim.post("/dashboard/sign-out", &[]).await;
    assert_eq!((out.status, out.location()), (303, "/dashboard/sign-in"));
    assert_ne!(victim.cookie, copy.cookie);
    assert_eq!(copy.get("/dashboard/account").await.status, 303, "signing out is not only forgetting");
}
