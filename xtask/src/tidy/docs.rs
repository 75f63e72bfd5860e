//! Documents exist, and what they name exists: a path or crate in a code span, a relative link, a decision's number.

use std::collections::BTreeSet;

use super::{Problem, generated};
use crate::tree::File;

/// What a newcomer may rely on finding.
const REQUIRED: [&str; 11] = [
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "docs/adding-an-endpoint.md",
    "docs/adr/0000-template.md",
    "docs/adr/0001-record-decisions.md",
    "docs/errors.md",
    "docs/logging.md",
    "docs/style.md",
];

/// A code span that begins so and has no placeholder in it claims that the path exists.
const OWN_DIRECTORIES: [&str; 13] = [
    ".ci/",
    ".config/",
    "benches/",
    "contracts/",
    "crates/",
    "docs/",
    "e2e/",
    "examples/",
    "openapi/",
    "scripts/",
    "sdk/",
    "tools/",
    "xtask/",
];

const DECISIONS: &str = "docs/adr/";

pub(super) fn check(files: &[File], problems: &mut Vec<Problem>) {
    let known = known_paths(files);
    for required in REQUIRED {
        if !known.contains(required) {
            problems.push(Problem::new(required, 1, "is missing; every clone must have it"));
        }
    }
    for file in files.iter().filter(|file| file.extension() == "md" && !generated(file)) {
        check_names(file, &known, problems);
    }
    check_decisions(files, problems);
}

/// Every file and every directory that holds one.
fn known_paths(files: &[File]) -> BTreeSet<&str> {
    let mut known = BTreeSet::new();
    for file in files {
        known.insert(file.path.as_str());
        for (at, _) in file.path.match_indices('/') {
            known.insert(&file.path[..at]);
        }
    }
    known
}

fn check_names(file: &File, known: &BTreeSet<&str>, problems: &mut Vec<Problem>) {
    let mut fenced = false;
    // Whether a code span of the line before goes on.
    let mut broken_span = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        broken_span &= !line.trim().is_empty();
        for span in whole_spans(line, broken_span) {
            if let Some(missing) = missing_span(span, known) {
                let message = format!("names `{missing}`, which does not exist; correct or remove it");
                problems.push(Problem::new(&file.path, number, message));
            }
        }
        broken_span ^= line.matches('`').count() % 2 == 1;
        for target in link_targets(line) {
            if !known.contains(resolve(&file.path, target).as_str()) {
                let message = format!("links to `{target}`, which does not exist; correct or remove it");
                problems.push(Problem::new(&file.path, number, message));
            }
        }
    }
}

/// The code spans that begin and end on this line.
fn whole_spans(line: &str, broken_span: bool) -> impl Iterator<Item = &str> {
    let ticks = line.matches('`').count();
    let first = if broken_span { 2 } else { 1 };
    line.split('`')
        .enumerate()
        .filter(move |(at, _)| *at >= first && *at < ticks && (*at - first) % 2 == 0)
        .map(|(_, span)| span)
}

fn missing_span<'a>(span: &'a str, known: &BTreeSet<&str>) -> Option<&'a str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if !span.chars().all(plain) {
        return None;
    }
    let is_path = OWN_DIRECTORIES.iter().any(|directory| span.starts_with(directory));
    let is_crate = span.starts_with("pepay-") && !span.contains(['/', '.']);
    let exists = if is_path {
        known.contains(span.trim_end_matches('/'))
    } else {
        !is_crate || known.contains(format!("crates/{span}").as_str())
    };
    (!exists).then_some(span)
}

/// Targets of `[text](target)` inside this repository, without their fragment.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter_map(|target| {
        let path = target.split('#').next().unwrap_or_default();
        // What begins with a slash is served by the program.
        let elsewhere = path.starts_with('/') || path.contains([':', '<']);
        (!path.is_empty() && !elsewhere).then_some(path)
    })
}

/// `target` as seen from the document at `from`, relative to the root.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Decisions are `NNNN-title.md` and numbered without a gap, so that "decision 7" stays one page.
fn check_decisions(files: &[File], problems: &mut Vec<Problem>) {
    for (expected, file) in files.iter().filter(|file| file.path.starts_with(DECISIONS)).enumerate() {
        let number = file.name().split_once('-').map(|(number, _)| number).unwrap_or_default();
        if number != format!("{expected:04}") || file.extension() != "md" {
            let message = format!("decisions are numbered without a gap; this one must be {expected:04}-<title>.md");
            problems.push(Problem::new(&file.path, 1, message));
        }
        let heading = format!("# {expected}. ");
        if !file.text.starts_with(&heading) {
            problems.push(Problem::new(&file.path, 1, format!("begin with the heading `{heading}<Title>`")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Vec<File> {
        files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
    }

    fn names(text: &str) -> Vec<String> {
        let files = tree(&[("docs/a.md", text), ("crates/pepay-core/src/lib.rs", ""), ("scripts/test", "")]);
        let mut problems = Vec::new();
        check_names(&files[0], &known_paths(&files), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_exists_may_be_named() {
        let text = "`scripts/test`, `crates/pepay-core/`, `pepay-core`, [a](a.md#x), [t](../scripts/test), [w](https://x.example)";
        assert!(names(text).is_empty(), "{:?}", names(text));
    }

    #[test]
    fn what_is_gone_is_reported_once_with_its_line() {
        let found = names("\n`scripts/gone`, `pepay-gone`, [gone](gone.md)\n");
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|problem| problem.starts_with("docs/a.md:2: ")), "{found:?}");
    }

    #[test]
    fn a_span_broken_over_two_lines_claims_nothing_and_confuses_nothing() {
        assert!(names("`&impl\nscripts/gone`, and `scripts/test`\n").is_empty());
        assert_eq!(names("`&impl\nX` and `scripts/gone` too\n").len(), 1);
        assert_eq!(names("a ` alone\n\n`scripts/gone`\n").len(), 1);
    }

    #[test]
    fn placeholders_and_code_blocks_claim_nothing() {
        assert!(names("`crates/<crate>/src`\n```\n`scripts/gone`\n```\n").is_empty());
    }

    #[test]
    fn decisions_count_up_from_zero() {
        let mut problems = Vec::new();
        check_decisions(
            &tree(&[("docs/adr/0000-a.md", "# 0. A\n"), ("docs/adr/0001-b.md", "# 1. B\n")]),
            &mut problems,
        );
        assert!(problems.is_empty());
        check_decisions(
            &tree(&[("docs/adr/0000-a.md", "# 0. A\n"), ("docs/adr/0002-b.md", "# 2. B\n")]),
            &mut problems,
        );
        assert_eq!(problems.len(), 2);
    }
}
