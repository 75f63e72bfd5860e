//! Letters: written into the outbox with the change they tell of, sent by a worker afterwards.
//!
//! What a letter says may open something, so it is sealed at rest and erased once it is gone. Sending is leased and
//! retried; a letter may arrive twice after a crash, and never not at all while the mail server takes it within a
//! day. Without a transport letters are given up at once and that is logged.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use pepay_core::account::Email;
use pepay_core::id::{InvoiceId, LetterId};
use pepay_core::network::Environment;
use pepay_core::seal;
use pepay_core::time::Millis;
use pepay_store::db::Tx;
use pepay_store::letter::{Content, Letter, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{Engine, Error};

mod draft;
pub mod letters;

/// How often to look for letters.
const EVERY: Duration = Duration::from_secs(1);
/// Letters taken up in one pass.
const BATCH: u64 = 20;
/// Nobody else tries a letter that is being sent for this long; longer than any transport takes.
const LEASE_MS: i64 = 120_000;
/// The first wait after a failure, doubled each time.
const RETRY_MS: i64 = 30_000;
/// The longest wait between attempts.
const LONGEST_RETRY_MS: i64 = 2 * 3_600_000;
/// Attempts before a letter is given up: more than a day of them.
const MAX_ATTEMPTS: u32 = 21;
/// Letters of one kind to one address that strangers may have sent in [`ASKED_MS`]: enough for who lost one.
const MOST_ASKED: u32 = 5;
/// How long those are counted.
const ASKED_MS: i64 = 3_600_000;

/// Payments named in a receipt: however many a stranger makes, it stays a letter.
const MOST_LINES: usize = 50;

/// A letter ready to be sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a letter was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// What the mail server said; without secrets.
    pub reason: String,
    /// Whether trying again is pointless.
    pub permanent: bool,
}

/// Sending, as it happens.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Refused>> + Send + 'a>>;

/// Takes letters to their readers.
pub trait Post: Send + Sync {
    /// Hands one letter over.
    fn send(&self, message: Message) -> Sending<'_>;
}

impl Engine {
    /// Writes a letter into the outbox; it is sent after the commit.
    pub(crate) async fn write_letter(&self, tx: &Tx, to: &Email, letter: &letters::Letter<'_>) -> Result<(), Error> {
        let now = self.now();
        let id = self.random(|rng| LetterId::generate(now, rng));
        let message = letter.draft(&self.0.settings.base_url).message(to.as_str());
        let plain = serde_json::to_vec(&message).expect("text always serialises");
        let sealed = self.random(|rng| seal::seal(&self.0.server_key, &about(id), &plain, rng));
        let (recipient, kind) = (to.as_str().to_owned(), letter.kind().to_owned());
        let content = Content::Sealed(sealed);
        let row = Letter { id, recipient, kind, content, created_at: now, attempts: 0 };
        Ok(pepay_store::letter::insert(tx, &row).await?)
    }

    /// Counts a letter that anybody may have sent to an address; `false` when there were enough, and it is not to be
    /// written.
    pub(crate) async fn may_ask(&self, tx: &Tx, to: &Email, kind: &str) -> Result<bool, Error> {
        let subject = Sha256::digest(format!("letter\n{kind}\n{to}").as_bytes()).into();
        Ok(pepay_store::account::lockout::spend(tx, &subject, MOST_ASKED, ASKED_MS, self.now()).await?)
    }

    /// Has a link to choose a new password sent to an address. Who has it is looked up by the worker, so that asking
    /// takes the same time for everybody.
    pub(crate) async fn write_reset(&self, tx: &Tx, to: &Email) -> Result<(), Error> {
        let now = self.now();
        let id = self.random(|rng| LetterId::generate(now, rng));
        let (recipient, kind) = (to.as_str().to_owned(), pepay_store::letter::RESET.to_owned());
        let row = Letter { id, recipient, kind, content: Content::Reset, created_at: now, attempts: 0 };
        Ok(pepay_store::letter::insert(tx, &row).await?)
    }

    /// Whether letters reach anybody.
    pub fn sends_mail(&self) -> bool {
        self.0.post.is_some()
    }

