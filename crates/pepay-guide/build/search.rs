//! The list the search box looks through: every section of every page as text.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::pack::{extension, listed};

/// What a section adds to the list at most, in bytes; long tables would outweigh the prose.
const SECTION_BYTES: usize = 4_000;

/// A JSON list of `{page, title, url, text}`.
pub(crate) fn index(book: &Path) -> anyhow::Result<String> {
    let mut sections = Vec::new();
    for path in listed(book)?.into_iter().filter(|path| extension(path) == "html" && path != "index.html") {
        let page = fs::read_to_string(book.join(&path))?;
        let Some(main) = page.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")) else { continue };
        sections.extend(of_page(&path, main.0));
    }
    Ok(serde_json::to_string(&sections)?)
}

fn of_page(path: &str, main: &str) -> Vec<serde_json::Value> {
    let mut page = String::new();
    let mut sections = Vec::new();
    // mdBook writes headings as `<h2 id="x"><a class="header" href="#x">X</a></h2>`.
    for part in main.split("<h").skip(1).filter(|part| part.starts_with(['1', '2', '3'])) {
        let id = part.split_once("id=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id);
        let (heading, body) = part.split_once("</h").unwrap_or((part, ""));
        let title = text(&format!("<h{heading}"));
        if page.is_empty() {
            page.clone_from(&title);
        }
        let body = body.split_once('>').map_or("", |(_, body)| body);
        let url = if part.starts_with('1') { path.to_owned() } else { format!("{path}#{id}") };
        let end = body.floor_char_boundary(SECTION_BYTES * 2);
        sections.push(json!({ "page": page, "title": title, "url": url, "text": text(&body[..end]) }));
    }
    sections
}

/// Markup without its tags, its white space made single.
fn text(markup: &str) -> String {
    let mut out = String::new();
    for (at, part) in markup.split('<').enumerate() {
        out.push_str(if at == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) });
        out.push(' ');
    }
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let out = plain.iter().fold(out, |out, (entity, plain)| out.replace(entity, plain));
    let mut words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    words.truncate(words.floor_char_boundary(SECTION_BYTES));
    words
}
