//! How a merchant presents itself: name, colour, logo, and where its checkout may be embedded.

use crate::account::Email;
use crate::branding::{Color, OriginPattern};
use crate::id::MerchantId;

/// Longest company name, in characters.
pub const MAX_NAME_CHARS: usize = 80;
/// Largest logo, in bytes.
pub const MAX_LOGO_BYTES: usize = 200_000;
/// Most origins the checkout may be embedded on.
pub const MAX_ORIGINS: usize = 20;
/// Longest return URL (contract section 3).
pub const MAX_URL_BYTES: usize = 2_048;

/// What a merchant shows of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Where payors write to for help.
    pub support_email: Option<Email>,
    /// The colour of buttons on its checkout.
    pub accent: Option<Color>,
    /// Where the checkout leads back to when an invoice says nothing.
    pub return_url: Option<Url>,
    /// Sites that may embed the checkout.
    pub embed_origins: Vec<OriginPattern>,
    /// Kind and hash of the logo; the picture itself is kept apart.
    pub logo: Option<(Picture, [u8; 32])>,
}

/// Why a field of a profile is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No name, or too long a one.
    #[error("use 1 to {MAX_NAME_CHARS} characters, without line breaks")]
    Name,
    /// Not a colour.
    #[error("a colour is # and six hexadecimal digits")]
    Accent,
    /// Not a URL that may be led back to.
    #[error("use a full https:// address")]
    Url,
    /// Not an origin.
    #[error("an origin is https:// and a host, without a path; https://*.shop.example means every subdomain")]
    Origin,
    /// Too many of them.
    #[error("at most {MAX_ORIGINS} origins")]
    Origins,
    /// Not a picture of a kind that is shown.
    #[error("use a PNG, JPEG or WebP picture")]
    Picture,
    /// Too large a picture.
    #[error("use a picture of at most 200 kB")]
    Large,
}

/// A company's name: 1 to [`MAX_NAME_CHARS`] characters on one line, without blanks around it.
pub fn name(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let fits = (1..=MAX_NAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or(Error::Name)
}

/// An absolute `https://` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// Reads it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let rest = text.strip_prefix("https://").ok_or(Error::Url)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = text.len() <= MAX_URL_BYTES && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if plain && is_host(host) && !text.contains(['<', '>', '"', '\\']) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Url)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a colour, `#rrggbb`.
pub fn accent(text: &str) -> Result<Color, Error> {
    Color::parse(text.trim()).ok_or(Error::Accent)
}

/// Reads a list of origins, one on a line or between blanks or commas; what is meant the same is written once.
pub fn origins(text: &str) -> Result<Vec<OriginPattern>, Error> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let mut origins: Vec<OriginPattern> = Vec::new();
    for word in words {
        let plain = word.trim_end_matches('/').to_ascii_lowercase();
        let origin = OriginPattern::parse(&plain).ok_or(Error::Origin)?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    if origins.len() > MAX_ORIGINS { Err(Error::Origins) } else { Ok(origins) }
}

/// Where a merchant's logo is shown, on this server; another picture has another path.
pub fn logo_path(merchant: MerchantId, hash: &[u8; 32]) -> String {
    let (start, _) = hash.split_at(8);
    format!("/dashboard/logo/{merchant}/{}", hex::encode(start))
}

fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    port_fits && host.len() <= 253 && host.split('.').all(label)
}

/// What a logo may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl Picture {
    /// Told from its first bytes, never from what somebody calls it.
    pub fn sniff(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_LOGO_BYTES {
            return Err(Error::Large);
        }
        let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16) == Some(b"IHDR") {
            Ok(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9]) {
            Ok(Self::Jpeg)
        } else if webp {
            Ok(Self::Webp)
        } else {
            Err(Error::Picture)
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// Reads the media type.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Webp].into_iter().find(|it| it.media_type() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_cannot_break_out_of_a_header() {
        let read = |text: &str| origins(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            read("https://Shop.Example/\nhttp://localhost:*, https://shop.example").unwrap(),
            ["https://shop.example", "http://localhost:*"]
        );
        for bad in
            ["shop.example", "http://shop.example", "https://shop.example/path", "https://a;script-src", "https://*"]
        {
            assert_eq!(origins(bad), Err(Error::Origin), "{bad}");
        }
        let many: Vec<String> = (0..21).map(|n| format!("https://a{n}.b")).collect();
        assert_eq!(origins(&many.join(" ")), Err(Error::Origins));
    }

    #[test]
    fn fields_are_read_strictly() {
        assert_eq!(name(" Acme ").unwrap(), "Acme");
        assert_eq!(name("a\nb"), Err(Error::Name));
        assert_eq!(accent("#AaBbCc").unwrap().to_string(), "#aabbcc");
        assert_eq!(accent("#fff;background:red"), Err(Error::Accent));
        assert!(Url::parse("https://shop.example/thanks?a=1").is_ok());
        for bad in ["javascript:alert(1)", "https://", "//shop.example", "http://shop.example", "https://a.b/<x>"] {
            assert_eq!(Url::parse(bad), Err(Error::Url), "{bad}");
        }
        assert_eq!(Picture::sniff(b"<svg onload=alert(1)>"), Err(Error::Picture));
        assert_eq!(Picture::sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Ok(Picture::Png));
        assert_eq!(Picture::sniff(&vec![0; MAX_LOGO_BYTES + 1]), Err(Error::Large));
    }
}
