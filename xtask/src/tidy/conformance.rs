//! The conformance table names tests that exist: a promise nobody proves must say so.
//!
//! A row's last cell holds code spans `file › test`, the file as the end of a path, the test as a function of Rust or
//! the title of a JavaScript test; or it says `no test yet`.

use super::Problem;
use crate::tree::File;

const PAGE: &str = "docs/conformance.md";
const UNPROVEN: &str = "no test yet";
const BETWEEN: &str = " › ";

pub(super) fn check(files: &[File], problems: &mut Vec<Problem>) {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else { return };
    let mut header = true;
    for (number, line) in page.lines() {
        let Some(row) = line.strip_prefix('|') else {
            header = true;
            continue;
        };
        // The first two lines of a table are its head.
        if header || row.starts_with("---") {
            header = false;
            continue;
        }
        let proof = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        for message in faults(proof, files) {
            problems.push(Problem::new(PAGE, number, message));
        }
    }
}

fn faults(proof: &str, files: &[File]) -> Vec<String> {
    let named: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
    if named.is_empty() && !proof.contains(UNPROVEN) {
        return vec![format!("names no test; name one as `file{BETWEEN}test`, or say `{UNPROVEN}`")];
    }
    named.into_iter().filter_map(|name| fault(name, files)).collect()
}

fn fault(name: &str, files: &[File]) -> Option<String> {
    let Some((file, test)) = name.split_once(BETWEEN) else {
        return Some(format!("`{name}` is not of the form `file{BETWEEN}test`"));
    };
    let mut candidates = files.iter().filter(|it| it.path == file || it.path.ends_with(&format!("/{file}"))).peekable();
    if candidates.peek().is_none() {
        return Some(format!("there is no file {file}; correct the row"));
    }
    let exists = candidates.any(|it| holds(it, test));
    (!exists).then(|| format!("{file} has no test {test}; correct the row"))
}

fn holds(file: &File, test: &str) -> bool {
    if file.extension() == "rs" {
        // A function, or one of another file that the macro for both databases lists.
        return file.text.contains(&format!("fn {test}("))
            || file.lines().any(|(_, line)| line == format!("    {test},"));
    }
    ['\'', '"', '`'].iter().any(|quote| file.text.contains(&format!("{quote}{test}{quote}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(proof: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let page = format!("| What | Proof |\n|---|---|\n| `GET /x` | {proof} |\n");
        let files = [
            file(PAGE, &page),
            file(
                "crates/a/tests/it/pay.rs",
                "on_both_databases! {\n    it_pays_too,\n}\nasync fn it_pays(database: Database) {}",
            ),
            file("e2e/test/checkout.test.mjs", "test('it is paid', async () => {});"),
        ];
        let mut problems = Vec::new();
        check(&files, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tests_that_exist_prove() {
        assert_eq!(
            found("`it/pay.rs › it_pays`, `it/pay.rs › it_pays_too`, `checkout.test.mjs › it is paid`"),
            [""; 0]
        );
        assert_eq!(found("no test yet"), [""; 0]);
    }

    #[test]
    fn what_is_gone_or_empty_is_reported_with_its_line() {
        for proof in ["`it/pay.rs › gone`", "`gone.rs › it_pays`", "`pay.rs › it_`", "`it_pays`", "", "tested"] {
            let found = found(proof);
            assert_eq!(found.len(), 1, "{proof}: {found:?}");
            assert!(found[0].starts_with("docs/conformance.md:3: "), "{found:?}");
        }
    }
}
