//! Rate limits: per API key, and per address for whoever comes without one.
//!
//! Each is a token bucket in memory (so per node). A caller past its limit gets 429 with the seconds to wait.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{DefaultKeyedRateLimiter, RateLimiter};
use pepay_core::id::{KeyId, MerchantId, UserId};
use pepay_engine::auth::{Caller, Person, Via};

use crate::app::App;
use crate::client::Client;
use crate::problem::ApiError;

/// Buckets that are full again are forgotten once this many checks were made since the last time.
const SWEEP_EVERY: usize = 65_536;
const NANOS_PER_SEC: u128 = 1_000_000_000;

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run, per second.
    pub per_second: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// `None`, which means no limit, when either is zero.
    pub const fn new(per_second: u32, burst: u32) -> Option<Self> {
        match (NonZeroU32::new(per_second), NonZeroU32::new(burst)) {
            (Some(per_second), Some(burst)) => Some(Self { per_second, burst }),
            _ => None,
        }
    }
}

/// How much callers may ask; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Each API key (or dashboard of a merchant).
    pub key: Option<Rate>,
    /// Each address without an API key, or with a wrong one.
    pub ip: Option<Rate>,
    /// Each address that signs in or up, or asks for a letter.
    pub sign_in: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { key: Rate::new(100, 200), ip: Rate::new(50, 100), sign_in: Rate::new(1, 20) }
    }
}

/// What is left of a limit after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    limit: u32,
    remaining: u32,
    reset_secs: u64,
}

impl Quota {
    /// Writes `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds until all of it is there again).
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(HeaderName::from_static("ratelimit-limit"), HeaderValue::from(self.limit));
        headers.insert(HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(self.remaining));
        headers.insert(HeaderName::from_static("ratelimit-reset"), HeaderValue::from(self.reset_secs));
    }
}

/// Either a request is within its limit, and this is left; or it is not, and this is how long to wait.
pub(crate) enum Outcome {
    Within(Quota),
    Exceeded(Quota, ApiError),
}

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

struct Limiter<K: Hash + Eq + Clone> {
    buckets: Keyed<K>,
    burst: u32,
    clock: DefaultClock,
    checks: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(rate: Rate) -> Self {
        let quota = governor::Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let buckets = DefaultKeyedRateLimiter::keyed(quota).with_middleware();
        Self { buckets, burst: rate.burst.get(), clock: DefaultClock::default(), checks: AtomicUsize::new(0) }
    }

    fn check(&self, key: &K) -> Outcome {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.buckets.retain_recent();
        }
        match self.buckets.check_key(key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let missing = u128::from(self.burst.saturating_sub(remaining));
                let nanos = missing * state.quota().replenish_interval().as_nanos();
                Outcome::Within(self.quota(remaining, ceil_secs(nanos)))
            }
            Err(wait) => {
                let full = u128::from(self.burst) * wait.quota().replenish_interval().as_nanos();
                let secs = ceil_secs(wait.wait_time_from(self.clock.now()).as_nanos()).max(1);
                Outcome::Exceeded(self.quota(0, ceil_secs(full)), ApiError::too_many(secs))
            }
        }
    }

    const fn quota(&self, remaining: u32, reset_secs: u64) -> Quota {
        Quota { limit: self.burst, remaining, reset_secs }
    }
}

fn ceil_secs(nanos: u128) -> u64 {
    u64::try_from(nanos.div_ceil(NANOS_PER_SEC)).unwrap_or(u64::MAX)
}

/// Whose bucket: a key's or a user's, or the operator's for one merchant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Key(KeyId),
    User(UserId),
    Operator(MerchantId),
}

/// The limits at work.
pub(crate) struct Limiters {
    key: Option<Limiter<Owner>>,
    ip: Option<Limiter<IpAddr>>,
    sign_in: Option<Limiter<IpAddr>>,
}

impl Limiters {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            key: limits.key.map(Limiter::new),
            ip: limits.ip.map(Limiter::new),
            sign_in: limits.sign_in.map(Limiter::new),
        }
    }

    /// Counts a request of a merchant; `None` when there is no limit.
    pub(crate) fn caller(&self, caller: &Caller) -> Option<Outcome> {
        let owner = match caller.via {
            Via::ApiKey(key) => Owner::Key(key),
            Via::Dashboard(Person { user: Some(user), .. }) => Owner::User(user),
            Via::Dashboard(Person { user: None, .. }) => Owner::Operator(caller.merchant),
        };
        Some(self.key.as_ref()?.check(&owner))
    }

    /// Counts a request without a key, or with a wrong one.
    pub(crate) fn ip(&self, ip: IpAddr) -> Result<(), ApiError> {
        within(self.ip.as_ref(), ip)
    }

    /// Counts an attempt to sign in or up, or a letter asked for: each costs us a lot and guessers everything.
    pub(crate) fn sign_in(&self, ip: IpAddr) -> Result<(), ApiError> {
        within(self.sign_in.as_ref(), ip)
    }
}

fn within(limiter: Option<&Limiter<IpAddr>>, ip: IpAddr) -> Result<(), ApiError> {
    match limiter.map(|limiter| limiter.check(&ip)) {
        None | Some(Outcome::Within(_)) => Ok(()),
        Some(Outcome::Exceeded(_, error)) => Err(error),
    }
}

/// Counts every request of a router against its address.
pub(crate) async fn by_address(State(app): State<App>, request: Request, next: Next) -> Response {
    let client = Client::of(request.extensions());
    match client.map_or(Ok(()), |client| app.limiters.ip(client.ip)) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use pepay_wire::Code;

    use super::*;

    #[test]
    fn a_burst_passes_and_the_next_is_told_to_wait() {
        let limiters = Limiters::new(&Limits { key: None, ip: Rate::new(1, 3), sign_in: None });
        let ip = IpAddr::from([1, 2, 3, 4]);
        for _ in 0..3 {
            assert!(limiters.ip(ip).is_ok());
        }
        let error = limiters.ip(ip).unwrap_err();
        assert_eq!((error.problem.code, error.retry_after_secs), (Code::RateLimitExceeded, Some(1)));
        assert!(limiters.ip(IpAddr::from([1, 2, 3, 5])).is_ok(), "others are not held up");
    }

    #[test]
    fn what_is_left_is_told() {
        let limiter = Limiter::new(Rate::new(2, 10).unwrap());
        let Outcome::Within(quota) = limiter.check(&"key") else { panic!("within the burst") };
        assert_eq!(quota, Quota { limit: 10, remaining: 9, reset_secs: 1 });
        for _ in 0..9 {
            limiter.check(&"key");
        }
        let Outcome::Exceeded(quota, _) = limiter.check(&"key") else { panic!("past the burst") };
        assert_eq!(quota, Quota { limit: 10, remaining: 0, reset_secs: 5 });
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiters = Limiters::new(&Limits { key: None, ip: Rate::new(0, 5), sign_in: None });
        assert!((0..10_000).all(|_| limiters.ip(IpAddr::from([1, 2, 3, 4])).is_ok()));
    }
}
