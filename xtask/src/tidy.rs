//! Style that a machine can judge, judged here, so that no review has to.
//!
//! A rule is a function from the tree to problems; a problem names file, line and the way to fix it. There are no
//! per-file exceptions: a rule that needs one is wrong and is changed here. Lints that clippy has are left to clippy.

mod budget;
mod conformance;
mod docs;
mod layers;
mod text;

use std::fmt;
use std::path::Path;

use crate::tree::{self, File};

/// One finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    path: String,
    /// Counted from 1.
    line: usize,
    /// What is wrong and what to do, as one sentence.
    message: String,
}

impl Problem {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// All problems of the tree below `root`, in the order of a listing.
pub(crate) fn problems(root: &Path) -> anyhow::Result<Vec<Problem>> {
    let files = tree::files(root)?;
    let mut problems = Vec::new();
    for file in &files {
        budget::check(file, &mut problems);
        text::check(file, &mut problems);
    }
    conformance::check(&files, &mut problems);
    docs::check(&files, &mut problems);
    layers::check(root, &files, &mut problems)?;
    problems.sort();
    Ok(problems)
}

/// Written by a program, so its shape is that program's affair.
fn generated(file: &File) -> bool {
    let path = file.path.as_str();
    path.contains("/artifacts/")
        || path.contains("/tests/data/")
        || path.contains("/generated/")
        || path.starts_with("openapi/")
        || file.extension() == "lock"
        || file.extension() == "snap"
        || file.name() == "package-lock.json"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let problems = problems(&tree::root()).unwrap();
        let report: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(report.is_empty(), "\n{}\n", report.join("\n"));
    }

    /// Runs a rule over one invented file.
    pub(crate) fn of(path: &str, text: &str, rule: impl Fn(&File, &mut Vec<Problem>)) -> Vec<String> {
        let mut problems = Vec::new();
        rule(&File { path: path.to_owned(), text: text.to_owned() }, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }
}
