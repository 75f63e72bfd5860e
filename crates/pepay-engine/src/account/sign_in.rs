//! Signing in: a password, then a code where the user has a second factor.
//!
//! The secret a client comes with never becomes the one it leaves with: each step makes a new one, so that nobody can
//! plant a login in somebody else's browser.

use pepay_core::account::{Email, Kind, Login, RecoveryCode, Secret, Stage, User, totp};
use pepay_core::id::UserId;
use pepay_store::account as store;
use pepay_store::db::Tx;

use super::{Subject, Visitor, Who};
use crate::mail::letters::Letter;
use crate::{Engine, Error};

/// What a right password came to.
#[derive(Debug)]
pub struct SignedIn {
    /// The login.
    pub login: Login,
    /// Its secret.
    pub secret: Secret,
}

impl SignedIn {
    /// Whether the second factor is still asked for.
    pub fn wants_code(&self) -> bool {
        self.login.stage == Stage::Code
    }
}

impl Engine {
    /// Opens a login for whoever knows the password. `SignInRefused` for everything that is wrong, `LockedOut` after
    /// too many attempts.
    pub async fn sign_in(&self, address: &str, password: &str, visitor: &Visitor) -> Result<SignedIn, Error> {
        let user = self.right_password(address, password, visitor).await?;
        let stage = if user.wants_code() { Stage::Code } else { Stage::Open };
        let tx = self.db().begin("account.sign_in").await?;
        if stage == Stage::Open {
            self.welcome(&tx, &user, visitor).await?;
        }
        let (login, secret) = self.open(&tx, &user, Kind::Page, stage, visitor).await?;
        tx.commit().await?;
        Ok(SignedIn { login, secret })
    }

    /// Goes on with a login that waits for the second factor: `code` is of the app or a recovery code.
    pub async fn enter_code(&self, secret: &Secret, code: &str, visitor: &Visitor) -> Result<SignedIn, Error> {
        let waiting = store::login::by_hash(self.db().read(), &secret.hash()).await?;
        let waiting = waiting.filter(|it| it.stage == Stage::Code && it.is_live(self.now()));
        let waiting = waiting.ok_or(Error::NotSignedIn)?;
        let user = store::get(self.db().read(), waiting.user).await?.ok_or(Error::NotSignedIn)?;
        self.right_code(&user, code).await?;
        let tx = self.db().begin("account.enter_code").await?;
        if !store::login::end(&tx, user.id, waiting.id, self.now()).await? {
            return Err(Error::NotSignedIn);
        }
        self.welcome(&tx, &user, visitor).await?;
        let (login, secret) = self.open(&tx, &user, Kind::Page, Stage::Open, visitor).await?;
        tx.commit().await?;
        Ok(SignedIn { login, secret })
    }

    /// The user whose address and password these are.
    pub(super) async fn right_password(&self, address: &str, typed: &str, visitor: &Visitor) -> Result<User, Error> {
        // What is no address is nobody's, and is told so in the same words.
        let Ok(address) = Email::parse(address) else { return Err(Error::SignInRefused) };
        let user = store::by_email(self.db().read(), &address).await?;
        let is_known = self.is_known_place(user.as_ref(), &visitor.ip).await?;
        let tx = self.db().begin("account.count_attempt").await?;
        self.attempt(&tx, Subject::Here(&address, &visitor.ip)).await?;
        if !is_known {
            self.attempt(&tx, Subject::Anywhere(&address)).await?;
        }
        tx.commit().await?;
        let right = self.is_password(typed, user.as_ref().map(|user| user.password.as_str())).await?;
        let user = user.filter(|_| right).ok_or(Error::SignInRefused)?;
        let tx = self.db().begin("account.forgive").await?;
        super::forgive(&tx, &address, Some(&visitor.ip)).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Whether the user signed in from there before. Without a user the work is the same.
    async fn is_known_place(&self, user: Option<&User>, ip: &str) -> Result<bool, Error> {
        let id = user.map_or(UserId::NIL, |user| user.id);
        Ok(store::login::opened_from(self.db().read(), id, ip).await?)
    }

    /// Uses up the code of a second factor, or a recovery code.
    pub(super) async fn right_code(&self, user: &User, typed: &str) -> Result<(), Error> {
        let subject = Subject::Code(user.id);
        let now = self.now();
        let tx = self.db().begin("account.take_code").await?;
        self.attempt(&tx, subject).await?;
        let step = self.factor_secret(user).and_then(|(secret, last)| totp::verify(&secret, typed, now, last));
        let mut right = match step {
            Some(step) => store::take_step(&tx, user.id, step).await?,
            None => false,
        };
        if let Some(code) = RecoveryCode::parse(typed).filter(|_| !right) {
            right = store::recovery::take(&tx, user.id, &code.hash(), now).await?;
        }
        if right {
            store::lockout::forgive(&tx, &subject.hash()).await?;
        }
        tx.commit().await?;
        if right { Ok(()) } else { Err(Error::SignInRefused) }
    }

    /// Notes a sign-in, and tells its owner by letter when it comes from somewhere new.
    pub(super) async fn welcome(&self, tx: &Tx, user: &User, visitor: &Visitor) -> Result<(), Error> {
        let known = store::login::of_user(&**tx, user.id).await?;
        let seen = known.iter().filter(|login| login.stage == Stage::Open);
        let is_new = !seen.clone().any(|login| login.ip == visitor.ip && login.agent == visitor.agent);
        if is_new && seen.count() > 0 {
            let letter = Letter::NewSignIn { ip: &visitor.ip, agent: &visitor.agent };
            self.write_letter(tx, &user.email, &letter).await?;
        }
        let merchant = store::member::of_user(&**tx, user.id).await?.first().map(|member| member.merchant);
        self.audit(tx, Who::user(user, &visitor.ip, merchant), "login.opened", &visitor.agent).await
    }
}
