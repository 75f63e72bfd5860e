//! Addresses people sign in with.

use std::fmt;

/// Longest address, in bytes (RFC 5321).
const MAX_BYTES: usize = 254;

/// An e-mail address in lower case. One person has one account, however the address is typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NoEmail;

impl Email {
    /// Reads an address: something, an at sign, and a domain with a point in it or `localhost`.
    pub fn parse(text: &str) -> Result<Self, NoEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NoEmail)?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
        let labels = |domain: &str| domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
        let fits = text.len() <= MAX_BYTES && !local.is_empty() && local.len() <= 64;
        let named = domain.contains('.') || domain.eq_ignore_ascii_case("localhost");
        if fits && named && labels(domain) && local.chars().all(plain) && domain.chars().all(plain) {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(NoEmail)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_the_rest() {
        for (text, read) in
            [("Ada@Shop.Example", "ada@shop.example"), (" a+b@c.d ", "a+b@c.d"), ("a@localhost", "a@localhost")]
        {
            assert_eq!(Email::parse(text).unwrap().as_str(), read);
        }
        let long = format!("{}@shop.example", "a".repeat(65));
        for bad in
            ["", "@", "a@", "@b.c", "a@b", "a b@c.d", "a@b..c", "a@b.c\r\nBcc: x@y.z", "<a@b.c>", "a@@b.c", &long]
        {
            assert_eq!(Email::parse(bad), Err(NoEmail), "{bad}");
        }
    }
}
