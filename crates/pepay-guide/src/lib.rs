//! The guide of `docs/guide`, rendered when the program is built and carried by it.
//!
//! The only crate that renders documentation: mdBook runs in its build script and nowhere else, so nothing of it is in
//! the program. It depends on nothing of ours and serves nothing; who answers requests decides about headers. A page
//! that does not render, or lies outside `SUMMARY.md`, fails the build or a test here.
#![warn(missing_docs)]

/// One file of the rendered guide.
#[derive(Debug)]
pub struct File {
    /// Below the guide's root, such as `webhooks.html`.
    pub path: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Whether the path names the content, so that it may be kept for ever.
    pub hashed: bool,
    /// A quoted entity tag; changes with the content.
    pub etag: &'static str,
    /// The bytes as they are.
    pub plain: &'static [u8],
    /// The bytes in gzip.
    pub packed: &'static [u8],
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// All files, by path.
pub fn files() -> &'static [File] {
    FILES
}

/// The file at a path below the guide's root; the empty path is the first page.
pub fn file(path: &str) -> Option<&'static File> {
    let path = if path.is_empty() { "index.html" } else { path };
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| &FILES[at])
}

#[cfg(test)]
mod tests;
