//! Who may know whom. The compiler enforces a manifest; this rule keeps the manifests as they were decided.
//!
//! A new crate or arrow needs a page in docs/adr first, then a line here.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use super::Problem;
use crate::tree::File;

/// A crate and what its manifest may and may not name.
struct Layer {
    name: &'static str,
    /// Crates of this workspace; in tests too.
    may_use: &'static [&'static str],
    /// Crates from outside that belong to another layer; tests may use them.
    may_not_use: &'static [&'static str],
}

const LAYERS: [Layer; 13] = [
    Layer {
        name: "pepay-core",
        may_use: &[],
        may_not_use: &[
            "alloy",
            "axum",
            "chrono",
            "rand",
            "reqwest",
            "rusqlite",
            "sea-orm",
            "serde",
            "serde_json",
            "sqlx",
            "tokio",
            "tracing",
        ],
    },
    Layer {
        name: "pepay-wire",
        may_use: &["pepay-core"],
        may_not_use: &["alloy", "axum", "reqwest", "rusqlite", "sea-orm", "sqlx", "tokio"],
    },
    Layer { name: "pepay-store", may_use: &["pepay-core"], may_not_use: &["alloy", "axum", "reqwest"] },
    Layer { name: "pepay-chain", may_use: &["pepay-core"], may_not_use: &["axum", "rusqlite", "sea-orm", "sqlx"] },
    Layer {
        name: "pepay-outbound",
        may_use: &["pepay-core"],
        may_not_use: &["alloy", "axum", "reqwest", "rusqlite", "sea-orm", "sqlx"],
    },
    Layer {
        name: "pepay-engine",
        may_use: &["pepay-core", "pepay-wire", "pepay-store", "pepay-chain", "pepay-outbound"],
        may_not_use: &["alloy", "axum", "hyper-rustls", "hyper-util", "reqwest", "rusqlite", "sqlx"],
    },
    Layer {
        name: "pepay-guide",
        may_use: &[],
        may_not_use: &["alloy", "axum", "reqwest", "rusqlite", "sea-orm", "sqlx", "tokio"],
    },
    Layer {
        name: "pepay-http",
        may_use: &["pepay-core", "pepay-wire", "pepay-engine", "pepay-guide"],
        may_not_use: &["alloy", "hyper-rustls", "mdbook-driver", "reqwest", "rusqlite", "sea-orm", "sqlx"],
    },
    Layer {
        name: "pepay-server",
        may_use: &[
            "pepay-core",
            "pepay-wire",
            "pepay-store",
            "pepay-chain",
            "pepay-outbound",
            "pepay-engine",
            "pepay-http",
            // Its tests are an integration like anybody's.
            "pepay-client",
        ],
        may_not_use: &["hyper-rustls"],
    },
    Layer {
        name: "pepay-client",
        // Its tests verify what the server signs.
        may_use: &["pepay-core"],
        may_not_use: &["alloy", "rusqlite", "sea-orm", "sqlx", "utoipa"],
    },
    Layer {
        name: "pepay-bench",
        may_use: &["pepay-core", "pepay-wire", "pepay-store", "pepay-chain", "pepay-outbound", "pepay-engine"],
        may_not_use: &["axum", "sea-orm", "sqlx"],
    },
    Layer { name: "axum-shop", may_use: &["pepay-client"], may_not_use: &["alloy", "sea-orm", "sqlx"] },
    Layer { name: "xtask", may_use: &[], may_not_use: &[] },
];

/// One line of a manifest.
struct Arrow<'a> {
    to: &'a str,
    own: bool,
    for_tests: bool,
}

pub(super) fn check(root: &Path, files: &[File], problems: &mut Vec<Problem>) -> anyhow::Result<()> {
    let metadata = metadata(root)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    for package in packages {
        let name = package["name"].as_str().context("a package of cargo metadata has no name")?;
        let manifest = manifest_of(package, root)?;
        let arrows = arrows(package);
        for (to, message) in judge(name, &arrows) {
            problems.push(Problem::new(&manifest, line_of(files, &manifest, to), message));
        }
    }
    Ok(())
}

