//! One attempt: signed, sent, and what came back. The only file of webhooks that speaks to the outside.

use std::time::{Duration, Instant};

use pepay_core::id::AttemptId;
use pepay_core::time::Millis;
use pepay_core::webhook::Message;
use pepay_outbound::{Answer, Failure, HeaderMap, HeaderName, HeaderValue};
use pepay_store::webhook::attempt::Attempt;

use super::directory::Known;
use super::lanes::{Answered, Job};
use crate::Engine;

/// Characters of an answer's head that are kept.
const HEAD_CHARS: usize = 2_048;
/// Characters of an answer's body that are kept.
const EXCERPT_CHARS: usize = 1_024;

impl Engine {
    /// Sends a delivery once; `None` when it cannot be signed.
    pub(super) async fn attempt_webhook(&self, job: &Job, known: &Known) -> Option<(Attempt, Answered)> {
        let at = self.now();
        let (secret, previous) = known.secrets(at)?;
        let delivery = &job.delivery;
        let message = Message {
            event: delivery.event,
            kind: delivery.kind,
            environment: delivery.environment,
            delivery: delivery.id,
            attempt: self.random(|rng| AttemptId::generate(at, rng)),
            at,
        };
        let began = Instant::now();
        let answer = match &known.target {
            Ok(target) => {
                let body = job.entry.json.as_bytes();
                let signed = message.headers().into_iter().chain(message.signatures(body, secret, previous));
                let client = &self.webhooks().settings.client;
                client.post(target, headers(signed), body.to_vec().into()).await
            }
            Err(refused) => Err(Failure::Refused(*refused)),
        };
        let answered = judge(&answer, self.now());
        Some((record(&message, answer, began.elapsed()), answered))
    }
}

fn headers(signed: impl Iterator<Item = (&'static str, String)>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(HeaderName::from_static("content-type"), HeaderValue::from_static("application/json"));
    for (name, value) in signed {
        // Names and values are our own: ids, numbers, words and base64.
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Taken is what was answered with 2xx; anything else, a redirect too, is a failure.
fn judge(answer: &Result<Answer, Failure>, now: Millis) -> Answered {
    let Ok(answer) = answer else { return Answered::Refused { retry_after_ms: None, gone: false } };
    if answer.status.is_success() {
        return Answered::Taken;
    }
    let wait = answer.retry_after.map(|after| millis(after.wait(now)));
    Answered::Refused { retry_after_ms: wait, gone: answer.status.as_u16() == 410 }
}

fn record(message: &Message, answer: Result<Answer, Failure>, took: Duration) -> Attempt {
    let attempt = Attempt {
        id: message.attempt,
        delivery_id: message.delivery,
        started_at: message.at,
        answered_ms: None,
        took_ms: millis(took),
        status: None,
        head: None,
        excerpt: None,
        error: None,
        detail: None,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => {
            let (error, detail) = (Some(failure.code().to_owned()), Some(failure.to_string()));
            return Attempt { error, detail, ..attempt };
        }
    };
    let status = answer.status;
    let (error, detail) = match status.as_u16() {
        200..=299 => (None, None),
        300..=399 => (Some("redirect"), Some(format!("the endpoint answered {status}; redirects are not followed"))),
        _ => (Some("status"), Some(format!("the endpoint answered {status}"))),
    };
    let lines = answer.head.iter().map(|(name, value)| format!("{name}: {value}\n"));
    Attempt {
        answered_ms: Some(millis(answer.timing.to_head)),
        status: Some(status.as_u16()),
        head: Some(cut(&lines.collect::<String>(), HEAD_CHARS)),
        excerpt: Some(cut(&String::from_utf8_lossy(&answer.excerpt), EXCERPT_CHARS)),
        error: error.map(str::to_owned),
        detail,
        ..attempt
    }
}

/// The beginning of a stranger's text, without U+0000, which PostgreSQL cannot keep.
fn cut(text: &str, chars: usize) -> String {
    text.chars().filter(|char| *char != '\0').take(chars).collect()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_is_cut_between_characters() {
        assert_eq!(cut("a\0üb", 2), "aü");
    }
}
