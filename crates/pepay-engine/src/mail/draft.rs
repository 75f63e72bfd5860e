//! A letter in parts, and its two renderings. The only place that writes a letter's markup; all text is escaped here.

use std::fmt::Write as _;

use super::Message;

/// One part of a letter.
pub(super) enum Part {
    Text(String),
    /// A button.
    Action {
        label: &'static str,
        url: String,
    },
    /// Something to be copied.
    Code(String),
    /// Names and values.
    Facts(Vec<(&'static str, String)>),
    /// In small print.
    Note(String),
}

/// A letter in parts.
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) parts: Vec<Part>,
}

const BODY: &str = "margin:0;padding:32px 16px;background:#f6f7f9;color:#1a1f36;\
                    font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif";
const CARD: &str = "max-width:520px;margin:0 auto;padding:32px;background:#fff;border-radius:12px";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:8px;background:#4f46e5;color:#fff;\
                      font-weight:600;text-decoration:none";
const CODE: &str = "padding:12px 16px;border-radius:8px;background:#f0f1f5;word-break:break-all;\
                    font:14px/1.5 ui-monospace,Menlo,monospace";

impl Draft {
    pub(super) fn message(&self, to: &str) -> Message {
        // A line break in a subject would begin another header.
        let subject: String = self.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Message { to: to.to_owned(), text: self.text(), html: self.html(&subject), subject }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            // Writing to a string can not fail.
            let _written = match part {
                Part::Text(words) | Part::Note(words) | Part::Code(words) => writeln!(text, "{words}\n"),
                Part::Action { label, url } => writeln!(text, "{label}:\n{url}\n"),
                Part::Facts(facts) => {
                    for (name, value) in facts {
                        let _written = writeln!(text, "{name}: {value}");
                    }
                    writeln!(text)
                }
            };
        }
        text
    }

    fn html(&self, subject: &str) -> String {
        let mut html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{subject}</title></head>\
             <body style=\"{BODY}\"><div style=\"{CARD}\"><h1 style=\"margin:0 0 16px;font-size:20px\">{subject}</h1>",
            subject = escaped(subject),
        );
        for part in &self.parts {
            let _written = match part {
                Part::Text(words) => write!(html, "<p>{}</p>", escaped(words)),
                Part::Code(words) => write!(html, "<p style=\"{CODE}\">{}</p>", escaped(words)),
                Part::Note(words) => write!(html, "<p style=\"color:#5e6478;font-size:14px\">{}</p>", escaped(words)),
                Part::Action { label, url } => {
                    write!(html, "<p><a style=\"{BUTTON}\" href=\"{}\">{label}</a></p>", escaped(url))
                }
                Part::Facts(facts) => {
                    html.push_str("<table style=\"width:100%;border-spacing:0\">");
                    for (name, value) in facts {
                        let _written = write!(
                            html,
                            "<tr><td style=\"padding:4px 12px 4px 0;color:#5e6478;vertical-align:top\">{name}</td>\
                             <td style=\"padding:4px 0;word-break:break-word\">{}</td></tr>",
                            escaped(value)
                        );
                    }
                    write!(html, "</table>")
                }
            };
        }
        html.push_str("</div></body></html>");
        html
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_wrote_is_only_text() {
        let hostile = "<script>alert(\"1\")</script>";
        let draft = Draft {
            subject: format!("{hostile}\r\nBcc: x@y.z"),
            parts: vec![
                Part::Text(hostile.to_owned()),
                Part::Facts(vec![("Name", hostile.to_owned())]),
                Part::Action { label: "Open", url: "https://a.b/\" onclick=\"x".to_owned() },
            ],
        };
        let message = draft.message("a@b.c");
        assert!(!message.subject.contains(['\r', '\n']));
        assert!(!message.html.contains("<script") && !message.html.contains("\" onclick"), "{}", message.html);
        assert!(message.text.contains(hostile));
    }
}
