//! Somebody who buys as if nothing happened: whatever is not answered is asked again with the same key.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alloy::primitives::U256;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::world::{Answer, Api, Chain, Quote, Token, World, create_body};

const INVOICES: &str = "/api/v1/invoices";
/// Longest pause between two purchases, in milliseconds.
const THINK_MS: u64 = 300;
/// Pause before asking again what was not answered.
const AGAIN: Duration = Duration::from_millis(30);
/// How long the invoices live that are left to expire.
const SHORT_MS: u64 = 1_500;

/// What becomes of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing.
    Left,
    /// Its end passes.
    Expires,
    /// The merchant cancels it.
    Canceled,
    /// Whoever asked for it went away before there was an answer.
    Forgotten,
    /// It is paid, in these transactions.
    Paid(Vec<String>),
}

/// A create as it was sent, and what it led to.
#[derive(Clone, Debug)]
pub(super) struct Bought {
    /// Its idempotency key, also its customer.
    pub(super) key: String,
    /// Its very body.
    pub(super) body: String,
    /// The very answer; `None` when none came.
    pub(super) answer: Option<Vec<u8>>,
    pub(super) fate: Fate,
}

pub(super) struct Shopper<'a> {
    api: Api,
    api_key: &'a str,
    chains: [&'a Chain; 2],
    number: u64,
    rng: StdRng,
}

impl<'a> Shopper<'a> {
    pub(super) fn new(world: &'a World, api_key: &'a str, number: u64, seed: u64) -> Self {
        let chains = [&world.base, &world.bsc];
        Self { api: world.files.api(), api_key, chains, number, rng: StdRng::seed_from_u64(seed) }
    }

    /// Buys until it is over.
    pub(super) async fn shop(mut self, over: &AtomicBool) -> Vec<Bought> {
        let mut bought: Vec<Bought> = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let one = self.buy(bought.len()).await;
            bought.push(one);
            if self.rng.random_ratio(1, 4) {
                let earlier = self.rng.random_range(0..bought.len());
                self.ask_again(&bought[earlier]).await;
            }
            tokio::time::sleep(Duration::from_millis(self.rng.random_range(0..THINK_MS))).await;
        }
        bought
    }

    async fn buy(&mut self, count: usize) -> Bought {
        let key = format!("shopper-{}-{count}", self.number);
        let fate = self.rng.random_range(0..100);
        let mut fields = json!({ "customer_id": key });
        if fate < 15 {
            fields["expires_in"] = SHORT_MS.into();
        }
        let amount = format!("{}.{:02}", self.rng.random_range(1..1_000), self.rng.random_range(0..100));
        let mut bought = Bought { body: create_body(&amount, &fields), key, answer: None, fate: Fate::Forgotten };
        loop {
            match self.create(&bought).await {
                Some(answer) => break bought.answer = Some(answer.body),
                None if fate >= 90 => return bought,
                None => tokio::time::sleep(AGAIN).await,
            }
        }
        bought.fate = match fate {
            0..15 => Fate::Expires,
            15..25 => self.cancel(&bought).await,
            25..50 => self.pay(&bought).await,
            _ => Fate::Left,
        };
        bought
    }

    /// Sends a create; `None` when nobody answers.
    async fn create(&self, bought: &Bought) -> Option<Answer> {
        let headers = [("x-api-key", self.api_key), ("idempotency-key", &bought.key)];
        let answer = self.api.try_send("POST", INVOICES, &headers, Some(bought.body.clone())).await.ok()?;
        assert_eq!(answer.status, 201, "{answer:?}");
        Some(answer)
    }

    async fn ask_again(&self, earlier: &Bought) {
        let (Some(before), Some(answer)) = (&earlier.answer, self.create(earlier).await) else { return };
        assert_eq!(answer.header("idempotent-replayed"), "true", "{} was acknowledged", earlier.key);
        assert_eq!(String::from_utf8_lossy(&answer.body), String::from_utf8_lossy(before), "{}", earlier.key);
    }

    async fn cancel(&self, bought: &Bought) -> Fate {
        let path = format!("{INVOICES}/{}/cancel", bought.text("invoice_id"));
        let key = format!("cancel-{}", bought.key);
        let headers = [("x-api-key", self.api_key), ("idempotency-key", &*key)];
        let answer = self.until_answered("POST", &path, &headers, None).await;
        // Canceled before the answer was written down: it cannot be canceled a second time.
        assert!([200, 409].contains(&answer.status), "{answer:?}");
        Fate::Canceled
    }

    async fn pay(&mut self, bought: &Bought) -> Fate {
        let chain = self.chains[self.rng.random_range(0..self.chains.len())];
        let token = [Token::Usdc, Token::Dai, Token::Usdt, Token::Coin][self.rng.random_range(0..4)];
        let quote = self.quote(bought, chain, token).await;
        let parts = match self.rng.random_range(0..4) {
            // Two halves; the coin's price does not divide by itself.
            0 if token != Token::Coin => vec![quote.units / U256::from(2), quote.units - quote.units / U256::from(2)],
            1 => vec![quote.units + quote.units],
            _ => vec![quote.units],
        };
        let mut sent = Vec::new();
        for units in parts {
            sent.push(chain.pay_units(&quote, units).await.text());
        }
        Fate::Paid(sent)
    }

    /// Chooses a token; asks again while nobody answers and while the network was not read yet.
    async fn quote(&self, bought: &Bought, chain: &Chain, token: Token) -> Quote {
        let (session, signature) = (bought.text("session_token"), bought.text("signature"));
        let headers = [("x-session-token", &*session), ("x-signature", &*signature)];
        let body = json!({ "network": chain.name, "tokenId": token.id(chain.name) }).to_string();
        loop {
            let path = "/api/v1/payments/payment-addresses";
            let answer = self.until_answered("POST", path, &headers, Some(body.clone())).await.json();
            if answer["status_code"] == "ok" {
                let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"));
                let units = alloy::primitives::utils::parse_units(text("estimated_token_amount"), token.decimals());
                let address = text("temp_address").parse().expect("an EVM address");
                return Quote {
                    network: chain.name.to_owned(),
                    token,
                    address,
                    units: units.expect("an amount").into(),
                };
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn until_answered(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Answer {
        loop {
            match self.api.try_send(method, path, headers, body.clone()).await {
                Ok(answer) => return answer,
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }
}

impl Bought {
    /// A field of the answer.
    pub(super) fn text(&self, name: &str) -> String {
        let answer: Value = serde_json::from_slice(self.answer.as_ref().expect("it was answered")).expect("in JSON");
        answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
    }
}
