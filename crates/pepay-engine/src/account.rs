//! People: signing up and in, their logins, and what they may do at their merchant.
//!
//! Nothing here tells whether an address has an account: the work, the waits and the words are the same for one that
//! has none. Every change of what somebody may do is in the audit log, in the same transaction.

use pepay_core::account::{Action, Email, Kind, Login, Member, Secret, Stage, User, link, lockout};
use pepay_core::id::{AuditId, LoginId, MerchantId, UserId};
use pepay_core::profile;
use pepay_core::time::Millis;
use pepay_store::account as store;
use pepay_store::audit;
use pepay_store::db::Tx;
use pepay_wire::Code;
use sha2::{Digest, Sha256};

use crate::auth::{Caller, Person, Via};
use crate::{Engine, Error};

mod api;
mod factor;
mod hashing;
mod invitation;
mod logins;
mod recovery;
mod sign_in;
mod sign_up;
mod team;

pub use api::Tokens;
pub use factor::Enrolment;
pub use hashing::hash_new;
pub use invitation::Invited;
pub use sign_in::SignedIn;
pub use sign_up::{NewAccount, SignedUp};
pub use team::Team;

/// A use of a login is recorded at most once in this time.
const SEEN_EVERY_MS: i64 = 60_000;
/// A login is kept this long after its last use, to know the place again.
const LOGIN_KEPT_MS: i64 = 90 * 24 * 3_600_000;
/// That a letter was sent or given up is kept this long.
const LETTER_KEPT_MS: i64 = 30 * 24 * 3_600_000;
/// Logins and letters forgotten in one transaction; the rest follow at the next housekeeping.
const PRUNED_AT_ONCE: u64 = 1_000;
/// Longest name of a client kept, in characters.
const AGENT_CHARS: usize = 200;

/// Who is asking, as far as the connection tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The address it comes from.
    pub ip: String,
    /// What the client calls itself.
    pub agent: String,
}

impl Visitor {
    /// A visitor at `ip`; of what it calls itself a bounded part is kept.
    pub fn new(ip: impl std::fmt::Display, agent: &str) -> Self {
        let agent = agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS).collect();
        Self { ip: ip.to_string(), agent }
    }
}

/// A user with the login it came by.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub user: User,
    /// By which login.
    pub login: Login,
    /// What it is at the login's merchant; `None` when it is no member there (any more).
    pub member: Option<Member>,
    /// Where it comes from now.
    pub ip: String,
}

impl Signed {
    /// The merchant the user works for; `NoMerchant` for one who is no member anywhere.
    pub fn caller(&self) -> Result<Caller, Error> {
        let member = self.member.ok_or(Error::MerchantNotFound)?;
        Ok(Caller {
            merchant: member.merchant,
            environment: member.environment,
            permission: crate::auth::permission_of(member.role),
            via: Via::Dashboard(Person { user: Some(self.user.id), role: member.role }),
            ip: self.ip.parse().ok(),
        })
    }

    /// `Forbidden` unless the user may use the operator's console.
    pub fn operator(&self) -> Result<(), Error> {
        if self.user.operator { Ok(()) } else { Err(Error::RoleNotAllowed) }
    }

    /// Whether the user's role allows it.
    pub fn may(&self, action: Action) -> bool {
        self.member.is_some_and(|member| action.by(member.role))
    }
}

/// Whose failures are counted.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Here(&'a Email, &'a str),
    Anywhere(&'a Email),
    Code(UserId),
}

impl Subject<'_> {
    fn hash(self) -> [u8; 32] {
        let text = match self {
            Self::Here(email, ip) => format!("here\n{email}\n{ip}"),
            Self::Anywhere(email) => format!("anywhere\n{email}"),
            Self::Code(user) => format!("code\n{user}"),
        };
        Sha256::digest(text.as_bytes()).into()
    }

    const fn free(self) -> u32 {
        match self {
            Self::Here(..) => lockout::FREE_HERE,
            Self::Anywhere(_) => lockout::FREE_ANYWHERE,
            Self::Code(_) => lockout::FREE_CODES,
        }
    }
}

/// Forgets the wrong passwords of an address, from anywhere and from `ip`.
pub(crate) async fn forgive(tx: &Tx, address: &Email, ip: Option<&str>) -> Result<(), Error> {
    if let Some(ip) = ip {
        store::lockout::forgive(tx, &Subject::Here(address, ip).hash()).await?;
    }
    Ok(store::lockout::forgive(tx, &Subject::Anywhere(address).hash()).await?)
}

/// The refusal of a field of a form.
fn refused(param: &str, why: impl std::fmt::Display) -> Error {
    Error::rejected(Code::ValidationError, param, why.to_string())
}

/// The address in a form.
pub(crate) fn email(param: &str, text: &str) -> Result<Email, Error> {
    Email::parse(text).map_err(|error| refused(param, error))
}

/// The company in a form.
fn company(text: &str) -> Result<String, Error> {
    profile::name(text).map_err(|error| refused("/company", error))
}

impl Engine {
    /// A fresh secret, such as for the cookie of somebody who is not signed in yet.
    pub fn secret(&self) -> Secret {
        self.random(Secret::generate)
    }

