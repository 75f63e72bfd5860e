//! `cargo xtask check`: everything a change must pass besides its tests, in one list.
//!
//! Every step runs even when an earlier one failed, so one run shows all there is to do. Each prints `ok`, `FAILED`
//! or, when what it looks at does not exist yet, `skipped` with the reason; the last line counts them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::{sdk, tidy, tree};

/// The committed description of the HTTP interface.
const OPENAPI: &str = "openapi/openapi.json";

const CARGO_DENY_VERSION: &str = "0.20.2";

enum Outcome {
    Passed,
    /// What it looks at is not there; says what.
    Skipped(String),
    /// Says how to repair it.
    Failed(String),
}

type Step = (&'static str, fn(&Path) -> anyhow::Result<Outcome>);

const STEPS: [Step; 6] =
    [("fmt", fmt), ("clippy", clippy), ("tidy", tidy), ("deny", deny), ("openapi", openapi), ("contracts", contracts)];

/// Runs the named steps, or all; `Ok(false)` when one failed.
pub(crate) fn run(names: &[&str]) -> anyhow::Result<bool> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|(step, _)| step != *name)) {
        let known: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
        anyhow::bail!("no step is called {unknown}; there are {}", known.join(" "));
    }
    let root = tree::root();
    let (mut passed, mut failed) = (0, 0);
    for (name, step) in STEPS {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        match step(&root).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}"))) {
            Outcome::Passed => {
                passed += 1;
                println!("check {name} ... ok");
            }
            Outcome::Skipped(reason) => println!("check {name} ... skipped: {reason}"),
            Outcome::Failed(remedy) => {
                failed += 1;
                println!("check {name} ... FAILED: {remedy}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Replaces the committed description by what the program says now, and the types that are written from it.
pub(crate) fn write_openapi() -> anyhow::Result<()> {
    let root = tree::root();
    let description = described(&root)?;
    let types = sdk::types(&root, &description)?;
    for (path, content) in [(OPENAPI, description), (sdk::TYPES, types)] {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("the file lies in a directory"))?;
        std::fs::write(&path, content).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

fn fmt(root: &Path) -> anyhow::Result<Outcome> {
    let ok = succeeds(cargo(root).args(["fmt", "--all", "--", "--check"]))?;
    Ok(judged(ok, "run: cargo fmt --all"))
}

fn clippy(root: &Path) -> anyhow::Result<Outcome> {
    let ok = succeeds(cargo(root).args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ]))?;
    Ok(judged(ok, "each message above says what to do instead"))
}

fn tidy(root: &Path) -> anyhow::Result<Outcome> {
    let problems = tidy::problems(root)?;
    for problem in &problems {
        println!("{problem}");
    }
    Ok(judged(problems.is_empty(), "each line above names file, line and remedy"))
}

/// Licences, sources and duplicates of the crates we build with. Advisories are left out: their database is fetched
/// from the network, and a check of the tree must give the same answer without one and tomorrow.
fn deny(root: &Path) -> anyhow::Result<Outcome> {
    let program = cargo_deny()?;
    let mut command = Command::new(program);
    command.current_dir(root).args(["--locked", "--log-level", "error", "--workspace"]);
    let ok = succeeds(command.args(["check", "bans", "licenses", "sources"]))?;
    Ok(judged(ok, "choose another crate, or change deny.toml and say why there"))
}

fn openapi(root: &Path) -> anyhow::Result<Outcome> {
    let Ok(committed) = std::fs::read(root.join(OPENAPI)) else {
        return Ok(Outcome::Skipped(format!("{OPENAPI} does not exist")));
    };
    if described(root)? != committed {
        return Ok(Outcome::Failed(format!("{OPENAPI} is not what the program says; run: cargo xtask openapi")));
    }
    let types = std::fs::read(root.join(sdk::TYPES)).unwrap_or_default();
    let fresh = sdk::types(root, &committed)? == types;
    Ok(judged(fresh, &format!("{} is not what {OPENAPI} says; run: cargo xtask openapi", sdk::TYPES)))
}

/// The committed byte code is what the committed source compiles to.
fn contracts(root: &Path) -> anyhow::Result<Outcome> {
    let directory = root.join("contracts");
    if !directory.join("package.json").exists() {
        return Ok(Outcome::Skipped("contracts/package.json does not exist".to_owned()));
    }
    if !directory.join("node_modules").exists() {
        return Ok(Outcome::Failed("its packages are not installed; run: scripts/setup".to_owned()));
    }
    let ok = succeeds(Command::new("npm").current_dir(directory).args(["run", "--silent", "check"]))?;
    Ok(judged(ok, "the artifacts do not match the source; run: npm run build in contracts"))
}

fn described(root: &Path) -> anyhow::Result<Vec<u8>> {
    let mut command = cargo(root);
    command.args(["run", "--quiet", "--package", "pepay-server", "--bin", "pepay", "--", "openapi"]);
    let output = command.stderr(std::process::Stdio::inherit()).output().context("could not run pepay openapi")?;
    anyhow::ensure!(output.status.success(), "pepay openapi failed");
    Ok(output.stdout)
}

/// The program from PATH or from our cache, compiled into the cache if it is in neither.
fn cargo_deny() -> anyhow::Result<PathBuf> {
    let cache = cache()?;
    let cached = cache.join("cargo/bin/cargo-deny");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|directory| directory.join("cargo-deny")).find(|file| file.is_file());
    if let Some(program) = found.or_else(|| cached.is_file().then(|| cached.clone())) {
        return Ok(program);
    }
    println!("installing cargo-deny {CARGO_DENY_VERSION} into {}", cache.display());
    let build = cache.join("tool-build");
    let mut install = cargo(Path::new("."));
    install.env("CARGO_TARGET_DIR", &build).args(["install", "--locked", "--quiet"]);
    install.args(["--version", CARGO_DENY_VERSION, "--root"]).arg(cache.join("cargo")).arg("cargo-deny");
    let ok = succeeds(&mut install)?;
    anyhow::ensure!(ok, "could not install cargo-deny {CARGO_DENY_VERSION}; it needs the crate registry");
    std::fs::remove_dir_all(&build).with_context(|| format!("could not remove {}", build.display()))?;
    Ok(cached)
}

/// Where the scripts keep what they install, given by the same variables.
fn cache() -> anyhow::Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("PEPAY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|base| base.join("pepay")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/pepay")))
        .context("neither PEPAY_CACHE nor XDG_CACHE_HOME nor HOME is set")
}

fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    let program = command.get_program().to_owned();
    let status = command.status().with_context(|| format!("could not run {}", program.display()))?;
    Ok(status.success())
}

fn judged(ok: bool, remedy: &str) -> Outcome {
    if ok { Outcome::Passed } else { Outcome::Failed(remedy.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_an_error_that_lists_the_known() {
        let error = run(&["fmtt"]).unwrap_err().to_string();
        assert_eq!(error, "no step is called fmtt; there are fmt clippy tidy deny openapi contracts");
    }
}