    pub(crate) async fn run_mail(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.send_due().await {
                tracing::warn!(%error, "Could not work on letters");
            }
        }
    }

    /// Makes one attempt at every letter that is due.
    pub async fn send_due(&self) -> Result<(), Error> {
        for letter in pepay_store::letter::due(self.db().read(), self.now(), BATCH).await? {
            let tx = self.db().begin("mail.lease").await?;
            if !pepay_store::letter::lease(&tx, &letter, self.now().plus_ms(LEASE_MS)).await? {
                continue;
            }
            tx.commit().await?;
            let outcome = outcome(&letter, self.send(&letter).await, self.now());
            if let Outcome::Failed { error } = &outcome {
                tracing::warn!(letter.kind, letter.id = %letter.id, error, "Gave up a letter of kind {}", letter.kind);
            }
            let tx = self.db().begin("mail.record").await?;
            if !pepay_store::letter::record(&tx, &letter, &outcome, self.now()).await? {
                tracing::warn!(letter.id = %letter.id, "A letter took longer than its lease; another node has it");
            }
            tx.commit().await?;
        }
        Ok(())
    }

    async fn send(&self, letter: &Letter) -> Result<(), Refused> {
        let gone = |reason: &str| Refused { reason: reason.to_owned(), permanent: true };
        let post = self.0.post.clone().ok_or_else(|| gone("no mail transport is configured"))?;
        let failed = |error: Error| Refused { permanent: !matches!(error, Error::Store(_)), reason: error.to_string() };
        let message = match &letter.content {
            Content::Sealed(sealed) => seal::open(&self.0.server_key, &about(letter.id), sealed)
                .and_then(|plain| serde_json::from_slice(&plain).ok())
                .ok_or_else(|| gone("the server key changed since the letter was written"))?,
            Content::Unknown => {
                let reason = "it was written by a newer version".to_owned();
                return Err(Refused { reason, permanent: false });
            }
            Content::Receipt(invoice) => self.receipt(*invoice, &letter.recipient).await.map_err(failed)?,
            Content::Reset => match self.reset(&letter.recipient).await.map_err(failed)? {
                Some(message) => message,
                None => return Ok(()),
            },
        };
        post.send(message).await
    }

    // Each attempt makes a link of its own: what was sent of the last one is not known.
    async fn reset(&self, to: &str) -> Result<Option<Message>, Error> {
        let Ok(address) = Email::parse(to) else { return Ok(None) };
        let tx = self.db().begin("mail.reset_link").await?;
        let Some(secret) = self.new_reset(&tx, &address).await? else { return Ok(None) };
        tx.commit().await?;
        Ok(Some(letters::Letter::Reset { secret: &secret }.draft(&self.0.settings.base_url).message(to)))
    }

    async fn receipt(&self, id: InvoiceId, to: &str) -> Result<Message, Error> {
        let db = self.db().read();
        let invoice = pepay_store::invoice::find(db, id).await?.ok_or(Error::InvoiceNotFound)?;
        let merchant = self.merchant(invoice.merchant_id).await?;
        let profile = self.profile(invoice.merchant_id).await?;
        let payments = pepay_store::payment::by_invoice(db, id).await?;
        let lines = payments.iter().filter(|payment| payment.settled()).filter_map(|payment| {
            let token = self.catalogue().token(payment.token)?;
            let units = payment.observed.units.shortest(token.decimals);
            let test = if invoice.environment == Environment::Devnet { " (test network)" } else { "" };
            let amount = format!("{units} {} on {}{test}", token.symbol, payment.network.label());
            Some((amount, payment.observed.tx_hash.clone()))
        });
        let lines = lines.take(MOST_LINES).collect();
        let support = profile.support_email.as_ref().map_or(merchant.email.as_str(), Email::as_str);
        let receipt = letters::Letter::Receipt { merchant: &merchant.name, support, invoice: &invoice, lines };
        Ok(receipt.draft(&self.0.settings.base_url).message(to))
    }
}

fn about(id: LetterId) -> String {
    format!("letter {id}")
}

fn outcome(letter: &Letter, result: Result<(), Refused>, now: Millis) -> Outcome {
    let attempts = letter.attempts.saturating_add(1);
    match result {
        Ok(()) => Outcome::Sent,
        Err(Refused { reason, permanent }) if permanent || attempts >= MAX_ATTEMPTS => {
            Outcome::Failed { error: reason }
        }
        Err(Refused { reason, .. }) => {
            let wait_ms = RETRY_MS.saturating_mul(1_i64 << (attempts - 1).min(16)).min(LONGEST_RETRY_MS);
            Outcome::Retry { at: now.plus_ms(wait_ms), error: reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_letter_is_tried_for_more_than_a_day_and_then_given_up() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let mut letter = Letter {
            id: LetterId::generate(Millis(0), &mut rng),
            recipient: "a@b.c".to_owned(),
            kind: "reset".to_owned(),
            content: Content::Sealed(Vec::new()),
            created_at: Millis(0),
            attempts: 0,
        };
        let refused = || Err(Refused { reason: "421 busy".to_owned(), permanent: false });
        let mut now = Millis(0);
        while let Outcome::Retry { at, .. } = outcome(&letter, refused(), now) {
            assert!(at > now);
            now = at;
            letter.attempts += 1;
        }
        assert!(now > Millis(24 * 3_600_000), "{now}");
        let fatal = outcome(&letter, Err(Refused { reason: "550".to_owned(), permanent: true }), now);
        assert_eq!(fatal, Outcome::Failed { error: "550".to_owned() });
    }
}
