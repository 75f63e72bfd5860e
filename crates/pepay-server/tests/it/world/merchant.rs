//! A merchant: its server's side of the API.

use alloy::primitives::Address;
use pepay_core::credential::ApiKey;
use pepay_core::id::{InvoiceId, MerchantId};
use pepay_core::merchant::Permission;
use pepay_core::money::BasisPoints;
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_engine::operator::{self, NewKey};
use pepay_store::merchant::NewMerchant;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use super::database::Books;
use super::{Answer, Api, wait_for};

/// Anybody who creates invoices.
#[derive(Clone, Debug)]
pub(crate) struct Merchant {
    pub(crate) api: Api,
    /// Its number.
    pub(crate) id: MerchantId,
    /// Where its money goes, on both chains.
    pub(crate) wallet: Address,
    /// Its API key.
    pub(crate) key: String,
}

/// What creating an invoice gave.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    /// Its id.
    pub(crate) id: String,
    /// Its end in epoch seconds.
    pub(crate) expires_at: i64,
    /// What opens it to its payor.
    pub(crate) session_token: String,
    /// The other half of that.
    pub(crate) signature: String,
}

impl Invoice {
    fn new(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned();
        Self {
            id: text("invoice_id"),
            expires_at: body["expires_at"].as_i64().expect("expires_at is a number"),
            session_token: text("session_token"),
            signature: text("signature"),
        }
    }

    /// Its id as a type.
    pub(crate) fn key(&self) -> InvoiceId {
        self.id.parse().expect("an invoice has a UUID")
    }
}

impl Merchant {
    /// Adds a merchant with a devnet key and a wallet on each chain.
    pub(crate) async fn found(books: &Books, api: Api, name: &str) -> Self {
        let mut rng = StdRng::from_os_rng();
        let now = Millis(1_750_000_000_000);
        let new = NewMerchant {
            name: name.to_owned(),
            email: format!("{}@example.com", name.to_lowercase()),
            settlement_preference: pepay_core::merchant::SettlementPreference::default(),
            settlement_token: None,
            tolerance: BasisPoints::ZERO,
            created_at: now,
        };
        let id = operator::create_merchant(&books.db, &new, &mut rng).await.expect("a merchant can be added");
        let wallet = Address::from(rng.random::<[u8; 20]>());
        for network in ["base", "bsc"] {
            let network = NetworkId::new(Environment::Devnet, network);
            let address = pepay_core::address::Address::Evm(wallet);
            let added = operator::add_wallet(&books.db, id, network, address, now, &mut rng).await;
            added.expect("a wallet can be added");
        }
        let key = new_key(books, id, Environment::Devnet, &mut rng).await;
        Self { api, id, wallet, key: key.reveal().to_owned() }
    }

    /// The same merchant on mainnet, which is granted and opened to it.
    pub(crate) async fn on_mainnet(&self, books: &Books) -> Self {
        let mut rng = StdRng::from_os_rng();
        let access_key = operator::grant_mainnet(&books.db, self.id, Millis(1_750_000_000_000), &mut rng)
            .await
            .expect("mainnet can be granted");
        let body = json!({ "access_key": access_key }).to_string();
        self.post("/api/v1/user/mainnet-access/activate", &[], body).await.json();
        let key = new_key(books, self.id, Environment::Mainnet, &mut rng).await;
        Self { key: key.reveal().to_owned(), ..self.clone() }
    }

    /// The same merchant talking to another node.
    pub(crate) fn at(&self, api: Api) -> Self {
        Self { api, ..self.clone() }
    }

    /// Creates an invoice of `amount` dollars with the usual life.
    pub(crate) async fn create(&self, amount: &str) -> Invoice {
        self.create_with(amount, &json!({})).await
    }

    /// Creates an invoice of `amount` dollars that lives for `life_ms`.
    pub(crate) async fn create_for(&self, amount: &str, life_ms: u64) -> Invoice {
        self.create_with(amount, &json!({ "expires_in": life_ms })).await
    }

