//! Who opens the page and how it should look to them: the link, the language, the theme, the page around it.
//!
//! Nothing in an address is refused here: an unknown language, theme or origin is as if it were not there. The link is
//! checked by [`Link::open`], the origin by whoever frames the page.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use pepay_core::branding::Origin;
use pepay_engine::auth::Session;
use pepay_engine::{Engine, Error};
use serde::Deserialize;

use super::lang::Lang;

/// The two halves of a link.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    session: String,
    #[serde(default)]
    signature: String,
}

impl Link {
    pub(super) async fn open(&self, engine: &Engine) -> Result<Session, Error> {
        engine.open_session(&self.session, &self.signature).await
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    Light,
    Dark,
    #[default]
    #[serde(other)]
    Auto,
}

impl Theme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Look {
    lang: Option<String>,
    #[serde(default)]
    theme: Theme,
    origin: Option<String>,
}

/// One opening of the page.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(super) link: Link,
    pub(crate) lang: &'static Lang,
    /// Whether the address names the language.
    chosen_lang: bool,
    pub(crate) theme: Theme,
    /// The page that says it is around this one.
    pub(crate) parent: Option<Origin>,
    /// Whether the browser takes packed answers.
    pub(crate) takes_gzip: bool,
}

impl Visit {
    /// The address of `path` for the same payor, language and look. Every part is of a known alphabet once the session
    /// is open, so that nothing needs escaping.
    pub(crate) fn at(&self, path: &str) -> String {
        let tag = self.chosen_lang.then_some(self.lang.tag);
        self.spoken(path, tag)
    }

    /// The visit without a page around it, whatever its address says.
    pub(super) fn alone(self) -> Self {
        Self { parent: None, ..self }
    }

    /// The same in another language.
    pub(crate) fn in_lang(&self, path: &str, lang: &Lang) -> String {
        self.spoken(path, Some(lang.tag))
    }

    fn spoken(&self, path: &str, tag: Option<&str>) -> String {
        let Link { session, signature } = &self.link;
        let mut url = format!("{path}?session={session}&signature={signature}");
        let theme = (self.theme != Theme::Auto).then(|| self.theme.as_str().to_owned());
        let parent = self.parent.as_ref().map(ToString::to_string);
        for (name, value) in [("lang", tag.map(str::to_owned)), ("theme", theme), ("origin", parent)] {
            if let Some(value) = value {
                url.extend(["&", name, "=", &value]);
            }
        }
        url
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let Query(link) = Query::<Link>::try_from_uri(&parts.uri).unwrap_or_default();
        Ok(Self::new(link, parts))
    }
}

impl Visit {
    fn new(link: Link, parts: &Parts) -> Self {
        let Query(look) = Query::<Look>::try_from_uri(&parts.uri).unwrap_or_default();
        let chosen = look.lang.as_deref().and_then(Lang::tagged);
        Self {
            link,
            lang: Lang::of(chosen.map(|lang| lang.tag), &parts.headers),
            chosen_lang: chosen.is_some(),
            theme: look.theme,
            parent: look.origin.as_deref().and_then(Origin::parse),
            takes_gzip: crate::bundle::takes_gzip(&parts.headers),
        }
    }
}

/// A visit whose link is in the session headers, as the page's own calls send it.
pub(super) struct Held(pub(super) Visit);

impl<S: Sync> FromRequestParts<S> for Held {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let part = |name| {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            value.to_owned()
        };
        let link = Link { session: part("x-session-token"), signature: part("x-signature") };
        Ok(Self(Visit::new(link, parts)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn visit(uri: &str) -> Visit {
        let (mut parts, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        Visit::from_request_parts(&mut parts, &()).await.unwrap()
    }

    #[tokio::test]
    async fn an_address_is_kept_without_what_is_not_understood() {
        let kept = visit("/pay?session=a&signature=b&lang=pt-BR&theme=dark&origin=https://shop.example").await;
        assert_eq!(kept.at("/x"), "/x?session=a&signature=b&lang=pt&theme=dark&origin=https://shop.example");
        let french = Lang::tagged("fr").unwrap();
        assert!(kept.in_lang("/x", french).contains("&lang=fr&"));
        let odd = visit("/pay?session=a&signature=b&lang=%22%3E%3Cx&theme=pink&origin=javascript:alert(1)").await;
        assert_eq!(odd.at("/x"), "/x?session=a&signature=b");
        assert_eq!(visit("/pay").await.at("/x"), "/x?session=&signature=");
    }
}
