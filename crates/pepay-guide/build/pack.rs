//! Chooses the files worth carrying, packs them and writes the list that the crate includes.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Media types by extension; other files are not carried.
const KINDS: [(&str, &str); 6] = [
    ("css", "text/css; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
];

/// Files that mdBook writes for its stock theme.
const STOCK: [&str; 10] = [
    "ayu-highlight",
    "book",
    "clipboard",
    "css/",
    "favicon",
    "fonts/",
    "highlight",
    "toc.html",
    "toc",
    "tomorrow-night",
];

pub(crate) fn pack(book: &Path, out: &Path) -> anyhow::Result<()> {
    let packed = out.join("packed");
    if packed.exists() {
        fs::remove_dir_all(&packed)?;
    }
    fs::create_dir_all(&packed)?;
    let mut list = String::from("&[\n");
    for path in listed(book)? {
        let Some((_, kind)) = KINDS.iter().find(|(known, _)| extension(&path) == *known) else {
            continue;
        };
        let plain = book.join(&path);
        let body = fs::read(&plain)?;
        let small = packed.join(path.replace('/', "-"));
        fs::write(&small, gzip(&body)?)?;
        let hashed = path.starts_with("theme/");
        let [plain, small] = [plain, small].map(|path| path.to_string_lossy().into_owned());
        writeln!(
            list,
            "File {{ path: {path:?}, kind: {kind:?}, hashed: {hashed}, etag: {:?}, plain: include_bytes!({plain:?}), \
             packed: include_bytes!({small:?}) }},",
            etag(&body),
        )?;
    }
    list.push(']');
    Ok(fs::write(out.join("files.rs"), list)?)
}

/// The files below `root` that are ours, as sorted relative paths.
pub(crate) fn listed(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in directory.read_dir()? {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            if !is_stock(&relative) {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The part behind the last dot.
pub(crate) fn extension(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

// A stock file is `name.ext` or, with its hash, `name-0123abcd.ext`.
fn is_stock(path: &str) -> bool {
    STOCK.iter().any(|stock| {
        path.strip_prefix(stock).is_some_and(|rest| {
            stock.ends_with('/') || *stock == path || (extension(path) != "html" && rest.starts_with(['.', '-']))
        })
    })
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

fn etag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}