    /// Creates an invoice with more fields.
    pub(crate) async fn create_with(&self, amount: &str, fields: &Value) -> Invoice {
        let answer = self.post("/api/v1/invoices", &[], create_body(amount, fields)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Invoice::new(&answer.json())
    }

    /// Reads an invoice with its payments.
    pub(crate) async fn read(&self, invoice: &Invoice) -> Value {
        self.get(&format!("/api/v1/invoices/{}?expand=payments,latest_payment&payments_limit=100", invoice.id))
            .await
            .json()
    }

    /// Its payments, latest first.
    pub(crate) async fn payments(&self, invoice: &Invoice) -> Vec<Value> {
        self.read(invoice).await["payments"].as_array().expect("payments are a list").clone()
    }

    /// Its explanation.
    pub(crate) async fn explain(&self, invoice: &Invoice) -> Value {
        self.get(&format!("/api/v1/invoices/{}/explain", invoice.id)).await.json()
    }

    /// Asks to cancel it.
    pub(crate) async fn cancel(&self, invoice: &Invoice) -> Answer {
        self.post(&format!("/api/v1/invoices/{}/cancel", invoice.id), &[], String::new()).await
    }

    /// Waits until it has this status, and reads it.
    pub(crate) async fn wait_status(&self, invoice: &Invoice, status: &str) -> Value {
        self.wait(invoice, &format!("status {status}"), |read| read["status"] == status).await
    }

    /// Waits until it has `count` payments, and gives the latest.
    pub(crate) async fn wait_payments(&self, invoice: &Invoice, count: usize) -> Value {
        let is_there = |read: &Value| read["payments"].as_array().is_some_and(|payments| payments.len() == count);
        let mut read = self.wait(invoice, &format!("{count} payments"), is_there).await;
        read["payments"][0].take()
    }

    /// Waits until its only payment has this status, and gives it.
    pub(crate) async fn wait_payment(&self, invoice: &Invoice, status: &str) -> Value {
        let is_there = |read: &Value| read["payments"][0]["status"] == status;
        let mut read = self.wait(invoice, &format!("a payment {status}"), is_there).await;
        read["payments"][0].take()
    }

    /// Waits until `wanted` holds of it, and reads it.
    pub(crate) async fn wait(&self, invoice: &Invoice, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_for(format!("{what} of invoice {}", invoice.id), async || {
            super::until(self.read(invoice).await, |read| wanted(read))
        })
        .await
    }

    /// Waits until `wanted` holds of its explanation, and gives that.
    pub(crate) async fn wait_explained(&self, invoice: &Invoice, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_for(format!("{what} in the explanation of {}", invoice.id), async || {
            super::until(self.explain(invoice).await, |explained| wanted(explained))
        })
        .await
    }

    /// GET with the key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.api.send("GET", path, &[("x-api-key", &self.key)], None).await
    }

    /// Any request with the key; a body of null is none.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = (!body.is_null()).then(|| body.to_string());
        self.api.send(method, path, &[("x-api-key", &self.key)], body).await
    }

    /// POST with the key.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let headers = [&[("x-api-key", self.key.as_str())], headers].concat();
        self.api.send("POST", path, &headers, Some(body)).await
    }
}

/// The body that creates an invoice; `amount` goes in as it is written.
pub(crate) fn create_body(amount: &str, fields: &Value) -> String {
    let mut body = json!({ "amount_usd": 0 });
    let fields = fields.as_object().expect("fields are an object").clone();
    body.as_object_mut().expect("it is an object").extend(fields);
    body.to_string().replacen("\"amount_usd\":0", &format!("\"amount_usd\":{amount}"), 1)
}

async fn new_key(books: &Books, merchant: MerchantId, environment: Environment, rng: &mut StdRng) -> ApiKey {
    let permission = Permission::ReadWrite;
    let new = NewKey { merchant, name: "test".to_owned(), environment, permission, expires_at: None };
    let made = operator::create_key(&books.db, new, Millis(1_750_000_000_000), rng).await;
    made.expect("a key can be made").1
}
