//! Users of a world, made by the operator.

use pepay_core::account::{Email, Role};
use pepay_core::id::{MerchantId, UserId};
use pepay_core::time::Millis;
use pepay_engine::operator::{self, NewUser};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::Browser;
use crate::world::World;

pub(crate) const PASSWORD: &str = "correct horse battery";
const NOW: Millis = Millis(1_750_000_000_000);

/// Somebody who can sign in.
pub(crate) struct Person {
    pub(super) id: UserId,
    pub(super) email: String,
}

/// Makes a user of `merchant` with `role`, or an operator without one.
pub(crate) async fn user(world: &World, email: &str, merchant: Option<MerchantId>, role: Role) -> Person {
    let mut rng = StdRng::from_os_rng();
    let new = NewUser { email: Email::parse(email).expect("an address"), merchant, operator: merchant.is_none() };
    let db = &world.books.db;
    let id = operator::put_user(db, &new, PASSWORD, NOW, &mut rng).await.expect("a user can be made");
    if let Some(merchant) = merchant {
        let tx = db.begin("test.role").await.expect("a transaction begins");
        pepay_store::account::member::set_role(&tx, id, merchant, role).await.expect("the role is set");
        tx.commit().await.expect("it commits");
    }
    Person { id, email: email.to_owned() }
}

impl Person {
    /// A browser this person is signed in with.
    pub(super) async fn browser(&self, world: &World) -> Browser {
        let mut browser = Browser::new(world);
        let shown = browser.sign_in(&self.email, PASSWORD).await;
        assert_eq!(shown.status, 303, "{} can not sign in: {}", self.email, shown.body);
        browser
    }
}
