use std::collections::BTreeSet;

use super::*;

fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = files().iter().filter(|file| file.kind.starts_with("text/html"));
    pages.map(|file| (file.path, str::from_utf8(file.plain).unwrap()))
}

/// The values of an attribute.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn files_are_found_by_path_and_pages_by_their_root() {
    assert!(files().windows(2).all(|pair| pair[0].path < pair[1].path));
    assert_eq!(file("").unwrap().path, "index.html");
    for one in files() {
        assert_eq!(file(one.path).unwrap().etag, one.etag);
    }
    assert!(file("toc.html").is_none() && file("../index.html").is_none());
}

#[test]
fn scripts_and_styles_are_files_of_ours() {
    for (path, page) in pages() {
        assert!(!page.contains(" style=") && !page.contains("<style"), "{path}: an inline style");
        assert!(!page.contains(" onclick=") && !page.contains("javascript:"), "{path}: an inline script");
        for script in page.split("<script").skip(1) {
            let source = values(script, "src")[0];
            assert!(file(source).is_some_and(|file| file.hashed), "{path}: {source} is not carried");
            assert!(script.starts_with(" type=\"module\" src=\"theme/"), "{path}: {}", &script[..script.len().min(60)]);
        }
        for image in page.split("<img").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let source = values(image, "src")[0];
            assert!(file(source).is_some(), "{path}: {source} is not carried");
        }
    }
    let hashed: Vec<_> = files().iter().filter(|file| file.hashed).map(|file| file.path).collect();
    assert_eq!(hashed.len(), 3, "{hashed:?}");
}

#[test]
fn every_link_within_the_guide_arrives() {
    for (path, page) in pages() {
        for link in values(page, "href").into_iter().filter(|link| !link.contains(':') && !link.starts_with('/')) {
            let (target, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = file(if target.is_empty() { path } else { target });
            let target = target.unwrap_or_else(|| panic!("{path}: {link} leads nowhere"));
            let ids: BTreeSet<_> = values(str::from_utf8(target.plain).unwrap(), "id").into_iter().collect();
            assert!(fragment.is_empty() || ids.contains(fragment), "{path}: {link} has no such heading");
        }
    }
}

#[test]
fn no_include_was_left_out() {
    for (path, page) in pages() {
        assert!(!page.contains("{{#"), "{path}: an include that was not understood");
    }
    let errors = str::from_utf8(file("errors.html").unwrap().plain).unwrap();
    assert!(errors.contains("IDEMPOTENCY_KEY_REUSED"), "the table of codes is missing");
}

#[test]
fn the_search_list_leads_to_sections() {
    let list = str::from_utf8(file("search.json").unwrap().plain).unwrap();
    for part in list.split("\"url\":\"").skip(1) {
        let url = part.split('"').next().unwrap();
        let (page, fragment) = url.split_once('#').unwrap_or((url, ""));
        let page = str::from_utf8(file(page).unwrap().plain).unwrap();
        assert!(fragment.is_empty() || values(page, "id").contains(&fragment), "{url}");
    }
    assert!(list.contains("whsec_"), "text of the pages is in it");
}

#[test]
fn what_a_reader_loads_stays_small() {
    let of = |hashed: bool| files().iter().filter(move |file| file.hashed == hashed);
    let frame: usize = of(true).map(|file| file.packed.len()).sum();
    assert!(frame <= 10_000, "{frame} bytes of script and style");
    let list = file("search.json").unwrap().packed.len();
    assert!(list <= 80_000, "{list} bytes of search list");
}
