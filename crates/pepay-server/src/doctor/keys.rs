//! Who could read the secrets: the server key is there and no example, and files that hold secrets are private.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::Finding;
use crate::config::Config;
use crate::config::secrets::parse_key;

const CHECK: &str = "keys";
/// Permissions of group and others.
const OTHERS: u32 = 0o077;
/// Fewer different bytes in 32 are no accident: it happens to one random key in more than 10^20.
const MIN_DIFFERENT_BYTES: usize = 16;

pub(super) fn examine(config: &Config, file: Option<&Path>) -> Vec<Finding> {
    let mut findings = vec![server_key(config)];
    let files = [
        ("the server key", &config.secrets.server_key_file),
        ("the database URL", &config.database.url_file),
        ("the mail password", &config.mail.url_file),
    ];
    for (what, path) in files {
        findings.extend(path.as_ref().and_then(|path| private(what, &path.relative())));
    }
    if let Some((path, what)) = file.zip(in_file(config)) {
        findings.extend(private(what, path));
    }
    findings
}

/// The gravest secret that the configuration file holds itself.
fn in_file(config: &Config) -> Option<&'static str> {
    let unset = |variable: &str| std::env::var_os(variable).is_none();
    let (database, mail) = (&config.database, &config.mail);
    if config.secrets.server_key.is_some() && unset("PEPAY__SECRETS__SERVER_KEY") {
        Some("the server key")
    } else if database.url_file.is_none() && unset("PEPAY__DATABASE__URL") && has_password(database.url.reveal()) {
        Some("the database password")
    } else if mail.url_file.is_none()
        && unset("PEPAY__MAIL__URL")
        && mail.url.as_ref().is_some_and(|url| has_password(url.reveal()))
    {
        Some("the mail password")
    } else {
        None
    }
}

/// Whether there is one before the host.
fn has_password(url: &str) -> bool {
    url.rsplit_once('@').is_some_and(|(user, _)| user.matches(':').count() > 1)
}

fn server_key(config: &Config) -> Finding {
    let make = "make one with `pepay admin secret`, and keep it in PEPAY__SECRETS__SERVER_KEY or in a private file that \
                secrets.server_key_file names";
    let text = match (&config.secrets.server_key_file, &config.secrets.server_key) {
        (Some(path), _) => std::fs::read_to_string(path.relative()).unwrap_or_default(),
        (None, Some(secret)) => secret.reveal().to_owned(),
        (None, None) => String::new(),
    };
    match (config.secrets.server_key(), parse_key(text.trim())) {
        (Err(error), _) => Finding::fail(CHECK, super::report_error(error), make),
        (Ok(_), Some(key)) if is_made_up(&key) => {
            Finding::fail(CHECK, "the server key was made up, and can be guessed", make)
        }
        (Ok(_), _) => Finding::ok(CHECK, "the server key is there"),
    }
}

fn is_made_up(key: &[u8; 32]) -> bool {
    let different: HashSet<u8> = key.iter().copied().collect();
    let counts_up = key.windows(2).all(|pair| matches!(pair, [a, b] if a.wrapping_add(1) == *b));
    different.len() < MIN_DIFFERENT_BYTES || counts_up
}

/// Whether only its owner can read `path`; nothing when it can not be looked at, which others tell.
fn private(what: &str, path: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    let path = path.display();
    Some(if mode & OTHERS == 0 {
        Finding::ok(CHECK, format!("{path} holds {what} and is private"))
    } else {
        let message = format!("{path} holds {what}, and others of this machine may open it (mode {:o})", mode & 0o777);
        Finding::fail(CHECK, message, format!("chmod 600 {path}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_in_urls() {
        for (url, has) in [
            ("postgres://pepay:hidden@localhost/pepay", true),
            ("smtps://user:hid@den@mail.example", true),
            ("smtps://user@mail.example", false),
            ("smtp://mail.example:587", false),
            ("sqlite://pepay.db?mode=rwc", false),
        ] {
            assert_eq!(has_password(url), has, "{url}");
        }
    }

    #[test]
    fn keys_that_nobody_drew_are_told() {
        let counting: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        assert!(is_made_up(&[0x5e; 32]) && is_made_up(&counting));
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        for _ in 0..1_000 {
            let drawn = parse_key(&crate::node::new_server_key(&mut rng)).unwrap();
            assert!(!is_made_up(&drawn));
        }
    }
}
