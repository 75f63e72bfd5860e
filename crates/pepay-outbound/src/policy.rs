//! What the operator allows, and every limit of a request.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;

use crate::address::{Reach, reach};
use crate::target::Name;

/// The least [`Policy::max_head_bytes`]: the HTTP/1 parser wants that much.
const LEAST_HEAD_BYTES: usize = 8 * 1024;

/// What may be connected to, and how much a receiver may cost.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whether public receivers may be reached in the clear. What is in `allow` may in any case.
    pub allow_http: bool,
    /// Receivers that may be reached although they are private, over http too.
    pub allow: Vec<Allowed>,
    /// For resolving the name, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// From the call until the head of the answer is there, connecting included.
    pub timeout: Duration,
    /// For the body, once the head is there. Its end decides nothing: the status has been read.
    pub body_timeout: Duration,
    /// How much of the body is kept.
    pub max_excerpt_bytes: usize,
    /// How long the head of an answer may be; at least 8 KiB. A longer one is no answer.
    pub max_head_bytes: usize,
    /// The `User-Agent` of requests that have none.
    pub user_agent: String,
    /// Certificates in PEM that are trusted besides the system's, for receivers with a private authority.
    pub extra_roots_pem: String,
}

impl Default for Policy {
    /// Public receivers over https only; 5 s to connect, 15 s to answer, 2 s for a body of which 4 KiB are kept.
    fn default() -> Self {
        Self {
            allow_http: false,
            allow: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(2),
            max_excerpt_bytes: 4 * 1024,
            max_head_bytes: 16 * 1024,
            user_agent: concat!("Pepay/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_roots_pem: String::new(),
        }
    }
}

impl Policy {
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if self.max_head_bytes < LEAST_HEAD_BYTES {
            return Err(Error::HeadTooSmall { least: LEAST_HEAD_BYTES });
        }
        if self.connect_timeout.is_zero() || self.body_timeout.is_zero() || self.timeout < self.connect_timeout {
            return Err(Error::Timeouts);
        }
        Ok(())
    }

    /// Whether an address that a name resolved to may be connected to. A listed name may be private, as the operator
    /// said, but never special: whoever serves its zone could otherwise point it at a metadata service.
    pub(crate) fn permits(&self, name: Option<&str>, ip: IpAddr) -> bool {
        match reach(ip) {
            Reach::Public => true,
            Reach::Private => self.lists_address(ip) || name.is_some_and(|name| self.lists_name(name)),
            Reach::Special => self.lists_address(ip),
        }
    }

    /// Whether the host may be reached over http.
    pub(crate) fn permits_http(&self, name: &Name) -> bool {
        self.allow_http
            || match name {
                Name::Domain(name) => self.lists_name(name),
                Name::Ip(ip) => self.lists_address(*ip),
            }
    }

    pub(crate) fn lists_name(&self, name: &str) -> bool {
        self.allow.iter().any(|allowed| matches!(allowed, Allowed::Host(host) if host == name))
    }

    fn lists_address(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.allow.iter().any(|allowed| matches!(allowed, Allowed::Net(net) if net.contains(&ip)))
    }
}

/// An exception from the address rules, made by the operator. Parses from `localhost`, `10.1.2.3`, `10.0.0.0/8`, `::1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A host name, in lower case. Exactly this one, not those below it.
    Host(String),
    /// The addresses of a block.
    Net(IpNet),
}

impl Allowed {
    /// This machine and nothing else, as `localhost` and as addresses.
    pub fn loopback() -> Vec<Self> {
        let net = |ip: [u8; 4], prefix| IpNet::new_assert(ip.into(), prefix);
        vec![
            Self::Host("localhost".to_owned()),
            Self::Net(net([127, 0, 0, 0], 8)),
            Self::Net(IpNet::from(IpAddr::from(std::net::Ipv6Addr::LOCALHOST))),
        ]
    }
}

impl FromStr for Allowed {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Self::Net(net));
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Self::Net(ip.to_canonical().into()));
        }
        let name = text.to_ascii_lowercase();
        if crate::target::is_name(&name) { Ok(Self::Host(name)) } else { Err(NotAllowed) }
    }
}

/// The text is no host name, address or block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a host name, an address or a block such as 10.0.0.0/8")]
pub struct NotAllowed;

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The head of an answer would not fit.
    #[error("max_head_bytes must be at least {least}")]
    HeadTooSmall {
        /// In bytes.
        least: usize,
    },
    /// A timeout is zero, or connecting may take longer than the whole.
    #[error("timeouts must be positive, and connect_timeout at most timeout")]
    Timeouts,
    /// The user agent cannot stand in a header.
    #[error("user_agent must be printable ASCII")]
    UserAgent,
    /// A certificate in `extra_roots_pem` cannot be read.
    #[error("extra_roots_pem holds no certificate that can be read")]
    Roots,
    /// The TLS library refused the configuration.
    #[error("could not set up TLS")]
    Tls(#[source] rustls::Error),
}
