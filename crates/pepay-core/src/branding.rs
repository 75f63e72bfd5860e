//! How a merchant's checkout looks, and which pages may show it inside themselves.
//!
//! Everything here ends up in markup, style sheets or security headers, so each value is parsed into a form that can
//! hold nothing else: a colour is three bytes, an origin is scheme, host and port. Refuses plain HTTP but on the
//! loopback, since whoever can change the embedding page can change what is paid.

use std::fmt;

use crate::merchant::Merchant;
use crate::profile::{self, Profile};

/// Longest host of an origin, in bytes, as in the DNS.
const MAX_HOST_BYTES: usize = 253;

/// What the checkout shows of its merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branding {
    /// Who is paid.
    pub company_name: String,
    /// An `https` picture, or a path on this server. Shown about 36 px high.
    pub logo_url: Option<String>,
    /// Colour of buttons and links; the product's own when `None`.
    pub accent: Option<Color>,
    /// Where a payor with a problem writes to.
    pub support_email: Option<String>,
    /// Pages that may embed the checkout. Nobody when empty.
    pub allowed_origins: Vec<OriginPattern>,
}

impl Branding {
    /// What is known of a merchant that chose nothing: its name and contact.
    pub fn of(merchant: &Merchant) -> Self {
        Self {
            company_name: merchant.name.clone(),
            logo_url: None,
            accent: None,
            support_email: (!merchant.email.is_empty()).then(|| merchant.email.clone()),
            allowed_origins: Vec::new(),
        }
    }

    /// What a merchant chose, over what is known of it.
    pub fn chosen(merchant: &Merchant, profile: &Profile) -> Self {
        let known = Self::of(merchant);
        Self {
            logo_url: profile.logo.map(|(_, hash)| profile::logo_path(merchant.id, &hash)),
            accent: profile.accent,
            support_email: profile.support_email.as_ref().map(|it| it.as_str().to_owned()).or(known.support_email),
            allowed_origins: profile.embed_origins.clone(),
            ..known
        }
    }

    /// Whether a page of `origin` may embed the checkout.
    pub fn may_embed(&self, origin: &Origin) -> bool {
        self.allowed_origins.iter().any(|pattern| pattern.matches(origin))
    }
}

/// An sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl Color {
    /// Reads `#rrggbb`, digits of either case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 3];
        hex::decode_to_slice(text.strip_prefix('#')?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", hex::encode(self.0))
    }
}

/// Scheme, host and port of a web page, as browsers write them: `https://shop.example`, `http://localhost:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// Reads an origin; `None` for anything with a path, a user, upper case or another scheme.
    pub fn parse(text: &str) -> Option<Self> {
        let (secure, rest) = schemed(text)?;
        let (host, port) = match rest.split_once(':') {
            Some((host, port)) => (host, Some(port_of(port)?)),
            None => (rest, None),
        };
        is_host(host).then(|| Self { secure, host: host.to_owned(), port })
    }

    /// The origin of a URL; `None` when it is no plain web address.
    pub fn of_url(url: &str) -> Option<Self> {
        let start = url.find("://")?.checked_add(3)?;
        let rest = url.get(start..)?;
        let end = rest.find(['/', '?', '#']).map_or(Some(url.len()), |at| start.checked_add(at))?;
        Self::parse(&url.get(..end)?.to_ascii_lowercase())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Same(Option<u16>),
    Any,
}

/// Origins a merchant allows: one, with `*.` in front every subdomain, with `:*` behind every port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    secure: bool,
    subdomains: bool,
    host: String,
    port: Port,
}

