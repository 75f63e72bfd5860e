//! Who is asking, as far as the connection tells, and what this request is called.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use crate::limits::Quota;

/// The header that names a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id taken over from a caller, in bytes.
const MAX_REQUEST_ID_BYTES: usize = 128;

/// What the edge knows about a request; found in its extensions.
#[derive(Debug)]
pub(crate) struct Client {
    /// Visible ASCII.
    pub(crate) request_id: HeaderValue,
    /// Where it comes from; the /64 of an IPv6 address, since one caller has all of it.
    pub(crate) ip: IpAddr,
    /// What is left of the key's limit, once a key was recognised.
    pub(crate) quota: OnceLock<Quota>,
}

impl Client {
    pub(crate) const fn new(request_id: HeaderValue, ip: IpAddr) -> Self {
        Self { request_id, ip, quota: OnceLock::new() }
    }

    /// The request's id as text.
    pub(crate) fn request_id(&self) -> &str {
        self.request_id.to_str().unwrap_or_default()
    }

    /// Of a request that went through the edge.
    pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Self>> {
        extensions.get::<Arc<Self>>().cloned()
    }
}

/// Makes request ids: unique per process by a random prefix, and by a count within it.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        // The standard library seeds its hash maps from the operating system: enough to tell processes apart.
        Self { process: RandomState::new().hash_one(0), count: AtomicU64::new(0) }
    }

    /// The caller's own id when it is 1 to 128 visible ASCII characters, else a fresh one.
    pub(crate) fn name(&self, headers: &HeaderMap) -> HeaderValue {
        let usable = |id: &&HeaderValue| {
            (1..=MAX_REQUEST_ID_BYTES).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
        };
        if let Some(theirs) = headers.get(REQUEST_ID).filter(usable) {
            return theirs.clone();
        }
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let ours = format!("req_{:016x}{count:08x}", self.process);
        HeaderValue::try_from(ours).expect("hex is a header value")
    }
}

/// Where a request comes from: the peer, or with `trusted_proxies` the entry that many from the end of
/// `X-Forwarded-For`, which is the last one none of ours has vouched for.
pub(crate) fn ip(headers: &HeaderMap, extensions: &Extensions, trusted_proxies: usize) -> IpAddr {
    let forwarded = (trusted_proxies > 0).then(|| {
        let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let entries: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        let index = entries.len().checked_sub(trusted_proxies)?;
        entries.get(index)?.parse().ok()
    });
    let peer = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let ip = forwarded.flatten().or_else(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    match ip.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usable_id_is_echoed_and_any_other_replaced() {
        let ids = RequestIds::new();
        let named = |value: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::try_from(value).unwrap())]);
            ids.name(&headers).to_str().unwrap().to_owned()
        };
        let longest = "x".repeat(128);
        for theirs in ["a", "req-1_2.3", &longest] {
            assert_eq!(named(theirs), *theirs);
        }
        for unusable in ["", "with space", "tab\there", &"x".repeat(129)] {
            assert!(named(unusable).starts_with("req_"), "{unusable}");
        }
        assert_ne!(ids.name(&HeaderMap::new()), ids.name(&HeaderMap::new()));
    }

    #[test]
    fn only_trusted_proxies_say_who_is_calling() {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1))));
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("6.6.6.6, 1.2.3.4"),
        )]);
        let from = |proxies| ip(&headers, &extensions, proxies).to_string();
        assert_eq!(from(0), "10.0.0.1");
        assert_eq!(from(1), "1.2.3.4");
        assert_eq!(from(2), "6.6.6.6");
        assert_eq!(from(3), "10.0.0.1", "fewer entries than proxies: somebody came around them");
        let mut v6 = Extensions::new();
        v6.insert(ConnectInfo(SocketAddr::from((Ipv6Addr::new(1, 2, 3, 4, 5, 6, 7, 8), 1))));
        assert_eq!(ip(&HeaderMap::new(), &v6, 0).to_string(), "1:2:3:4::");
    }
}
