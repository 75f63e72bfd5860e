//! Forwards one event: signed afresh for each attempt, tried again a few times, and then left behind with a line that
//! says how to get it again, because the events after it must not wait for ever.

use std::time::{Duration, Instant};

use pepay_core::event::{EventId, Type};
use pepay_core::id::{AttemptId, DeliveryId};
use pepay_core::network::Environment;
use pepay_core::webhook::{Message, Secret};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::{Client, StatusCode, Url};

use super::{Event, Options, now, tell};
use crate::api::http_client;

/// How long a receiver may take, as with registered endpoints.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The first pause before another attempt; doubled by each that follows.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const MAX_PAUSE: Duration = Duration::from_secs(10);

/// Sends events to one receiver.
#[derive(Debug)]
pub(super) struct Forwarder {
    http: Client,
    target: Url,
    secret: Secret,
    retries: u32,
    rng: StdRng,
    forwarded: u64,
}

/// What came of an attempt.
enum Outcome {
    Taken(StatusCode),
    Refused(StatusCode),
    Failed(String),
}

impl Forwarder {
    pub(super) fn new(options: &Options) -> anyhow::Result<Self> {
        Ok(Self {
            http: http_client(TIMEOUT)?,
            target: options.forward_to.clone(),
            secret: super::secret(&options.api_key),
            retries: options.retries,
            rng: StdRng::from_os_rng(),
            forwarded: 0,
        })
    }

    /// How many events the receiver took.
    pub(super) const fn forwarded(&self) -> u64 {
        self.forwarded
    }

    /// Forwards `event`, which came after `before`, and returns when the receiver took it or no attempt is left.
    pub(super) async fn forward(&mut self, event: &Event, before: Option<EventId>) -> anyhow::Result<()> {
        let id = event.id;
        let Some(kind) = Type::parse(&event.kind) else {
            return tell(&format!("<-- not forwarded: this program is too old to know {}", event.kind));
        };
        let delivery = DeliveryId::generate(now(), &mut self.rng);
        for attempt in 0..=self.retries {
            let began = Instant::now();
            let outcome = self.attempt(event, kind, delivery).await;
            let took_ms = began.elapsed().as_millis();
            let problem = match outcome {
                Outcome::Taken(status) => {
                    self.forwarded = self.forwarded.saturating_add(1);
                    return tell(&format!("<-- {:<23} {id}  {took_ms} ms", status.to_string()));
                }
                Outcome::Refused(status) => status.to_string(),
                Outcome::Failed(why) => why,
            };
            if attempt == self.retries {
                tell(&format!("<-- {problem:<23} {id}  {took_ms} ms; given up"))?;
            } else {
                let pause = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(MAX_PAUSE);
                let (next, of) = (attempt.saturating_add(2), self.retries.saturating_add(1));
                let wait_s = pause.as_secs_f32();
                tell(&format!("<-- {problem:<23} {id}  {took_ms} ms; attempt {next} of {of} in {wait_s} s"))?;
                tokio::time::sleep(pause).await;
            }
        }
        match before {
            Some(before) => tell(&format!("    --since {before} forwards it again")),
            None => Ok(()),
        }
    }

    async fn attempt(&mut self, event: &Event, kind: Type, delivery: DeliveryId) -> Outcome {
        let at = now();
        let environment = if event.livemode { Environment::Mainnet } else { Environment::Devnet };
        let attempt = AttemptId::generate(at, &mut self.rng);
        let message = Message { event: event.id, kind, environment, delivery, attempt, at };
        let signatures = message.signatures(event.text.as_bytes(), &self.secret, None);
        let request = message
            .headers()
            .into_iter()
            .chain(signatures)
            .fold(self.http.post(self.target.clone()), |request, (name, value)| request.header(name, value))
            .header("content-type", "application/json")
            .body(event.text.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Outcome::Taken(answer.status()),
            Ok(answer) => Outcome::Refused(answer.status()),
            Err(error) => Outcome::Failed(failure(&error)),
        }
    }
}

fn failure(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    // The last cause is the system's own word, such as "Connection refused".
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
