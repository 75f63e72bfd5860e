//! A WebSocket client that takes frames as they come.

use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::world::{Api, Merchant, PATIENCE, World};

/// One frame, or the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Frame {
    /// An event: its id and its very text.
    Event(String, String),
    /// `ws_control` or `ws_error`.
    Other(Value),
    /// Closed with this code.
    Closed(u16),
    /// The connection ended without a word.
    Gone,
}

/// A refused upgrade.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) param: Option<String>,
}

/// An open socket.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) ws: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Asks for `path` with these headers.
    pub(super) async fn open(base: &str, path: &str, headers: &[(&str, &str)]) -> Result<Self, Refused> {
        let url = format!("{}{path}", base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("the address is an address");
        for (name, value) in headers {
            let name: tungstenite::http::HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        match timeout(PATIENCE, tokio_tungstenite::connect_async(request)).await.expect("it is answered in time") {
            Ok((ws, _)) => Ok(Self { ws }),
            Err(tungstenite::Error::Http(response)) => Err(refused(&response)),
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// The merchant's stream with its key; `query` without its question mark.
    pub(super) async fn merchant(world: &World, merchant: &Merchant, query: &str) -> Self {
        Self::merchant_at(&world.files.address, merchant, query).await
    }

    pub(super) async fn merchant_at(base: &str, merchant: &Merchant, query: &str) -> Self {
        let path = format!("/ws/merchant/events?{query}");
        let mut socket = Self::open(base, &path, &[("x-api-key", &merchant.key)]).await.expect("the key opens it");
        let ready = socket.control().await;
        assert_eq!(ready["type"], "ready", "{ready}");
        socket
    }

    /// What is under it.
    pub(super) fn tcp(&self) -> &TcpStream {
        match self.ws.get_ref() {
            MaybeTlsStream::Plain(tcp) => tcp,
            _ => panic!("the server is reached without TLS"),
        }
    }

    /// The next frame.
    pub(super) async fn next(&mut self) -> Frame {
        loop {
            let message = timeout(PATIENCE, self.ws.next()).await.expect("a frame comes in time");
            match message {
                Some(Ok(Message::Text(text))) => return read(&text),
                Some(Ok(Message::Close(frame))) => return Frame::Closed(frame.expect("with a code").code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Frame::Gone,
            }
        }
    }

    /// The next frame, which is an event.
    pub(super) async fn event(&mut self) -> (String, String) {
        match self.next().await {
            Frame::Event(id, text) => (id, text),
            other => panic!("no event but {other:?}"),
        }
    }

    /// The next frame, which is no event.
    pub(super) async fn control(&mut self) -> Value {
        match self.next().await {
            Frame::Other(frame) => frame,
            other => panic!("no control but {other:?}"),
        }
    }

    /// Events until `wanted` holds of one, which is the last given.
    pub(super) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let (_, text) = self.event().await;
            let event: Value = serde_json::from_str(&text).expect("an event is JSON");
            texts.push(text);
            if wanted(&event) {
                return texts;
            }
        }
    }
}

fn read(text: &str) -> Frame {
    let id = |text: &str| Some(text.strip_prefix("{\"id\":\"")?.split_once('"')?.0.to_owned());
    match id(text) {
        Some(id) => Frame::Event(id, text.to_owned()),
        None => Frame::Other(serde_json::from_str(text).expect("a frame is JSON")),
    }
}

fn refused(response: &tungstenite::http::Response<Option<Vec<u8>>>) -> Refused {
    let body: Value = serde_json::from_slice(response.body().as_deref().unwrap_or_default()).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    Refused {
        status: response.status().as_u16(),
        code: text(&body["error"]["code"]).or_else(|| text(&body["error_code"])).unwrap_or_default(),
        param: text(&body["error"]["param"]),
    }
}

/// A stream token of `merchant`.
pub(super) async fn token(merchant: &Merchant, ttl_seconds: u64) -> Value {
    let body = serde_json::json!({ "scope": "merchant", "ttl_seconds": ttl_seconds }).to_string();
    merchant.post("/api/v1/ws/token", &[], body).await.json()["data"].take()
}

/// The value of a metric, all its series together.
pub(super) async fn metric(api: &Api, name: &str, label: &str) -> f64 {
    let answer = api.send("GET", "/metrics", &[], None).await;
    let text = String::from_utf8(answer.body).expect("metrics are text");
    let lines = text.lines().filter(|line| line.starts_with(name) && line.contains(label));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}
