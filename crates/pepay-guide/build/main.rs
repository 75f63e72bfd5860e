//! Renders `docs/guide` with mdBook and our own theme, and lists what the program is to carry.
//!
//! mdBook also writes the files of its stock theme; they hold inline scripts and styles, which our pages' policy
//! forbids, and are left behind. Fails when a page does not render.

#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

mod pack;
mod search;

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

/// What the pages are made of, seen from the crate.
const SOURCES: [&str; 5] = ["book.toml", "theme", "../../docs", "../../examples/axum-shop/src", "../../Containerfile"];

fn main() -> anyhow::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").context("cargo names the crate")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").context("cargo names a place")?);
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let book = out.join("book");
    render(&root, &book)?;
    std::fs::write(book.join("search.json"), search::index(&book)?)?;
    pack::pack(&book, &out)
}

fn render(root: &Path, into: &Path) -> anyhow::Result<()> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    into.clone_into(&mut config.build.build_dir);
    anyhow::ensure!(config.html_config().is_some(), "book.toml: mdBook does not understand output.html");
    // Not `load`: it would also listen to variables of the environment.
    MDBook::load_with_config(root, config)?.build()
}
