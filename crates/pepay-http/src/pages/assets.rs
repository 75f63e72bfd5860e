//! The checkout's own files. Pages of merchants may load them: nothing in them is secret.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::accent;
use crate::bundle::{Bundle, CSS, File, JS, SVG, file};

const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

static ASSETS: &[File] = &[
    file!("checkout.css", CSS),
    file!("dark.css", CSS),
    file!("receipt.css", CSS),
    file!("api.js", JS),
    file!("checkout.js", JS),
    file!("choose.js", JS),
    file!("details.js", JS),
    file!("dom.js", JS),
    file!("embed.js", JS),
    file!("help.js", JS),
    file!("offer.js", JS),
    file!("pepay.js", JS),
    file!("poll.js", JS),
    file!("progress.js", JS),
    file!("receipt.js", JS),
    file!("stream.js", JS),
    file!("wallet.js", JS),
    file!("icon.svg", SVG),
];

static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| Bundle::new("/pay/assets", ASSETS));

/// The path under which all files lie, without a final slash.
pub(crate) fn base() -> &'static str {
    BUNDLE.base()
}

/// Scripts that stand by themselves.
const ENTRIES: [&str; 3] = ["checkout.js", "receipt.js", "pepay.js"];
/// Modules that are imported once the page is there.
const LATER: [&str; 3] = ["embed.js", "help.js", "stream.js"];

/// The modules the checkout's script imports, so that the page can ask for them at once.
pub(crate) fn modules() -> impl Iterator<Item = &'static str> {
    let early = |asset: &&File| asset.kind == JS && !ENTRIES.contains(&asset.name) && !LATER.contains(&asset.name);
    ASSETS.iter().filter(early).map(|asset| asset.name)
}

/// `GET /pay/assets/{version}/{name}`.
pub(crate) async fn get(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(color) = accent::color_of(&name) else {
        return open(BUNDLE.serve(&version, &name, &headers));
    };
    let dress = [
        (header::CONTENT_TYPE, CSS),
        (header::CACHE_CONTROL, BUNDLE.cache(&version)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    open((dress, accent::sheet(color)).into_response())
}

/// `GET /pepay.js`: the script of merchants' pages, at an address that does not change. Asked for again after an hour,
/// and then answered in a few bytes while it is the same.
pub(crate) async fn script(headers: HeaderMap) -> Response {
    let tag = format!("\"{}\"", BUNDLE.version());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        open(BUNDLE.serve(BUNDLE.version(), "pepay.js", &headers))
    };
    response.headers_mut().insert(header::CACHE_CONTROL, AN_HOUR);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

// Pages of other origins that isolate themselves may still load it.
fn open(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    let cross_origin = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), cross_origin);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::packed;

    /// What a first visit may cost, page and images aside.
    const BUDGET_BYTES: usize = 40_000;

    #[test]
    fn all_files_together_stay_small() {
        let total: usize = ASSETS.iter().map(|asset| packed(asset.body).unwrap().len()).sum();
        assert!(total <= BUDGET_BYTES, "{total} bytes");
    }

    #[tokio::test]
    async fn packing_is_for_those_who_ask_and_keeping_for_the_right_version() {
        let ask = async |version: &str, coding: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, coding.parse().unwrap())]);
            get(Path((version.to_owned(), "checkout.css".to_owned())), headers).await
        };
        let packed = ask(BUNDLE.version(), "br, gzip").await;
        assert_eq!(
            (&packed.headers()["content-encoding"], &packed.headers()["cache-control"]),
            (&"gzip".parse().unwrap(), &BUNDLE.cache(BUNDLE.version()).parse().unwrap())
        );
        let plain = ask("older", "identity").await;
        assert!(!plain.headers().contains_key("content-encoding"));
        assert_eq!(plain.headers()["cache-control"], "no-store");
    }

    #[tokio::test]
    async fn the_script_of_other_pages_is_fetched_anew_only_when_it_changed() {
        let first = script(HeaderMap::new()).await;
        assert_eq!(first.headers()["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(first.headers()["cache-control"], AN_HOUR);
        let tag = first.headers()["etag"].clone();
        let again = script(HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)])).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = script(HeaderMap::from_iter([(header::IF_NONE_MATCH, "\"other\"".parse().unwrap())])).await;
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn scripts_say_only_what_every_language_has() {
        let english = &crate::pages::lang::Lang::all()[0];
        let given = crate::pages::render::said(english);
        let known: std::collections::BTreeMap<String, String> = serde_json::from_str(&given).unwrap();
        // Codes are said as the server names them.
        let mut said: std::collections::BTreeSet<_> = english.troubles().map(|(code, _)| code).collect();
        for asset in ASSETS.iter().filter(|asset| asset.kind == JS) {
            for part in asset.body.split("say('").skip(1) {
                let name = part.split('\'').next().unwrap();
                assert!(known.contains_key(name), "{}: {name}", asset.name);
                said.insert(name);
            }
        }
        let unsaid: Vec<_> = known.keys().filter(|name| !said.contains(name.as_str())).collect();
        assert!(unsaid.is_empty(), "{unsaid:?}");
    }

    #[test]
    fn scripts_import_only_what_is_served() {
        for asset in ASSETS.iter().filter(|asset| asset.kind == JS) {
            for line in asset.body.lines().filter(|line| line.starts_with("import ")) {
                let from = line.split("'./").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
                assert!(ASSETS.iter().any(|asset| asset.name == from), "{}: {line}", asset.name);
                assert!(!LATER.contains(&from), "{} waits for {from}", asset.name);
            }
            for later in asset.body.split("import('./").skip(1) {
                assert!(LATER.contains(&later.split('\'').next().unwrap()), "{}: {later:.20}", asset.name);
            }
            assert!(asset.body.lines().count() < 300, "{}", asset.name);
        }
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in ASSETS.iter().filter(|asset| asset.kind != SVG) {
            assert!(!asset.body.contains("://"), "{}", asset.name);
            assert!(!asset.body.contains("innerHTML") && !asset.body.contains("eval("), "{}", asset.name);
        }
    }
}
