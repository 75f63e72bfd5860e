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
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

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
    asset!("checkout.js", JS),
    asset!("api.js", JS),
    asset!("choose.js", JS),
    asset!("dom.js", JS),
    asset!("offer.js", JS),
    asset!("poll.js", JS),
    asset!("progress.js", JS),
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

fn packed(body: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body.as_bytes())?;
    encoder.finish()
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.trim() == "gzip")
}

/// The path under which all files lie, without a final slash.
pub(crate) fn base() -> String {
    format!("/pay/assets/{}", *VERSION)
}

/// The modules the entry script imports, so that the page can ask for them at once.
pub(crate) fn modules() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().filter(|asset| asset.kind == JS && asset.name != "checkout.js").map(|asset| asset.name)
}

/// `GET /pay/assets/{version}/{name}`.
pub(crate) async fn get(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if version == *VERSION { FOREVER } else { "no-store" };
    let headers_out = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    match PACKED.get(asset.name).filter(|_| takes_gzip(&headers)) {
        Some(packed) => (headers_out, [(header::CONTENT_ENCODING, "gzip")], packed.as_slice()).into_response(),
        None => (headers_out, asset.body).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a first visit may cost, page and images aside.
    const BUDGET_BYTES: usize = 50_000;

    #[test]
    fn all_files_together_stay_small() {
        let total: usize = ASSETS.iter().map(|asset| asset.body.len()).sum();
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

    #[test]
    fn scripts_import_only_what_is_served() {
        for asset in ASSETS.iter().filter(|asset| asset.kind == JS) {
            for line in asset.body.lines().filter(|line| line.starts_with("import ")) {
                let from = line.split("'./").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
                assert!(ASSETS.iter().any(|asset| asset.name == from), "{}: {line}", asset.name);
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