impl OriginPattern {
    /// Reads a pattern such as `https://shop.example`, `https://*.shop.example` or `http://localhost:*`. Plain HTTP is
    /// for the loopback only.
    pub fn parse(text: &str) -> Option<Self> {
        let (secure, rest) = schemed(text)?;
        let (host, port) = match rest.split_once(':') {
            Some((host, "*")) => (host, Port::Any),
            Some((host, port)) => (host, Port::Same(Some(port_of(port)?))),
            None => (rest, Port::Same(None)),
        };
        let (subdomains, host) = host.strip_prefix("*.").map_or((false, host), |host| (true, host));
        // `*.com` would let in half of the world.
        let narrow = !subdomains || host.contains('.');
        let safe = secure || host == "127.0.0.1" || host == "localhost" || host.ends_with(".localhost");
        (is_host(host) && narrow && safe).then(|| Self { secure, subdomains, host: host.to_owned(), port })
    }

    /// Whether `origin` is one of them.
    pub fn matches(&self, origin: &Origin) -> bool {
        let host = if self.subdomains {
            origin.host.strip_suffix(&self.host).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
        } else {
            origin.host == self.host
        };
        let port = match self.port {
            Port::Any => true,
            Port::Same(port) => port == origin.port,
        };
        self.secure == origin.secure && host && port
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, star) = (if self.secure { "https" } else { "http" }, if self.subdomains { "*." } else { "" });
        write!(f, "{scheme}://{star}{}", self.host)?;
        match self.port {
            Port::Any => f.write_str(":*"),
            Port::Same(Some(port)) => write!(f, ":{port}"),
            Port::Same(None) => Ok(()),
        }
    }
}

fn schemed(text: &str) -> Option<(bool, &str)> {
    let secure = text.strip_prefix("https://").map(|rest| (true, rest));
    secure.or_else(|| text.strip_prefix("http://").map(|rest| (false, rest)))
}

fn port_of(text: &str) -> Option<u16> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= MAX_HOST_BYTES && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_three_bytes() {
        assert_eq!(Color::parse("#1C4ed8").unwrap().to_string(), "#1c4ed8");
        for bad in ["", "1c4ed8", "#1c4ed", "#1c4ed8f", "#zzzzzz", "red", "#1c4ed8;}"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        for good in ["https://shop.example", "http://localhost:8080", "https://a-b.example:8443", "http://10.0.0.1"] {
            assert_eq!(Origin::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "null",
            "shop.example",
            "ftp://a.b",
            "https://",
            "https://a/",
            "https://a b",
            "https://A.b",
            "https://u@a",
            "https://a;script-src *",
            "https://a,b",
            "https://a:",
            "https://a:0",
            "https://a:99999",
            "https://-a.b",
            "https://*.a.b",
            "https://a..b",
            "https://a:*",
        ] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
        let of = |url| Origin::of_url(url).map(|origin| origin.to_string());
        assert_eq!(of("https://CDN.example:8443/logo.png?x#y").as_deref(), Some("https://cdn.example:8443"));
        assert_eq!(of("https://user@cdn.example/logo.png"), None);
        assert_eq!(of("data:image/png,x"), None);
    }

    #[test]
    fn patterns_match_what_they_say() {
        let matches = |pattern: &str, origin: &str| {
            assert_eq!(OriginPattern::parse(pattern).unwrap().to_string(), pattern);
            OriginPattern::parse(pattern).unwrap().matches(&Origin::parse(origin).unwrap())
        };
        assert!(matches("https://shop.example", "https://shop.example"));
        assert!(!matches("https://shop.example", "https://shop.example:8443"));
        assert!(!matches("https://shop.example", "http://shop.example"));
        assert!(!matches("https://shop.example", "https://evil-shop.example"));
        assert!(matches("https://*.shop.example", "https://a.b.shop.example"));
        assert!(!matches("https://*.shop.example", "https://shop.example"));
        assert!(!matches("https://*.shop.example", "https://evilshop.example"));
        assert!(matches("http://localhost:*", "http://localhost:8080"));
        assert!(matches("http://localhost:*", "http://localhost"));
        assert!(!matches("http://localhost:*", "http://evil.localhost:8080"));
        for bad in ["*", "https://*", "https://*.com", "http://shop.example", "https://a.b/path", "https://a.b:x", ""] {
            assert_eq!(OriginPattern::parse(bad), None, "{bad}");
        }
    }
}
