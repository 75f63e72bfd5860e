//! Logins of API clients: a refresh token that changes with every use, and short access tokens made from it.
//!
//! A refresh token is `prt_`, the login's id and a secret. One that was used before is a copy: it ends the login, for
//! either its owner or a thief holds the newer one, and nobody can tell which.

use pepay_core::account::{Kind, Login, Secret, Stage};
use pepay_core::id::{LoginId, MerchantId, UserId};
use pepay_store::account as store;
use pepay_store::db::Tx;

use super::{Signed, Visitor, Who};
use crate::auth::{Caller, Person, Via};
use crate::{Engine, Error};

const PREFIX: &str = "prt_";

/// What an API client needs to go on.
pub struct Tokens {
    /// What access tokens are about.
    pub signed: Signed,
    /// The next refresh token.
    pub refresh: String,
}

fn refresh_token(id: LoginId, secret: &Secret) -> String {
    format!("{PREFIX}{}.{}", id, secret.reveal())
}

fn parse(token: &str) -> Option<(LoginId, Secret)> {
    let (id, secret) = token.strip_prefix(PREFIX)?.split_once('.')?;
    Some((id.parse().ok()?, Secret::parse(secret)?))
}

/// Lets a login work for the merchant the user chose, if it chose one.
async fn working_for(tx: &Tx, login: Login, chosen: Option<MerchantId>) -> Result<Login, Error> {
    let Some(merchant) = chosen.filter(|chosen| login.merchant != Some(*chosen)) else { return Ok(login) };
    store::member::get(&**tx, login.user, merchant).await?.ok_or(Error::MerchantNotFound)?;
    store::login::set_merchant(tx, login.id, merchant).await?;
    Ok(Login { merchant: Some(merchant), ..login })
}

impl Engine {
    /// Opens a login for an API client, at the user's first merchant or the one it chooses. `CodeRequired` when the
    /// user has a second factor and `code` is missing, `MerchantNotFound` for a merchant it is no member of.
    pub async fn api_sign_in(
        &self,
        address: &str,
        password: &str,
        code: Option<&str>,
        chosen: Option<MerchantId>,
        visitor: &Visitor,
    ) -> Result<Tokens, Error> {
        let user = self.right_password(address, password, visitor).await?;
        if let Some(merchant) = chosen {
            // Before a code is used up.
            store::member::get(self.db().read(), user.id, merchant).await?.ok_or(Error::MerchantNotFound)?;
        }
        if user.wants_code() {
            self.right_code(&user, code.ok_or(Error::CodeRequired)?).await?;
        }
        let tx = self.db().begin("account.api_sign_in").await?;
        self.welcome(&tx, &user, visitor).await?;
        let (login, secret) = self.open(&tx, &user, Kind::Api, Stage::Open, visitor).await?;
        let login = working_for(&tx, login, chosen).await?;
        tx.commit().await?;
        self.tokens(login, &secret, visitor).await
    }

    /// Gives the next tokens for a refresh token, perhaps for another merchant of the user's. `RefreshInvalid` for a
    /// token that is not (any more) right; one used before ends the login. `MerchantNotFound` for a merchant the user is
    /// no member of: then the token is not used.
    pub async fn refresh(&self, token: &str, chosen: Option<MerchantId>, visitor: &Visitor) -> Result<Tokens, Error> {
        let (id, presented) = parse(token).ok_or(Error::RefreshInvalid)?;
        let login = store::login::get(self.db().read(), id).await?;
        let login = login.filter(|it| it.kind == Kind::Api && it.is_live(self.now())).ok_or(Error::RefreshInvalid)?;
        let next = self.secret();
        let tx = self.db().begin("account.refresh").await?;
        if !store::login::rotate(&tx, id, &presented.hash(), &next.hash(), self.now()).await? {
            // Only who once held the login knows its id.
            if store::login::end(&tx, login.user, id, self.now()).await? {
                let user = store::get(&*tx, login.user).await?.ok_or(Error::RefreshInvalid)?;
                let who = Who::user(&user, &visitor.ip, login.merchant);
                self.audit(&tx, who, "login.ended", "a refresh token was used twice").await?;
                tx.commit().await?;
                tracing::warn!(login.id = %id, "Ended login {id}: a refresh token was used twice");
            }
            return Err(Error::RefreshInvalid);
        }
        let login = working_for(&tx, login, chosen).await?;
        tx.commit().await?;
        self.tokens(login, &next, visitor).await
    }

    /// Ends the login of a refresh token. One that opens nothing is no error.
    pub async fn api_sign_out(&self, token: &str, visitor: &Visitor) -> Result<(), Error> {
        let Some((id, presented)) = parse(token) else { return Ok(()) };
        let login = store::login::get(self.db().read(), id).await?;
        if let Some(login) = login.filter(|it| it.hash == presented.hash()) {
            let tx = self.db().begin("account.api_sign_out").await?;
            let user = store::get(&*tx, login.user).await?;
            if let Some(user) = user
                && store::login::end(&tx, login.user, id, self.now()).await?
            {
                self.audit(&tx, Who::user(&user, &visitor.ip, login.merchant), "login.ended", "").await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    async fn tokens(&self, login: Login, secret: &Secret, visitor: &Visitor) -> Result<Tokens, Error> {
        let refresh = refresh_token(login.id, secret);
        let signed = self.signed_by(login, &visitor.ip).await?.ok_or(Error::RefreshInvalid)?;
        signed.caller()?;
        Ok(Tokens { signed, refresh })
    }

    /// The caller an access token names, if its login still stands and the user is still a member.
    pub async fn authenticate_member(
        &self,
        merchant: MerchantId,
        user: UserId,
        login: LoginId,
    ) -> Result<Caller, Error> {
        let login = store::login::get(self.db().read(), login).await?;
        let stands = login.is_some_and(|it| it.user == user && it.stage == Stage::Open && it.is_live(self.now()));
        let member = store::member::get(self.db().read(), user, merchant).await?;
        let member = member.filter(|_| stands).ok_or(Error::NotSignedIn)?;
        Ok(Caller {
            merchant,
            environment: member.environment,
            permission: crate::auth::permission_of(member.role),
            via: Via::Dashboard(Person { user: Some(user), role: member.role }),
            ip: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use pepay_core::time::Millis;
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn refresh_tokens_round_trip() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let (id, secret) = (LoginId::generate(Millis(1), &mut rng), Secret::generate(&mut rng));
        assert_eq!(parse(&refresh_token(id, &secret)), Some((id, secret)));
        for bad in ["", "prt_", "prt_x.y", "prt_019b3f10-0000-7000-8000-000000000001", "prt_.abc"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
