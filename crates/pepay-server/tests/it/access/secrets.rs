//! What must never be seen again: every secret of a test, searched for in answers, logs and files.

use std::path::Path;

use crate::input::{Reply, Request};
use crate::world::{Invoice, World};

/// The server's own key, as it stands in the configuration of tests.
pub(super) const SERVER_KEY: [u8; 32] = [0x5e; 32];
/// What secrets begin with: none may show up, known to the test or not.
const MARKS: [&str; 6] = ["sk_test_", "sk_live_", "pst_", "mak_", "eyJ", "whsec_"];

/// Whether `mark` is there with a secret behind it, and not merely named.
fn has_marked(text: &str, mark: &str) -> bool {
    let behind = |rest: &str| rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    text.split(mark).skip(1).any(|rest| behind(rest) >= 12)
}

/// Secrets by what they open.
pub(super) struct Secrets {
    merchants: Vec<String>,
    sessions: Vec<String>,
}

impl Secrets {
    pub(super) fn new() -> Self {
        Self { merchants: vec!["5e".repeat(32)], sessions: Vec::new() }
    }

    /// Remembers a merchant's or the operator's secret.
    pub(super) fn keep(&mut self, secret: String) -> String {
        self.merchants.push(secret.clone());
        secret
    }

    /// Remembers what opens an invoice.
    pub(super) fn keep_session(&mut self, invoice: &Invoice) {
        self.sessions.extend([invoice.session_token.clone(), invoice.signature.clone()]);
    }

    /// Fails if `reply` gives away what it was not asked for.
    pub(super) fn not_told(&mut self, request: &Request, reply: &Reply) {
        let text = reply.text();
        let body = reply.json();
        assert!(!self.merchants.iter().any(|secret| text.contains(secret)), "a secret in {request:?}: {text}");
        // Creating gives the session, choosing a token gives the payor's stream, and a merchant may ask for its own: once,
        // to whom it belongs.
        let session = [&body["session_token"], &body["signature"]];
        let given =
            session.into_iter().chain([&body["ws_connection"]["token"], &body["data"]["token"], &body["secret"]]);
        let given: Vec<String> = given.filter_map(|secret| secret.as_str().map(str::to_owned)).collect();
        if given.is_empty() && request.path != "/openapi.json" {
            assert!(!self.sessions.iter().any(|secret| text.contains(secret)), "a session in {request:?}: {text}");
            assert!(!MARKS.iter().any(|mark| has_marked(&text, mark)), "a secret in {request:?}: {text}");
        }
        self.sessions.extend(given);
    }

    /// Fails if any log below `directory` has a secret.
    pub(super) fn not_logged(&self, directory: &Path) {
        let mut read = 0;
        for entry in std::fs::read_dir(directory).expect("the directory can be read") {
            let path = entry.expect("its entries too").path();
            if path.extension().is_some_and(|kind| kind == "log") {
                self.not_in(&std::fs::read(&path).expect("a log can be read"), &path.display().to_string());
                read += 1;
            }
        }
        assert!(read > 0, "there is a log");
    }

    /// Fails if the database holds a secret in the clear. Asked of SQLite, whose files can be searched whole.
    pub(super) async fn not_stored(&self, world: &World) {
        if !world.books.url.starts_with("sqlite:") {
            return;
        }
        for name in ["pepay.db", "pepay.db-wal"] {
            let path = world.files.directory.join(name);
            self.not_in(&tokio::fs::read(&path).await.unwrap_or_default(), name);
        }
    }

    fn not_in(&self, bytes: &[u8], what: &str) {
        let text = String::from_utf8_lossy(bytes);
        for secret in self.merchants.iter().chain(&self.sessions) {
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "a secret in {what}: {}", line.unwrap_or_default());
        }
        for mark in MARKS {
            let line = text.lines().find(|line| has_marked(line, mark));
            assert!(line.is_none(), "a secret in {what}: {}", line.unwrap_or_default());
        }
    }
}
