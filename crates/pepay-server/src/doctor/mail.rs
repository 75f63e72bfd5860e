//! Whether letters would go out: the mail server is there and takes our password. None is sent.

use std::time::Duration;

use super::Finding;
use crate::config::Config;
use crate::config::mail::Transport;
use crate::post::Mailman;

const CHECK: &str = "mail";
/// How long the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(8);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let wrong = |why: String| vec![Finding::fail(CHECK, why, "correct mail.url, or the file that mail.url_file names")];
    match config.mail.transport() {
        Err(error) => return wrong(super::report_error(error)),
        Ok(None) => {
            let advice = "set mail.url: nobody can confirm an address or choose a new password until then";
            return vec![Finding::warn(CHECK, "no letters are sent", advice)];
        }
        // Looking must not make it.
        Ok(Some(Transport::Directory(path))) => {
            return vec![Finding::ok(CHECK, format!("letters are written into {}", path.display()))];
        }
        Ok(Some(Transport::Smtp(_))) => {}
    }
    let mailman = match Mailman::new(&config.mail) {
        Ok(Some(mailman)) => mailman,
        Ok(None) => return Vec::new(),
        Err(error) => return wrong(crate::cmd::one_line(&error)),
    };
    let tested = tokio::time::timeout(TIMEOUT, mailman.test()).await;
    vec![match tested.unwrap_or_else(|_| Err("no answer".to_owned())) {
        Ok(()) => Finding::ok(CHECK, "the mail server takes letters"),
        Err(why) => {
            let advice = "check host, port, user and password in mail.url, and that this machine may connect to it";
            Finding::fail(CHECK, format!("the mail server takes no letters: {why}"), advice)
        }
    }]
}
