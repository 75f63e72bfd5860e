//! The page's own files, compiled in and served under a path that names their content.
//!
//! All files share one version, so that a module's relative imports stay within it. A request for another version
//! (a page served by a node of the previous release) gets today's file, but nobody may keep it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

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

/// The path under which all files lie, without a final slash.
pub(crate) fn base() -> String {
    format!("/pay/assets/{}", *VERSION)
}

/// The modules the entry script imports, so that the page can ask for them at once.
pub(crate) fn modules() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().filter(|asset| asset.kind == JS && asset.name != "checkout.js").map(|asset| asset.name)
}

/// `GET /pay/assets/{version}/{name}`.
pub(crate) async fn get(Path((version, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cache = if version == *VERSION { FOREVER } else { "no-store" };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.body).into_response()
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
