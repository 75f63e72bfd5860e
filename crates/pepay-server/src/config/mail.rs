//! `[mail]`: how letters reach people.

use figment::value::magic::RelativePathBuf;
use lettre::message::Mailbox;
use serde::Deserialize;

use super::Error;
use super::secret::SecretUrl;
use super::secrets::read_file;

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `PEPAY__MAIL__URL`: the mail server, as `smtps://user:password@host` (TLS from the start) or
    /// `smtp://user:password@host:587?tls=required` (STARTTLS). No default: no letters are sent.
    pub url: Option<SecretUrl>,
    /// `PEPAY__MAIL__URL_FILE`: a file that holds it, instead of `url`. No default.
    pub url_file: Option<RelativePathBuf>,
    /// `PEPAY__MAIL__DIRECTORY`: a directory to write letters into instead of sending them, for development. No
    /// default.
    pub directory: Option<RelativePathBuf>,
    /// `PEPAY__MAIL__FROM`: the sender. Default `Pepay <no-reply@localhost>`.
    pub from: String,
}

impl Default for Mail {
    fn default() -> Self {
        Self { url: None, url_file: None, directory: None, from: "Pepay <no-reply@localhost>".to_owned() }
    }
}

/// How letters go out.
pub enum Transport {
    /// By SMTP.
    Smtp(SecretUrl),
    /// Into a directory.
    Directory(std::path::PathBuf),
}

impl Mail {
    pub(super) fn check(&self) -> Result<(), Error> {
        self.sender().map(|_| ())?;
        if let Some(url) = &self.url
            && !url.has_scheme(&["smtp", "smtps"])
        {
            return Err(Error::value("mail.url", "must be smtps://user:password@host, or smtp://…?tls=required"));
        }
        if self.directory.is_some() && (self.url.is_some() || self.url_file.is_some()) {
            return Err(Error::value("mail.directory", "excludes mail.url"));
        }
        Ok(())
    }

    /// The sender.
    pub fn sender(&self) -> Result<Mailbox, Error> {
        self.from.parse().map_err(|_| Error::value("mail.from", "must be an address, such as Pepay <pay@example.com>"))
    }

    /// How letters go out; `None` when nothing is configured.
    pub fn transport(&self) -> Result<Option<Transport>, Error> {
        if let Some(directory) = &self.directory {
            return Ok(Some(Transport::Directory(directory.relative())));
        }
        let url = match (&self.url_file, &self.url) {
            (Some(path), _) => Some(SecretUrl::new(read_file("mail.url_file", path)?)),
            (None, url) => url.clone(),
        };
        Ok(url.map(Transport::Smtp))
    }
}
