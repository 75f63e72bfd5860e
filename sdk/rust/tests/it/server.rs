//! A server whose every answer the test writes, down to the bytes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pepay_client::{Builder, Pepay};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Method and path with query.
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, as it was written.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.line.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

/// The connection a request came on.
pub(crate) struct Connection(pub(crate) TcpStream);

impl Connection {
    /// Answers and closes.
    pub(crate) async fn answer(self, status: u16, body: &str) {
        self.answer_with(status, "", body).await;
    }

    /// Answers with more headers, each on a line of its own.
    pub(crate) async fn answer_with(mut self, status: u16, headers: &str, body: &str) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-request-id: req_{status}\r\n");
        self.raw(&format!("{head}content-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")).await;
    }

    /// Sends bytes; a client that is gone is no concern of the server.
    pub(crate) async fn raw(&mut self, text: &str) {
        let _gone = self.0.write_all(text.as_bytes()).await;
        let _gone = self.0.flush().await;
    }
}

/// A running server, ended when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts one that hands each request, numbered from 0, to `answer`.
    #[expect(clippy::disallowed_methods, reason = "every task ends with its connection or with the server")]
    pub(crate) async fn start<F>(answer: impl Fn(usize, Asked, Connection) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, answer) = (Arc::clone(&asked), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                tokio::spawn(async move {
                    let Some(asked) = read(&mut socket).await else { return };
                    let number = {
                        let mut all = all.lock().expect("nobody panics with the lock");
                        all.push(asked.clone());
                        all.len() - 1
                    };
                    answer(number, asked, Connection(socket)).await;
                });
            }
        });
        Self { url, asked, task }
    }

    /// Everything it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics with the lock").clone()
    }

    /// A client of it, as a merchant.
    pub(crate) fn client(&self) -> Pepay {
        self.builder().build().expect("the client can be set up")
    }

    pub(crate) fn builder(&self) -> Builder {
        Pepay::builder(&self.url).api_key("sk_test_hidden").timeout(Duration::from_secs(5))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(socket: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut asked = Asked { line, headers: lines.filter_map(pair).collect(), body: String::new() };
    let length: usize = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < head + 4 + length {
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    asked.body = String::from_utf8_lossy(&bytes[head + 4..]).into_owned();
    Some(asked)
}

/// An invoice as the server writes it.
pub(crate) fn invoice(id: &str, status: &str) -> Value {
    serde_json::json!({
        "object": "invoice", "id": id, "merchant_id": 1, "status": status, "invoice_type": "standard",
        "currency": "usd", "amount": 49_990, "amount_decimal": "49.990", "amount_paid": 0,
        "amount_paid_decimal": "0.000", "amount_remaining": 49_990, "amount_remaining_decimal": "49.990",
        "amount_overpaid": 0, "amount_overpaid_decimal": "0.000", "amount_unit": "usd_millis",
        "environment": "devnet", "expires_at": 1_766_322_000, "created_at": 1_766_300_000,
        "safe_to_fulfill": false, "metadata": {"order": "7"}, "customer_id": null,
    })
}

/// The status answer of one.
pub(crate) fn status_of(status: &str) -> String {
    let body = serde_json::json!({
        "object": "invoice_status", "invoice": invoice("inv", status), "latest_payment": null,
    });
    body.to_string()
}

/// An event of the log.
pub(crate) fn event(number: u64) -> String {
    let body = serde_json::json!({
        "id": format!("evt_1766322000123-{number}"), "object": "event", "api_version": "2025-12-16",
        "type": "invoice.updated", "created": 1_766_322_000, "livemode": false, "pending_webhooks": 0,
        "request": {"id": null, "idempotency_key": null},
        "data": {"object": invoice(&format!("inv-{number}"), "paid"), "previous_attributes": {"status": "unpaid"}},
    });
    body.to_string()
}
