//! Rules about single lines: white space, escape hatches, traces of one machine, and the head of each module.

use super::{Problem, generated};
use crate::tree::File;

// Split, so that this file passes its own rules.
const ALLOW: [&str; 2] = [concat!("#[", "allow("), concat!("#![", "allow(")];
const UNFINISHED: [&str; 2] = [concat!("todo", "!("), concat!("unimplemented", "!(")];
const HOME_DIRECTORIES: [&str; 4] =
    [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

pub(super) fn check(file: &File, problems: &mut Vec<Problem>) {
    if file.name() == "package-lock.json" {
        check_lock(file, problems);
    }
    if generated(file) {
        return;
    }
    check_white_space(file, problems);
    check_machine_paths(file, problems);
    if file.extension() == "rs" {
        check_escape_hatches(file, problems);
        check_module_head(file, problems);
    }
}

fn check_white_space(file: &File, problems: &mut Vec<Problem>) {
    for (number, line) in file.lines() {
        if line.ends_with([' ', '\t', '\r']) {
            problems.push(Problem::new(&file.path, number, "white space at the end of the line; remove it"));
        }
    }
    let last = file.text.lines().count().max(1);
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        problems.push(Problem::new(&file.path, last, "no newline at the end of the file; add one"));
    }
    if file.text.ends_with("\n\n") {
        problems.push(Problem::new(&file.path, last, "empty lines at the end of the file; remove them"));
    }
}

fn check_machine_paths(file: &File, problems: &mut Vec<Problem>) {
    for (number, line) in file.lines() {
        for directory in HOME_DIRECTORIES {
            let absolute = line.match_indices(directory).any(|(at, _)| starts_a_path(&line[..at]));
            if absolute {
                let message = format!("`{directory}` is a path of one machine; use a relative one or a variable");
                problems.push(Problem::new(&file.path, number, message));
            }
        }
    }
}

/// Whether a slash after `before` begins an absolute path rather than continuing a relative one or a URL.
fn starts_a_path(before: &str) -> bool {
    !before.ends_with(|last: char| last.is_alphanumeric() || "._-/~}>)".contains(last))
}

fn check_escape_hatches(file: &File, problems: &mut Vec<Problem>) {
    for (number, line) in file.lines() {
        if ALLOW.iter().any(|allow| line.contains(allow)) {
            let message = "use #[expect(lint, reason = \"...\")], which fails once it is no longer needed";
            problems.push(Problem::new(&file.path, number, message));
        }
        if UNFINISHED.iter().any(|macro_| line.contains(macro_)) {
            problems.push(Problem::new(&file.path, number, "unfinished code; finish it or leave the feature out"));
        }
    }
}

fn check_module_head(file: &File, problems: &mut Vec<Problem>) {
    let written_for_readers = file.path.starts_with("crates/") || file.path.starts_with("xtask/");
    let test_module = file.name() == "tests.rs" || file.path.contains("/tests/");
    if written_for_readers && !test_module && !file.text.starts_with("//! ") {
        let message = "begin with `//!`: what this module is for, what it refuses, how it fails";
        problems.push(Problem::new(&file.path, 1, message));
    }
}

/// A lock file that names a host pins everybody to one mirror.
fn check_lock(file: &File, problems: &mut Vec<Problem>) {
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("\"resolved\": \"http") {
            let message = "names a registry host; run npm with omit-lockfile-registry-resolved=true in .npmrc";
            problems.push(Problem::new(&file.path, number, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::*;

    const HEAD: &str = "//! A module.\n";

    #[test]
    fn a_plain_module_passes() {
        assert!(of("crates/a/src/a.rs", &format!("{HEAD}\nfn a() {{}}\n"), check).is_empty());
    }

    #[test]
    fn white_space_is_named_with_its_line() {
        let found = of("docs/a.md", "one\ntwo \nthree", check);
        assert_eq!(found[0], "docs/a.md:2: white space at the end of the line; remove it");
        assert_eq!(found[1], "docs/a.md:3: no newline at the end of the file; add one");
        assert_eq!(of("docs/a.md", "one\n\n", check).len(), 1);
    }

    #[test]
    fn escape_hatches_are_refused() {
        for hatch in ALLOW.iter().chain(&UNFINISHED) {
            assert_eq!(of("crates/a/src/a.rs", &format!("{HEAD}{hatch}x)\n"), check).len(), 1, "{hatch}");
        }
    }

    #[test]
    fn a_module_without_a_head_is_refused_unless_it_holds_tests() {
        assert_eq!(of("crates/a/src/a.rs", "fn a() {}\n", check).len(), 1);
        assert_eq!(of("crates/a/src/a.rs", "", check).len(), 1);
        assert!(of("crates/a/src/a/tests.rs", "fn a() {}\n", check).is_empty());
        assert!(of("crates/a/tests/it/main.rs", "fn a() {}\n", check).is_empty());
    }

    #[test]
    fn only_absolute_paths_are_of_one_machine() {
        for directory in HOME_DIRECTORIES {
            assert_eq!(of("docs/a.md", &format!("see `{directory}x`\n"), check).len(), 1, "{directory}");
            assert!(of("docs/a.md", &format!("see https://example.com{directory}x\n"), check).is_empty());
        }
    }

    #[test]
    fn a_lock_that_names_a_host_is_refused() {
        let lock = "{\n  \"resolved\": \"https://mirror.example/x.tgz\"\n}\n";
        assert_eq!(of("tools/package-lock.json", lock, check).len(), 1);
    }
}
