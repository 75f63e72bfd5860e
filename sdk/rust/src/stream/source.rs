//! Where a stream comes from: the socket with its credential, and the log beside it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use reqwest::{StatusCode, Upgraded};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::chance;
use crate::credentials::Audience;
use crate::error::{Error, ErrorKind, Result};
use crate::query::Query;
use crate::secret::Secret;
use crate::transport::{Transport, refusal, unanswered};

/// Most time to open a socket in, however patient requests are.
const OPEN_WITHIN: Duration = Duration::from_secs(15);
/// Longest frame, in bytes; an event is a few thousand.
const MAX_FRAME_BYTES: usize = 4 << 20;

/// An open socket.
pub(super) type Socket = WebSocketStream<Upgraded>;

/// What proves to a socket who somebody is.
#[derive(Clone)]
pub(crate) enum Token {
    /// The client's server key, in a header.
    ApiKey,
    /// A token that was given.
    Fixed(Secret),
    /// A token that is asked for each time.
    Asked(Arc<dyn Fn() -> BoxFuture<'static, Result<Secret>> + Send + Sync>),
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiKey => "ApiKey",
            Self::Fixed(_) => "Fixed(…)",
            Self::Asked(_) => "Asked(…)",
        })
    }
}

/// The socket of a stream.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) transport: Transport,
    pub(crate) path: &'static [&'static str],
    pub(crate) query: Query,
    /// At least one; each but the last is good for one connection.
    pub(crate) tokens: Vec<Token>,
}

type Newest = Box<dyn Fn() -> BoxFuture<'static, Result<String>> + Send + Sync>;
type After<E> = Box<dyn Fn(&str) -> BoxStream<'static, Result<E>> + Send + Sync>;

/// The log beside a socket.
pub(crate) struct Log<E> {
    /// The id of the newest event.
    pub(crate) newest: Newest,
    /// Everything after an event, oldest first.
    pub(crate) after: After<E>,
}

impl Source {
    /// Whether another credential can be had when one is refused.
    pub(super) fn renewable(&self) -> bool {
        matches!(self.tokens.as_slice(), [Token::Asked(_)] | [_, _, ..])
    }

    /// Opens the socket after an event, or from now on.
    pub(super) async fn open(&mut self, since: Option<&str>) -> Result<Socket> {
        let token = if self.tokens.len() > 1 { self.tokens.remove(0) } else { self.tokens[0].clone() };
        let query = self.query.clone().with("since", since);
        let (query, proof) = match token {
            Token::ApiKey => (query, self.transport.proof(Audience::Merchant)?),
            Token::Fixed(token) => (query.with("token", Some(token)), Vec::new()),
            Token::Asked(ask) => (query.with("token", Some(ask().await?)), Vec::new()),
        };
        let key = STANDARD.encode(chance::nonce());
        let request = self
            .transport
            .upgrades
            .get(self.transport.address(self.path.iter().copied(), &query))
            .headers(proof.into_iter().collect())
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key);
        let within = OPEN_WITHIN.min(self.transport.config.timeout);
        let opened = tokio::time::timeout(within, upgrade(request, &key)).await;
        opened.unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "TIMEOUT", "no socket could be opened in time")))
    }
}

async fn upgrade(request: reqwest::RequestBuilder, key: &str) -> Result<Socket> {
    let response = request.send().await.map_err(|error| unanswered(error, None))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refusal(response).await);
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT).map(reqwest::header::HeaderValue::as_bytes);
    if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        let message = "what answered does not speak WebSocket";
        return Err(Error::new(ErrorKind::Connection, "INVALID_RESPONSE", message));
    }
    let upgraded = response.upgrade().await.map_err(|error| unanswered(error, None))?;
    let config =
        WebSocketConfig::default().max_message_size(Some(MAX_FRAME_BYTES)).max_frame_size(Some(MAX_FRAME_BYTES));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}
