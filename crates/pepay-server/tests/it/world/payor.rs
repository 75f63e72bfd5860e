//! Whoever pays: the checkout's side of the API.

use alloy::primitives::{Address, U256};
use serde_json::{Value, json};

use super::{Answer, Api, Invoice, Token};

/// Anybody with the link to an invoice.
#[derive(Clone, Debug)]
pub(crate) struct Payor {
    api: Api,
}

/// Where to pay, in what, and how much.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    /// The network.
    pub(crate) network: String,
    /// The token.
    pub(crate) token: Token,
    /// The deposit address.
    pub(crate) address: Address,
    /// The amount in base units.
    pub(crate) units: U256,
}

impl Payor {
    pub(crate) const fn new(api: Api) -> Self {
        Self { api }
    }

    /// Chooses a token and gets its price.
    pub(crate) async fn choose(&self, invoice: &Invoice, network: &str, token: Token) -> Quote {
        let answer = self.try_choose(invoice, network, token).await.json();
        assert_eq!(answer["status_code"], "ok", "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"));
        let whole = text("estimated_token_amount");
        Quote {
            network: network.to_owned(),
            token,
            address: text("temp_address").parse().expect("an EVM address"),
            units: alloy::primitives::utils::parse_units(whole, token.decimals()).expect("an amount").into(),
        }
    }

    /// Asks for a price, which may be refused.
    pub(crate) async fn try_choose(&self, invoice: &Invoice, network: &str, token: Token) -> Answer {
        let body = json!({ "network": network, "tokenId": token.id(network) });
        self.post(invoice, "/api/v1/payments/payment-addresses", &body).await
    }

    /// A token for the stream of `invoice`.
    pub(crate) async fn stream_token(&self, invoice: &Invoice) -> String {
        let answer = self.try_choose(invoice, "base", Token::Usdc).await.json();
        answer["ws_connection"]["token"].as_str().expect("an answer has a token").to_owned()
    }

    /// The numbers of the tokens that can be paid with.
    pub(crate) async fn tokens(&self, invoice: &Invoice) -> Vec<i64> {
        let options = self.get(invoice, "/api/v1/payments/available-tokens").await.json();
        let ids = options.as_array().expect("a list of tokens").iter().map(|option| option["id"].as_i64());
        ids.collect::<Option<_>>().expect("every token has a number")
    }

    /// What the checkout shows.
    pub(crate) async fn details(&self, invoice: &Invoice) -> Value {
        self.get(invoice, "/api/v1/payments/session-details").await.json()
    }

    /// GET with the session of `invoice`.
    pub(crate) async fn get(&self, invoice: &Invoice, path: &str) -> Answer {
        self.api.send("GET", path, &session(invoice), None).await
    }

    /// POST with the session of `invoice`.
    pub(crate) async fn post(&self, invoice: &Invoice, path: &str, body: &Value) -> Answer {
        self.api.send("POST", path, &session(invoice), Some(body.to_string())).await
    }
}

fn session(invoice: &Invoice) -> [(&'static str, &str); 2] {
    [("x-session-token", &invoice.session_token), ("x-signature", &invoice.signature)]
}
