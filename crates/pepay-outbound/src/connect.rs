//! The last gate: no connection is begun to an address that was not checked at that moment.
//!
//! The resolver in front of the TCP connector gives only checked addresses, so that a name which pointed elsewhere when
//! its url was registered is judged by what it says now. Addresses written in a url never pass a resolver; they are
//! judged before.

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;
use tracing::debug;

use crate::failure::{Failure, Phase};
use crate::policy::Policy;
use crate::resolve::Resolve;
use crate::target::Refused;

/// Addresses of one name that are tried; a hostile zone could list thousands.
const MAX_ADDRESSES: usize = 8;
/// How long the preferred address family has before the other one is tried too (RFC 8305).
const HAPPY_EYEBALLS: Duration = Duration::from_millis(250);
/// Probes on an idle connection, so that one whose peer vanished is noticed.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// Gives the checked addresses of a name.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) policy: Arc<Policy>,
    pub(crate) resolver: Arc<dyn Resolve>,
}

impl Gate {
    /// One forbidden address refuses the name: whoever mixes them hopes for the other one.
    pub(crate) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Failure> {
        // Names the operator listed may be short ones that only a search domain completes.
        let asked = if self.policy.lists_name(name) { name.to_owned() } else { format!("{name}.") };
        let mut addresses = self.resolver.resolve(asked).await.map_err(|_| Failure::Dns)?;
        if addresses.is_empty() {
            return Err(Failure::Dns);
        }
        if !addresses.iter().all(|ip| self.policy.permits(Some(name), *ip)) {
            return Err(Refused::Address.into());
        }
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses)
    }
}

impl Service<Name> for Gate {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Self::Response, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let gate = self.clone();
        Box::pin(async move {
            let addresses = gate.addresses(name.as_str()).await?;
            let with_port = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(with_port.collect::<Vec<_>>().into_iter())
        })
    }
}

/// Resolves, connects and encrypts, all within the policy's `connect_timeout`.
#[derive(Clone)]
pub(crate) struct Connector {
    policy: Arc<Policy>,
    inner: HttpsConnector<HttpConnector<Gate>>,
}

impl Connector {
    pub(crate) fn new(gate: Gate, tls: rustls::ClientConfig) -> Self {
        let policy = Arc::clone(&gate.policy);
        let mut tcp = HttpConnector::new_with_resolver(gate);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(TCP_KEEPALIVE));
        tcp.set_happy_eyeballs_timeout(Some(HAPPY_EYEBALLS));
        // Shared among the addresses of a name, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(Some(policy.connect_timeout));
        let inner = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_all_versions();
        Self { policy, inner: inner.wrap_connector(tcp) }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Self::Response, Failure>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context).map_err(|error| Failure::of_connecting(&*error, false))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if let Some(ip) = literal(&uri)
            && !self.policy.permits(None, ip)
        {
            return Box::pin(async { Err(Refused::Address.into()) });
        }
        let encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        let connecting = tokio::time::timeout(self.policy.connect_timeout, self.inner.call(uri));
        Box::pin(async move {
            let connected = connecting.await.map_err(|_| Failure::Timeout { phase: Phase::Connect })?;
            connected.map_err(|error| {
                let failure = Failure::of_connecting(&*error, encrypted);
                debug!(cause = &*error as &(dyn StdError + 'static), "Made no connection: {failure}");
                failure
            })
        })
    }
}

fn literal(uri: &Uri) -> Option<IpAddr> {
    uri.host()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Allowed;
    use crate::resolve::SystemResolver;

    /// No target gets here unjudged; this is for the one that will, some day.
    #[tokio::test]
    async fn addresses_in_a_url_are_judged_at_connecting_too() {
        let policy = Policy { allow: vec![Allowed::Host("127.0.0.1".to_owned())], ..Policy::default() };
        let gate = Gate { policy: Arc::new(policy), resolver: Arc::new(SystemResolver::default()) };
        let mut connector = Connector::new(gate, crate::tls::config("").unwrap());
        for uri in ["http://127.0.0.1:1/", "https://[::1]:1/", "https://[::ffff:7f00:1]/", "https://169.254.169.254/"] {
            let answer = connector.call(Uri::from_static(uri)).await;
            assert_eq!(answer.err(), Some(Failure::Refused(Refused::Address)), "{uri}");
        }
    }
}
