//! The page's own files, compiled in and served under a path that names their content.
//!
//! All files share one version, so that a module's relative imports stay within it. A request for another version
//! (a page served by a node of the previous release) gets today's file, but nobody may keep it. Files are packed once
//! per process.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::accent;

const AN_HOUR: &str = "public, max-age=3600";
const FOREVER: &str = "public, max-age=31536000, immutable";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

struct Asset {
    name: &'static str,
    kind: &'static str,
    body: &'static str,
}

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        Asset { name: $name, kind: $kind, body: include_str!(concat!("../../assets/", $name)) }
    };
}

static ASSETS: &[Asset] = &[
    asset!("checkout.css", CSS),
    asset!("dark.css", CSS),
    asset!("receipt.css", CSS),
    asset!("api.js", JS),
    asset!("checkout.js", JS),
    asset!("choose.js", JS),
    asset!("details.js", JS),
    asset!("dom.js", JS),
    asset!("embed.js", JS),
    asset!("help.js", JS),
    asset!("offer.js", JS),
    asset!("pepay.js", JS),
    asset!("poll.js", JS),
    asset!("progress.js", JS),
    asset!("receipt.js", JS),
    asset!("stream.js", JS),
    asset!("wallet.js", JS),
    asset!("icon.svg", SVG),
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for asset in ASSETS {
        (asset.name, asset.body).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
});

static PACKED: LazyLock<HashMap<&str, Vec<u8>>> =
    LazyLock::new(|| ASSETS.iter().filter_map(|asset| Some((asset.name, packed(asset.body).ok()?))).collect());

/// `body` as gzip.
pub(crate) fn packed(body: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body.as_bytes())?;
    encoder.finish()
}

/// Whether a browser takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.trim() == "gzip")
}

/// The path under which all files lie, without a final slash.
pub(crate) fn base() -> String {
    format!("/pay/assets/{}", *VERSION)
}

/// Scripts that stand by themselves.
const ENTRIES: [&str; 3] = ["checkout.js", "receipt.js", "pepay.js"];
/// Modules that are imported once the page is there.
const LATER: [&str; 3] = ["embed.js", "help.js", "stream.js"];

/// The modules the checkout's script imports, so that the page can ask for them at once.
pub(crate) fn modules() -> impl Iterator<Item = &'static str> {
    let early = |asset: &&Asset| asset.kind == JS && !ENTRIES.contains(&asset.name) && !LATER.contains(&asset.name);
    ASSETS.iter().filter(early).map(|asset| asset.name)
}

/// `GET /pay/assets/{version}/{name}`.
pub(crate) async fn get(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let cache = if version == *VERSION { FOREVER } else { "no-store" };
    if let Some(color) = accent::color_of(&name) {
        return (dress(CSS, cache), accent::sheet(color)).into_response();
    }
    match find(&name) {
        Some(asset) => served(asset, cache, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /pepay.js`: the script of merchants' pages, at an address that does not change. Asked for again after an hour,
/// and then answered in a few bytes while it is the same.
pub(crate) async fn script(headers: HeaderMap) -> Response {
    let tag = format!("\"{}\"", *VERSION);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = match find("pepay.js") {
        Some(_) if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) => {
            (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, AN_HOUR)]).into_response()
        }
        Some(asset) => served(asset, AN_HOUR, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

// Nothing in these files is secret, and pages of other origins that isolate themselves may still load them.
fn dress(kind: &'static str, cache: &'static str) -> [(HeaderName, &'static str); 6] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ]
}

fn served(asset: &'static Asset, cache: &'static str, headers: &HeaderMap) -> Response {
    let dressed = dress(asset.kind, cache);
    match PACKED.get(asset.name).filter(|_| takes_gzip(headers)) {
        Some(packed) => (dressed, [(header::CONTENT_ENCODING, "gzip")], packed.as_slice()).into_response(),
        None => (dressed, asset.body).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a first visit may cost, page and images aside.
    const BUDGET_BYTES: usize = 40_000;

    #[test]
    fn all_files_together_stay_small() {
        let total: usize = PACKED.values().map(Vec::len).sum();
        assert!(total <= BUDGET_BYTES, "{total} bytes");
    }

    #[tokio::test]
    async fn packing_is_for_those_who_ask_and_keeping_for_the_right_version() {
        let ask = async |version: &str, coding: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, coding.parse().unwrap())]);
            get(Path((version.to_owned(), "checkout.css".to_owned())), headers).await
        };
        let packed = ask(&VERSION, "br, gzip").await;
        assert_eq!(
            (&packed.headers()["content-encoding"], &packed.headers()["cache-control"]),
            (&"gzip".parse().unwrap(), &FOREVER.parse().unwrap())
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
        let given = crate::pages::render::said(&crate::pages::lang::Lang::all()[0]);
        let known: std::collections::BTreeMap<String, String> = serde_json::from_str(&given).unwrap();
        let mut said = std::collections::BTreeSet::new();
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
