//! The files of the dashboard's pages.

use std::sync::LazyLock;

use crate::bundle::{Bundle, CSS, File, JS, SVG, file};

static FILES: &[File] = &[file!("dashboard.css", CSS), file!("dashboard.js", JS), file!("mark.svg", SVG)];

pub(super) static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| Bundle::new("/dashboard/assets", FILES));

#[cfg(test)]
mod tests {
    use super::*;

    /// What a first visit may cost besides the page.
    const BUDGET_BYTES: usize = 40_000;

    #[test]
    fn files_are_small_and_fetch_nothing_from_elsewhere() {
        let total: usize = FILES.iter().map(|file| file.body.len()).sum();
        assert!(total <= BUDGET_BYTES, "{total} bytes");
        for file in FILES.iter().filter(|file| file.kind != SVG) {
            assert!(!file.body.contains("://"), "{}", file.name);
            assert!(!file.body.contains("innerHTML") && !file.body.contains("eval("), "{}", file.name);
        }
    }
}
