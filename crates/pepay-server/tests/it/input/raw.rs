//! HTTP spoken byte for byte, for what a decent client never sends: bytes that are no text, a body that ends early, a
//! body without a length. Every request has a connection of its own.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::PATIENCE;

/// How a body is sent.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// With its length.
    Sized(Vec<u8>),
    /// In chunks, its length unsaid.
    Chunked(Vec<u8>),
    /// The connection ends before what was announced has come.
    Cut(Vec<u8>),
}

/// A request to be.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Its method.
    pub(crate) method: &'static str,
    /// Path and query, escaped.
    pub(crate) path: String,
    /// Header lines; values are bytes.
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    /// What is sent.
    pub(crate) body: Body,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Its status; 0 when nothing came.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// Its very bytes.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Without credentials and body.
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Body::None }
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Sized(body.into()), ..self }.header("content-type", "application/json")
    }

    /// Sends it to the server at `base_url` and reads the whole answer.
    pub(crate) async fn send(&self, base_url: &str) -> Reply {
        let host = base_url.strip_prefix("http://").expect("servers of tests speak plain HTTP");
        let mut stream = TcpStream::connect(host).await.expect("the server accepts connections");
        let (mut from, mut to) = stream.split();
        let mut answer = Vec::new();
        let write = async {
            // A server that refuses stops reading: what it said is what counts.
            let sent = to.write_all(&self.bytes(host)).await;
            if sent.is_ok() && matches!(self.body, Body::Cut(_)) {
                let _gone = to.shutdown().await;
            }
        };
        let read = async {
            let _reset = from.read_to_end(&mut answer).await;
        };
        let both = async { tokio::join!(write, read) };
        tokio::time::timeout(PATIENCE, both).await.unwrap_or_else(|_| panic!("no end of the answer to {self:.200?}"));
        Reply::parse(&answer)
    }

    fn bytes(&self, host: &str) -> Vec<u8> {
        let head = format!("{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method, self.path);
        let mut bytes = head.into_bytes();
        for (name, value) in &self.headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        match &self.body {
            Body::None => bytes.extend(b"\r\n"),
            Body::Sized(body) => {
                bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).into_bytes());
                bytes.extend(body);
            }
            Body::Cut(body) => {
                bytes.extend(format!("content-length: {}\r\n\r\n", body.len() + 100).into_bytes());
                bytes.extend(body);
            }
            Body::Chunked(body) => {
                bytes.extend(b"transfer-encoding: chunked\r\n\r\n");
                for chunk in body.chunks(8_192) {
                    bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n\r\n");
            }
        }
        bytes
    }
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Self { status: 0, headers: Vec::new(), body: Vec::new() };
        };
        let (head, body) = bytes.split_at(end + 4);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.expect("an answer begins with its status"),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            body: body.to_vec(),
        }
    }

    /// A header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A refusal: status, code and the field at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal<'a> {
    /// HTTP status.
    pub(crate) status: u16,
    /// The word.
    pub(crate) code: &'a str,
    /// JSON pointer; empty when the whole request is at fault.
    pub(crate) param: &'a str,
}

impl<'a> Refusal<'a> {
    pub(crate) const fn new(status: u16, code: &'a str, param: &'a str) -> Self {
        Self { status, code, param }
    }

    /// Checks that `reply` is this refusal, in the envelope of the contract.
    pub(crate) fn check(&self, reply: &Reply, what: &str) {
        let body = reply.json();
        let error = &body["error"];
        let text = |name: &str| error[name].as_str().unwrap_or_default();
        let said = Refusal::new(reply.status, text("code"), text("param"));
        assert_eq!(said, *self, "{what}: {}", reply.text());
        assert_eq!(body["success"], false, "{what}");
        assert!(!text("message").is_empty(), "{what}: a refusal says why");
        assert_eq!(reply.header("content-type"), "application/json", "{what}");
        assert!(!reply.header("x-request-id").is_empty(), "{what}: every answer has a request id");
        assert_eq!(text("request_id"), reply.header("x-request-id"), "{what}");
        let explained = format!("/docs/guide/errors.html#{}", text("code"));
        assert!(text("doc_url").ends_with(&explained), "{what}: {}", text("doc_url"));
    }
}
