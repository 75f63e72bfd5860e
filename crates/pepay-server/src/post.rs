//! The mailman: letters by SMTP, or into a directory during development.
//!
//! What a mail server says is kept without addresses or credentials, for the log and the operator's console.

use std::time::Duration;

use anyhow::Context as _;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use pepay_engine::mail::{Message, Post, Refused, Sending};

use crate::config::mail::{Mail, Transport};

/// How long a mail server may take for one letter. Its library bounds no more than the connecting.
const PATIENCE: Duration = Duration::from_mins(1);

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Directory(AsyncFileTransport<Tokio1Executor>),
}

/// Takes letters where the configuration says.
pub(crate) struct Mailman {
    from: Mailbox,
    way: Way,
    patience: Duration,
}

impl Mailman {
    /// The mailman of this configuration; `None` when it has none.
    pub(crate) fn new(config: &Mail) -> anyhow::Result<Option<Self>> {
        let from = config.sender()?;
        let way = match config.transport()? {
            None => return Ok(None),
            Some(Transport::Directory(path)) => {
                std::fs::create_dir_all(&path).context("could not make the directory of mail.directory")?;
                Way::Directory(AsyncFileTransport::new(path))
            }
            Some(Transport::Smtp(url)) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal());
                // The cause might repeat the URL, which holds the password.
                let builder = builder.map_err(|_| anyhow::anyhow!("mail.url is not understood"))?;
                Way::Smtp(builder.timeout(Some(Duration::from_secs(30))).build())
            }
        };
        Ok(Some(Self { from, way, patience: PATIENCE }))
    }

    /// Whether letters would be taken: the mail server is reached and signed in to, and given none.
    pub(crate) async fn test(&self) -> Result<(), String> {
        match &self.way {
            Way::Smtp(smtp) => match smtp.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("it ended the connection".to_owned()),
                Err(error) => Err(reason(&error)),
            },
            // Made when this was.
            Way::Directory(_) => Ok(()),
        }
    }

    async fn hand_over(&self, message: Message) -> Result<(), Refused> {
        let permanent = |reason: String| Refused { reason, permanent: true };
        let to: Mailbox = message.to.parse().map_err(|_| permanent("the address can not be written to".to_owned()))?;
        let letter = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject)
            .multipart(MultiPart::alternative_plain_html(message.text, message.html))
            .map_err(|error| permanent(error.to_string()))?;
        match &self.way {
            Way::Smtp(smtp) => match tokio::time::timeout(self.patience, smtp.send(letter)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(Refused { permanent: error.is_permanent(), reason: reason(&error) }),
                Err(_) => Err(Refused { permanent: false, reason: "no answer".to_owned() }),
            },
            Way::Directory(files) => files
                .send(letter)
                .await
                .map(|_| ())
                .map_err(|error| Refused { reason: error.to_string(), permanent: false }),
        }
    }
}

/// In words without addresses or credentials.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| "no answer".to_owned(), |code| format!("answered {code}"))
}

impl Post for Mailman {
    fn send(&self, message: Message) -> Sending<'_> {
        Box::pin(self.hand_over(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_mail_server_that_says_nothing_holds_nobody_up() {
        // Connections are made, and nobody ever reads or writes.
        let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1");
        let smtp = smtp.port(silent.local_addr().unwrap().port()).build();
        let from = "pepay@shop.example".parse().unwrap();
        let mailman = Mailman { from, way: Way::Smtp(smtp), patience: Duration::from_millis(100) };
        let [to, subject, text, html] = ["ada@shop.example", "a", "b", "c"].map(str::to_owned);
        let refused = mailman.send(Message { to, subject, text, html }).await;
        assert_eq!(refused, Err(Refused { reason: "no answer".to_owned(), permanent: false }));
    }
}