    /// Writes down what somebody did.
    pub(crate) async fn audit(&self, tx: &Tx, who: Who<'_>, action: &str, subject: &str) -> Result<(), Error> {
        let now = self.now();
        let entry = audit::Entry {
            id: self.random(|rng| AuditId::generate(now, rng)),
            merchant: who.merchant,
            user: who.user,
            actor: who.actor.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            ip: who.ip.to_owned(),
            at: now,
        };
        Ok(audit::insert(tx, &entry).await?)
    }

    /// Writes down what a user did to its own account, at every merchant it is a member of.
    async fn audit_everywhere(&self, tx: &Tx, who: Who<'_>, action: &str) -> Result<(), Error> {
        let members = match who.user {
            Some(user) => store::member::of_user(&**tx, user).await?,
            None => Vec::new(),
        };
        if members.is_empty() {
            return self.audit(tx, who, action, "").await;
        }
        for member in members {
            self.audit(tx, Who { merchant: Some(member.merchant), ..who }, action, "").await?;
        }
        Ok(())
    }

    /// Writes down what a caller did.
    pub(crate) async fn audit_caller(
        &self,
        tx: &Tx,
        caller: &Caller,
        action: &str,
        subject: &str,
    ) -> Result<(), Error> {
        let actor = match caller.via {
            Via::ApiKey(key) => format!("API key {key}"),
            Via::Dashboard(Person { user: Some(user), .. }) => {
                store::get(&**tx, user).await?.map_or_else(|| user.to_string(), |user| user.email.to_string())
            }
            Via::Dashboard(Person { user: None, .. }) => "operator".to_owned(),
        };
        let ip = caller.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let who = Who { merchant: Some(caller.merchant), user: caller.user(), actor: &actor, ip: &ip };
        self.audit(tx, who, action, subject).await
    }

    /// Makes a login and gives its secret.
    async fn open(
        &self,
        tx: &Tx,
        user: &User,
        kind: Kind,
        stage: Stage,
        visitor: &Visitor,
    ) -> Result<(Login, Secret), Error> {
        let (now, secret) = (self.now(), self.secret());
        let first = store::member::of_user(&**tx, user.id).await?.first().map(|member| member.merchant);
        let login = Login {
            id: self.random(|rng| LoginId::generate(now, rng)),
            user: user.id,
            merchant: first,
            kind,
            stage,
            hash: secret.hash(),
            ip: visitor.ip.clone(),
            agent: visitor.agent.clone(),
            created_at: now,
            seen_at: now,
            ended_at: None,
        };
        store::login::insert(tx, &login).await?;
        Ok((login, secret))
    }

    /// Makes a link and gives its secret.
    async fn new_link(&self, tx: &Tx, purpose: link::Purpose, email: &Email) -> Result<Secret, Error> {
        let (now, secret) = (self.now(), self.secret());
        let expires_at = now.plus_ms(purpose.life_ms());
        let link = link::Link {
            hash: secret.hash(),
            purpose,
            email: email.clone(),
            created_at: now,
            expires_at,
            used_at: None,
        };
        store::link::insert(tx, &link).await?;
        Ok(secret)
    }

    /// Counts an attempt before it is made. `LockedOut` while `subject` may not be tried: then nothing is counted.
    async fn attempt(&self, tx: &Tx, subject: Subject<'_>) -> Result<(), Error> {
        let now = self.now();
        match store::lockout::attempt(tx, &subject.hash(), subject.free(), now).await? {
            None => Ok(()),
            Some(until) => Err(Error::LockedOut { wait_ms: until.since(now) }),
        }
    }

    /// Forgets what is of no use any more: old failures, links, logins and letters.
    pub(crate) async fn prune_accounts(&self) -> Result<(), Error> {
        let now = self.now();
        let tx = self.db().begin("account.prune").await?;
        store::lockout::prune(&tx, now.plus_ms(-lockout::FORGOTTEN_MS)).await?;
        store::link::prune(&tx, now.plus_ms(-link::INVITATION_MS)).await?;
        store::login::prune(&tx, now.plus_ms(-LOGIN_KEPT_MS), PRUNED_AT_ONCE).await?;
        pepay_store::letter::prune(&tx, now.plus_ms(-LETTER_KEPT_MS), PRUNED_AT_ONCE).await?;
        Ok(tx.commit().await?)
    }
}

/// Who did something, for the audit log.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) user: Option<UserId>,
    pub(crate) actor: &'a str,
    pub(crate) ip: &'a str,
}

impl<'a> Who<'a> {
    /// A user, for what concerns itself.
    fn user(user: &'a User, ip: &'a str, merchant: Option<MerchantId>) -> Self {
        Self { merchant, user: Some(user.id), actor: user.email.as_str(), ip }
    }

    /// A user who is signed in.
    pub(crate) fn signed(signed: &'a Signed) -> Self {
        Self::user(&signed.user, &signed.ip, signed.login.merchant)
    }
}

/// Whether a use of a login that was last seen then is worth writing down.
const fn worth_noting(seen_at: Millis, now: Millis) -> bool {
    now.since(seen_at) >= SEEN_EVERY_MS
}
