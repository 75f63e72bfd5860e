//! `docs/errors.md` carries the table of the code: run with `UPDATE_EXPECT=1` to write it.

use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- codes: begin -->\n";
const END: &str = "<!-- codes: end -->";

#[test]
fn the_error_reference_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = fs::read_to_string(&path).expect("docs/errors.md exists");
    let (head, rest) = page.split_once(BEGIN).expect("the page marks where the table begins");
    let (_, tail) = rest.split_once(END).expect("the page marks where the table ends");
    let wanted = format!("{head}{BEGIN}{}{END}{tail}", pepay_wire::error_reference());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, wanted).expect("docs/errors.md is writable");
    } else {
        assert!(page == wanted, "docs/errors.md is out of date; run this test with UPDATE_EXPECT=1");
    }
}
