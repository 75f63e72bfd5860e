//! The one place that connects to addresses somebody else chose: the webhook receivers of merchants.
//!
//! A stranger who may name a url may name a database, a cloud's metadata service or the router's admin page. So a url
//! is checked when it is registered ([`Client::check`], [`Client::resolve_check`]) and each connection is checked when
//! it is made: the resolver only hands out addresses that are allowed, which a name that changes its answer in between
//! cannot help. Whatever a receiver can make longer (time, head, body) has a limit in the [`Policy`].
//!
//! It refuses redirects, proxies from the environment, cookies and compressed bodies, and knows no merchant, no event
//! and no retry schedule. It fails with a [`Failure`], whose text may be shown to the merchant: every forbidden
//! address reads the same, so that nobody learns from it what our network looks like.
#![warn(missing_docs)]

mod address;
mod answer;
mod client;
mod connect;
mod failure;
mod policy;
mod resolve;
mod target;
mod tls;

pub use answer::{Answer, RetryAfter, Timing};
pub use bytes::Bytes;
pub use client::Client;
pub use failure::{Failure, Phase, TlsFault};
pub use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
pub use policy::{Allowed, Error, NotAllowed, Policy};
pub use resolve::{Resolve, SystemResolver};
pub use target::{Refused, Target};