fn metadata(root: &Path) -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root)
        .output()
        .context("could not run cargo metadata")?;
    anyhow::ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn manifest_of(package: &Value, root: &Path) -> anyhow::Result<String> {
    let path = package["manifest_path"].as_str().context("a package of cargo metadata has no manifest")?;
    Ok(Path::new(path).strip_prefix(root.canonicalize()?)?.to_string_lossy().into_owned())
}

fn arrows(package: &Value) -> Vec<Arrow<'_>> {
    let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    dependencies
        .iter()
        .filter_map(|dependency| {
            Some(Arrow {
                to: dependency["name"].as_str()?,
                own: dependency["path"].is_string(),
                for_tests: dependency["kind"] == "dev",
            })
        })
        .collect()
}

/// The arrows that were not decided, each with its message.
fn judge<'a>(name: &'a str, arrows: &[Arrow<'a>]) -> Vec<(&'a str, String)> {
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
        let message = format!(
            "{name} is in no layer; decide in docs/adr what it forbids, then add it to xtask/src/tidy/layers.rs"
        );
        return vec![(name, message)];
    };
    let mut found = Vec::new();
    for arrow in arrows {
        if arrow.own && !layer.may_use.contains(&arrow.to) {
            let allowed =
                if layer.may_use.is_empty() { "nothing of ours".to_owned() } else { layer.may_use.join(", ") };
            found.push((
                arrow.to,
                format!("{name} may use {allowed}, not {}; move the code to the crate that may", arrow.to),
            ));
        } else if !arrow.for_tests && layer.may_not_use.contains(&arrow.to) {
            found.push((
                arrow.to,
                format!("{} belongs to another layer than {name}; move the code that needs it there", arrow.to),
            ));
        }
    }
    found
}

fn line_of(files: &[File], manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| line.starts_with(dependency) && line[dependency.len()..].starts_with(['.', ' ', '=']);
    files
        .iter()
        .find(|file| file.path == manifest)
        .and_then(|file| file.lines().find(|(_, line)| names(line)))
        .map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrow(to: &str, own: bool, for_tests: bool) -> Arrow<'_> {
        Arrow { to, own, for_tests }
    }

    #[test]
    fn decided_arrows_pass() {
        assert!(judge("pepay-http", &[arrow("pepay-engine", true, false), arrow("axum", false, false)]).is_empty());
        assert!(judge("pepay-core", &[arrow("rand", false, true)]).is_empty());
    }

    #[test]
    fn an_arrow_against_the_grain_is_refused_even_for_tests() {
        assert_eq!(judge("pepay-core", &[arrow("pepay-wire", true, false)]).len(), 1);
        assert_eq!(judge("pepay-http", &[arrow("pepay-store", true, true)]).len(), 1);
    }

    #[test]
    fn a_library_of_another_layer_is_refused() {
        assert_eq!(judge("pepay-http", &[arrow("sea-orm", false, false)]).len(), 1);
        assert_eq!(judge("pepay-wire", &[arrow("axum", false, false)]).len(), 1);
    }

    #[test]
    fn only_the_crates_that_connect_have_a_client() {
        for name in ["pepay-engine", "pepay-http"] {
            assert_eq!(judge(name, &[arrow("reqwest", false, false)]).len(), 1, "{name}");
        }
        assert!(judge("pepay-engine", &[arrow("pepay-outbound", true, false)]).is_empty());
        assert_eq!(judge("pepay-outbound", &[arrow("pepay-store", true, false)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_refused() {
        assert_eq!(judge("pepay-utils", &[]).len(), 1);
    }

    #[test]
    fn the_line_is_that_of_the_whole_name() {
        let text = "[dependencies]\nsea-orm-migration.workspace = true\nsea-orm.workspace = true\n".to_owned();
        let files = [File { path: "Cargo.toml".to_owned(), text }];
        assert_eq!(line_of(&files, "Cargo.toml", "sea-orm"), 3);
        assert_eq!(line_of(&files, "Cargo.toml", "gone"), 1);
    }
}
