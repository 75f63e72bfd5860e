//! A url that may be posted to: parsed once, and spelled as it will be connected to.
//!
//! Url parsers are generous: `http:\\127.1`, `https://①②⑦.0.0.1` and `https://%31%32%37.1` all become `127.0.0.1`. What is
//! read one way here and another way by whoever reviews the url is refused: the host must be written exactly as the
//! parser gives it back.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::policy::Policy;

/// Also the limit of the urls in the public API.
const MAX_URL_BYTES: usize = 2048;
/// Limits of DNS.
const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Names that are resolved inside a network, if at all. Names without a dot are of that kind too.
const INNER_ZONES: [&str; 14] = [
    "cluster",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "svc",
    "test",
    "workgroup",
];

/// Ports of other protocols, some of which take an HTTP request for commands of theirs: the list browsers have
/// (fetch.spec.whatwg.org, "bad port").
const FOREIGN_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Why a url is refused. The text may be shown to whoever sent the url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Longer than 2048 bytes.
    #[error("the url is longer than 2048 bytes")]
    TooLong,
    /// No absolute url with a host, or one with white space, control characters or backslashes.
    #[error("the url must be absolute, such as https://shop.example.com/webhooks")]
    Malformed,
    /// Another scheme than https, or http where it is not allowed.
    #[error("the url must begin with https://")]
    Scheme,
    /// A user or a password.
    #[error("the url must not carry a user or a password")]
    Credentials,
    /// A fragment, which would never be sent.
    #[error("the url must not have a fragment")]
    Fragment,
    /// The host is written in another way than it would be connected to.
    #[error("the host must be written plainly: a domain name in ASCII, or an address in its usual form")]
    Spelling,
    /// A port of another protocol.
    #[error("the port belongs to another protocol")]
    Port,
    /// The host is, or resolves to, an address that is not allowed. One text for all of them, on purpose.
    #[error("the host is not a public address")]
    Address,
}

/// What stands in a url's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Domain(String),
    Ip(IpAddr),
}

/// A url that passed the checks of [`Client::check`](crate::Client::check). Prints as scheme, host and port only: paths
/// and queries of receivers hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    uri: http::Uri,
    name: Name,
}

impl Target {
    pub(crate) fn parse(text: &str) -> Result<Self, Refused> {
        if text.len() > MAX_URL_BYTES {
            return Err(Refused::TooLong);
        }
        if text.chars().any(|char| char.is_whitespace() || char.is_control() || char == '\\') {
            return Err(Refused::Malformed);
        }
        let written = authority(text)?;
        let url = Url::parse(text).map_err(|_| Refused::Malformed)?;
        if written.contains('@') || !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        if text.contains('#') {
            return Err(Refused::Fragment);
        }
        let name = name_of(&url, host_of(written))?;
        if url.port_or_known_default().is_none_or(|port| FOREIGN_PORTS.contains(&port)) {
            return Err(Refused::Port);
        }
        let uri: http::Uri = url.as_str().parse().map_err(|_| Refused::Malformed)?;
        // Two parsers: what one judged, the other connects to.
        if uri.host() != url.host_str() || uri.port_u16() != url.port() {
            return Err(Refused::Malformed);
        }
        Ok(Self { url, uri, name })
    }

    /// Everything about a target that can be judged without asking anybody.
    pub(crate) fn judge(&self, policy: &Policy) -> Result<(), Refused> {
        let permitted = match &self.name {
            Name::Ip(ip) => policy.permits(None, *ip),
            Name::Domain(name) => policy.lists_name(name) || !is_inner(name),
        };
        if !permitted {
            return Err(Refused::Address);
        }
        if self.url.scheme() == "http" && !policy.permits_http(&self.name) {
            return Err(Refused::Scheme);
        }
        Ok(())
    }

    /// The whole url, normalised.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host: a name in lower case, or an address (an IPv6 address without brackets).
    pub fn host(&self) -> String {
        match &self.name {
            Name::Domain(name) => name.clone(),
            Name::Ip(ip) => ip.to_string(),
        }
    }

    pub(crate) fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn uri(&self) -> &http::Uri {
        &self.uri
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.url.origin().ascii_serialization())
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// What is written between `//` and the path. The scheme is judged here, before a parser has been generous.
fn authority(text: &str) -> Result<&str, Refused> {
    let (scheme, rest) = text.split_once("://").ok_or(Refused::Malformed)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(Refused::Scheme);
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if end == 0 { Err(Refused::Malformed) } else { Ok(&rest[..end]) }
}

/// The host of an authority without user: up to the port.
fn host_of(authority: &str) -> &str {
    let end = authority.rfind(']').map_or_else(|| authority.find(':'), |bracket| Some(bracket + 1));
    &authority[..end.unwrap_or(authority.len())]
}

fn name_of(url: &Url, written: &str) -> Result<Name, Refused> {
    match url.host().ok_or(Refused::Malformed)? {
        Host::Ipv4(ip) if written == ip.to_string() => Ok(Name::Ip(ip.into())),
        Host::Ipv6(ip) => {
            let inner = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            match inner.map(str::parse::<std::net::Ipv6Addr>) {
                Some(Ok(same)) if same == ip => Ok(Name::Ip(ip.into())),
                _ => Err(Refused::Spelling),
            }
        }
        Host::Domain(name) if written.eq_ignore_ascii_case(name) && is_name(name) => Ok(Name::Domain(name.to_owned())),
        Host::Ipv4(_) | Host::Domain(_) => Err(Refused::Spelling),
    }
}

/// Whether the text is a host name as it is used, without a dot at its end; in lower case.
pub(crate) fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A name whose last label is a number is an address to some resolvers.
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= MAX_NAME_BYTES && text.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_inner(name: &str) -> bool {
    let under = |zone: &&str| name.strip_suffix(*zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.contains('.') || INNER_ZONES.iter().any(under)
}
