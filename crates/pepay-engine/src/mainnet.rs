//! The gate before mainnet: a merchant asks, the operator grants or denies, the merchant opens it with the key it got.

use pepay_core::account::{Action, Email};
use pepay_core::id::{AccessRequestId, MerchantId};
use pepay_core::profile::Url;
use pepay_store::access_request::{self, AccessRequest};
use pepay_store::account as store;
use pepay_store::db::Tx;
use pepay_wire::Code;

use crate::account::{Signed, Who};
use crate::auth::Caller;
use crate::mail::letters::Letter;
use crate::{Engine, Error};

pub use pepay_store::access_request::State as RequestState;

/// Longest note, in characters.
const MAX_NOTE_CHARS: usize = 1_000;
/// Most requests shown at once.
const SHOWN: u64 = 100;

impl Engine {
    /// The caller's latest request for mainnet.
    pub async fn mainnet_request(&self, caller: &Caller) -> Result<Option<AccessRequest>, Error> {
        caller.may(Action::Read)?;
        Ok(access_request::latest(self.db().read(), caller.merchant).await?)
    }

    /// Asks the operator for mainnet. `Rejected` while an earlier request is open.
    pub async fn request_mainnet(&self, caller: &Caller, website: &str, note: &str) -> Result<(), Error> {
        caller.may(Action::Mainnet)?;
        caller.must_be_person()?;
        let refuse = |param: &str, message: &str| Error::rejected(Code::ValidationError, param, message);
        let website = Url::parse(website).map_err(|error| refuse("/website", &error.to_string()))?;
        let note = note.trim();
        if note.chars().count() > MAX_NOTE_CHARS || note.contains('\0') {
            return Err(refuse("/note", "use at most 1000 characters"));
        }
        if self.merchant(caller.merchant).await?.mainnet_access {
            return Err(refuse("/website", "mainnet is open already"));
        }
        let now = self.now();
        let request = AccessRequest {
            id: self.random(|rng| AccessRequestId::generate(now, rng)),
            merchant: caller.merchant,
            user: caller.user(),
            website: website.as_str().to_owned(),
            note: note.to_owned(),
            state: RequestState::Open,
            created_at: now,
        };
        let tx = self.db().begin("mainnet.request").await?;
        access_request::insert(&tx, &request).await.map_err(|error| {
            let open = matches!(error, pepay_store::Error::AccessRequestOpen);
            if open { refuse("/website", "your last request is still open") } else { error.into() }
        })?;
        self.audit_caller(&tx, caller, "mainnet.requested", website.as_str()).await?;
        Ok(tx.commit().await?)
    }

    /// The requests that wait for the operator, each with its merchant's name and address.
    pub async fn open_requests(&self, signed: &Signed) -> Result<Vec<(AccessRequest, String, String)>, Error> {
        signed.operator()?;
        let mut requests = Vec::new();
        for request in access_request::open(self.db().read(), SHOWN).await? {
            let merchant = self.merchant(request.merchant).await?;
            requests.push((request, merchant.name.clone(), merchant.email.clone()));
        }
        Ok(requests)
    }

    /// Grants a request and gives the access key, which the owners get by letter too. `NotFound` when it was decided
    /// before.
    pub async fn grant_request(&self, signed: &Signed, id: AccessRequestId) -> Result<String, Error> {
        signed.operator()?;
        let request = access_request::get(self.db().read(), id).await?.ok_or(Error::NotFound)?;
        let access_key = self.random(crate::operator::new_access_key);
        let tx = self.db().begin("mainnet.grant").await?;
        if !access_request::decide(&tx, id, None, self.now()).await? {
            return Err(Error::NotFound);
        }
        pepay_store::merchant::grant_mainnet(&tx, request.merchant, &access_key).await?;
        let company = self.merchant(request.merchant).await?.name.clone();
        let letter = Letter::MainnetGranted { company: &company, access_key: &access_key };
        self.write_to_owners(&tx, request.merchant, &letter).await?;
        let who = Who { merchant: Some(request.merchant), ..Who::signed(signed) };
        self.audit(&tx, who, "mainnet.granted", &company).await?;
        tx.commit().await?;
        self.0.merchants.invalidate(&request.merchant);
        Ok(access_key)
    }

    /// Denies a request, with a reason for the merchant. `NotFound` when it was decided before.
    pub async fn deny_request(&self, signed: &Signed, id: AccessRequestId, reason: &str) -> Result<(), Error> {
        signed.operator()?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_NOTE_CHARS || reason.contains('\0') {
            return Err(Error::rejected(Code::ValidationError, "/reason", "give a reason of at most 1000 characters"));
        }
        let request = access_request::get(self.db().read(), id).await?.ok_or(Error::NotFound)?;
        let tx = self.db().begin("mainnet.deny").await?;
        if !access_request::decide(&tx, id, Some(reason), self.now()).await? {
            return Err(Error::NotFound);
        }
        let company = self.merchant(request.merchant).await?.name.clone();
        let letter = Letter::MainnetDenied { company: &company, reason };
        self.write_to_owners(&tx, request.merchant, &letter).await?;
        let who = Who { merchant: Some(request.merchant), ..Who::signed(signed) };
        self.audit(&tx, who, "mainnet.denied", &company).await?;
        Ok(tx.commit().await?)
    }

    /// Writes to every owner of a merchant, or where there is none to the merchant's own address.
    pub(crate) async fn write_to_owners(
        &self,
        tx: &Tx,
        merchant: MerchantId,
        letter: &Letter<'_>,
    ) -> Result<(), Error> {
        let members = store::member::of_merchant(&**tx, merchant).await?;
        let owners = members.into_iter().filter(|(member, _)| member.role == pepay_core::account::Role::Owner);
        let mut addresses: Vec<Email> = owners.map(|(_, email)| email).collect();
        if addresses.is_empty() {
            let own = pepay_store::merchant::get(&**tx, merchant).await?;
            addresses.extend(own.and_then(|own| Email::parse(&own.email).ok()));
        }
        for email in &addresses {
            self.write_letter(tx, email, letter).await?;
        }
        Ok(())
    }
}
