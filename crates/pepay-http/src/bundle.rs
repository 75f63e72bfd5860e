//! Files of pages, compiled in and served under a path that names their content.
//!
//! All files of a bundle share one version, so that a module's relative imports stay within it. A request for another
//! version (by a page of the previous release) gets today's file, but nobody may keep it. Files are packed once per
//! process.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

const FOREVER: &str = "public, max-age=31536000, immutable";

pub(crate) const CSS: &str = "text/css; charset=utf-8";
pub(crate) const JS: &str = "text/javascript; charset=utf-8";
pub(crate) const SVG: &str = "image/svg+xml";

/// One file.
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) body: &'static str,
}

/// A file of `assets/`.
macro_rules! file {
    ($name:literal, $kind:expr) => {
        File { name: $name, kind: $kind, body: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)) }
    };
}
pub(crate) use file;

/// Files that belong together.
pub(crate) struct Bundle {
    files: &'static [File],
    base: String,
    version: String,
    packed: HashMap<&'static str, Vec<u8>>,
}

impl Bundle {
    /// The bundle of `files` under the path `under`, which has no slash at its end.
    pub(crate) fn new(under: &str, files: &'static [File]) -> Self {
        let mut hasher = DefaultHasher::new();
        for file in files {
            (file.name, file.body).hash(&mut hasher);
        }
        let version = format!("{:016x}", hasher.finish());
        let packed = files.iter().filter_map(|file| Some((file.name, packed(file.body).ok()?))).collect();
        Self { files, base: format!("{under}/{version}"), version, packed }
    }

    /// The path under which all files lie, without a final slash.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// What names the content of all files.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// How long an answer to a request for `version` may be kept.
    pub(crate) fn cache(&self, version: &str) -> &'static str {
        if version == self.version { FOREVER } else { "no-store" }
    }

    /// The answer to a request for a file.
    pub(crate) fn serve(&'static self, version: &str, name: &str, asked: &HeaderMap) -> Response {
        let Some(file) = self.files.iter().find(|file| file.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let cache = self.cache(version);
        let headers = [
            (header::CONTENT_TYPE, file.kind),
            (header::CACHE_CONTROL, cache),
            (header::VARY, "accept-encoding"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        match self.packed.get(file.name).filter(|_| takes_gzip(asked)) {
            Some(packed) => (headers, [(header::CONTENT_ENCODING, "gzip")], packed.as_slice()).into_response(),
            None => (headers, file.body).into_response(),
        }
    }
}

/// `body` as gzip.
pub(crate) fn packed(body: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body.as_bytes())?;
    encoder.finish()
}

/// Whether a browser takes gzip.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| coding.trim() == "gzip")
}
