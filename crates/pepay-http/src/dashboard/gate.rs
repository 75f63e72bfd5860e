//! Who may open which page: the one table. A route that is not in it opens to nobody.

use pepay_core::account::Action::{
    self, Audit, Environment, Invoices, Keys, Mainnet, Profile, Read, Settlement, Team, Tokens, Webhooks,
};
use pepay_engine::Error;
use pepay_engine::account::Signed;

/// What a route asks of whoever opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// To be signed in; merchant or not.
    SignedIn,
    /// To be a member of a merchant who may do this.
    May(Action),
    /// To be an operator.
    Operator,
}

use Need::{May, Operator, SignedIn};

/// Path, what reading it needs, what posting to it needs.
type Line = (&'static str, Option<Need>, Option<Need>);

const fn read(path: &'static str, action: Action) -> Line {
    (path, Some(May(action)), None)
}

const fn post(path: &'static str, action: Action) -> Line {
    (path, None, Some(May(action)))
}

const fn both(path: &'static str, get: Action, post: Action) -> Line {
    (path, Some(May(get)), Some(May(post)))
}

const TABLE: [Line; 60] = [
    read("/dashboard", Read),
    ("/dashboard/sign-out", None, Some(SignedIn)),
    ("/dashboard/merchant", None, Some(SignedIn)),
    post("/dashboard/environment", Environment),
    read("/dashboard/checklist", Read),
    both("/dashboard/invoices", Read, Invoices),
    read("/dashboard/invoices/new", Invoices),
    read("/dashboard/invoices/{id}", Read),
    post("/dashboard/invoices/{id}/cancel", Invoices),
    post("/dashboard/invoices/{id}/verify", Invoices),
    post("/dashboard/invoices/{id}/accept", Invoices),
    read("/dashboard/export/invoices.csv", Read),
    read("/dashboard/export/payments.csv", Read),
    both("/dashboard/keys", Keys, Keys),
    post("/dashboard/keys/{id}/revoke", Keys),
    both("/dashboard/webhooks", Webhooks, Webhooks),
    read("/dashboard/webhooks/{id}", Webhooks),
    post("/dashboard/webhooks/{id}/update", Webhooks),
    post("/dashboard/webhooks/{id}/enable", Webhooks),
    post("/dashboard/webhooks/{id}/rotate", Webhooks),
    post("/dashboard/webhooks/{id}/test", Webhooks),
    post("/dashboard/webhooks/{id}/recover", Webhooks),
    post("/dashboard/webhooks/{id}/delete", Webhooks),
    read("/dashboard/deliveries/{id}", Webhooks),
    post("/dashboard/deliveries/{id}/replay", Webhooks),
    read("/dashboard/events", Read),
    read("/dashboard/events/{id}", Read),
    both("/dashboard/tokens", Read, Tokens),
    read("/dashboard/settlement", Read),
    post("/dashboard/settlement/preference", Settlement),
    post("/dashboard/settlement/token", Settlement),
    post("/dashboard/settlement/tolerance", Settlement),
    post("/dashboard/wallets", Settlement),
    post("/dashboard/wallets/{id}/activate", Settlement),
    post("/dashboard/wallets/{id}/delete", Settlement),
    read("/dashboard/mainnet", Read),
    post("/dashboard/mainnet/request", Mainnet),
    post("/dashboard/mainnet/activate", Mainnet),
    both("/dashboard/settings", Read, Profile),
    post("/dashboard/settings/logo", Profile),
    read("/dashboard/team", Team),
    post("/dashboard/team/invite", Team),
    post("/dashboard/team/uninvite", Team),
    post("/dashboard/team/role", Team),
    post("/dashboard/team/remove", Team),
    read("/dashboard/audit", Audit),
    ("/dashboard/account", Some(SignedIn), None),
    ("/dashboard/account/password", None, Some(SignedIn)),
    ("/dashboard/account/factor", Some(SignedIn), Some(SignedIn)),
    ("/dashboard/account/factor/remove", None, Some(SignedIn)),
    ("/dashboard/account/codes", None, Some(SignedIn)),
    ("/dashboard/account/logins/end", None, Some(SignedIn)),
    ("/dashboard/account/logins/end-all", None, Some(SignedIn)),
    ("/operator", Some(Operator), None),
    ("/operator/merchants", Some(Operator), None),
    ("/operator/requests", Some(Operator), None),
    ("/operator/requests/{id}/grant", None, Some(Operator)),
    ("/operator/requests/{id}/deny", None, Some(Operator)),
    ("/operator/networks", Some(Operator), None),
    ("/operator/work", Some(Operator), None),
];

/// Every page that needs a login: path, whether it can be read, whether it can be posted to.
pub fn routes() -> impl Iterator<Item = (&'static str, bool, bool)> {
    TABLE.iter().map(|(path, get, post)| (*path, get.is_some(), post.is_some()))
}

/// What a request to the route `path` needs; `None` when nobody may.
pub(super) fn need(path: &str, writes: bool) -> Option<Need> {
    let (_, get, post) = TABLE.iter().find(|(known, ..)| *known == path)?;
    if writes { *post } else { *get }
}

/// Whether `signed` is who `need` asks for.
pub(super) fn check(need: Need, signed: &Signed) -> Result<(), Error> {
    match need {
        SignedIn => Ok(()),
        Operator => signed.operator(),
        May(action) => signed.caller()?.may(action),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_table_opens_to_nobody() {
        assert_eq!(need("/dashboard/nonsense", false), None);
        assert_eq!(need("/dashboard/keys/{id}/revoke", false), None);
        assert_eq!(need("/dashboard/keys/{id}/revoke", true), Some(May(Keys)));
    }

    #[test]
    fn no_path_is_listed_twice() {
        for (place, (path, ..)) in TABLE.iter().enumerate() {
            assert!(TABLE[..place].iter().all(|(other, ..)| other != path), "{path}");
        }
    }
}
