//! Streams of events, and the tokens that open them.

use std::future::{Future, IntoFuture as _};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use reqwest::Method;
use serde_json::json;
use tokio::time::timeout;

use super::{EventFilter, Events, ListEvents, ListPage, resource};
use crate::credentials::Audience;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::query::Query;
use crate::request::Request;
use crate::stream::{BEGINNING, EventStream, Listener, Log, Notice, Settings, Source, Token};
use crate::transport::{Call, Transport};
use crate::types::{Event, PayorEvent, WsToken};

resource! {
    /// Streams of events.
    Ws
}

resource! {
    /// Tokens that open streams.
    StreamTokens
}

impl StreamTokens {
    /// Makes a token for a merchant's stream. It lives, as do the sockets it opens, 10 to 3 600 seconds; 60 when `None`.
    pub fn mint(&self, ttl_seconds: Option<u32>) -> Request<WsToken> {
        let mut body = json!({ "scope": "merchant" });
        if let Some(seconds) = ttl_seconds {
            body["ttl_seconds"] = seconds.into();
        }
        Request::wrapped(&self.transport, Call::new(Method::POST, &["ws", "token"], Audience::Merchant).body(&body))
    }
}

impl Ws {
    /// Tokens that open streams.
    pub fn token(&self) -> StreamTokens {
        StreamTokens::new(&self.transport)
    }

    /// The merchant's stream. With a credential of a merchant it also mends, from the log, what sockets can not bring.
    pub fn connect_merchant_events(&self) -> MerchantEvents {
        let settings = Settings::default();
        let (filter, invoice_type, token) = (EventFilter::default(), None, None);
        MerchantEvents { transport: self.transport.clone(), filter, invoice_type, token, settings }
    }

    /// The stream of one payment, as its payor sees it; `token` is `ws_connection.token` of a payment address.
    pub fn connect_payment_session(&self, token: impl Into<String>) -> PaymentSession {
        let tokens = vec![Token::Fixed(token.into().into())];
        PaymentSession { transport: self.transport.clone(), tokens, settings: Settings::default() }
    }
}

/// A merchant's stream that was described and is not yet open.
#[derive(Clone, Debug)]
#[must_use = "nothing is connected before it is opened"]
pub struct MerchantEvents {
    transport: Transport,
    filter: EventFilter,
    invoice_type: Option<String>,
    token: Option<Token>,
    settings: Settings,
}

/// A payor's stream that was described and is not yet open.
#[derive(Clone, Debug)]
#[must_use = "nothing is connected before it is opened"]
pub struct PaymentSession {
    transport: Transport,
    tokens: Vec<Token>,
    settings: Settings,
}

/// What both streams can be told.
macro_rules! settings {
    () => {
        /// Begins after the event of this id, such as the last one that was handled; from now on unless said.
        pub fn since(mut self, event_id: impl Into<String>) -> Self {
            self.settings.since = Some(event_id.into());
            self
        }

        /// How long nothing at all may be heard, not even the server's pings, before the connection is given up and
        /// another is made; 75 s unless said.
        pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
            self.settings.idle_timeout = timeout;
            self
        }

        /// Is told of everything that is no event: frames about the stream, and connections that were lost.
        pub fn on_notice(mut self, listener: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
            self.settings.notices = Listener::new(listener);
            self
        }
    };
}

impl MerchantEvents {
    settings!();

    /// Which events.
    pub fn filter(mut self, filter: EventFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Of invoices of this type only, such as `standard`.
    pub fn invoice_type(mut self, invoice_type: impl Into<String>) -> Self {
        self.invoice_type = Some(invoice_type.into());
        self
    }

    /// Opens with this token first, rather than with the client's own credential.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Token::Fixed(token.into().into()));
        self
    }

    /// Opens with a token that is asked for before each connection.
    pub fn token_from<F, E>(mut self, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.token = Some(asked(ask, self.transport.config.timeout));
        self
    }

    /// Opens the stream: connects once it is polled.
    pub fn open(self) -> Result<EventStream<Event>> {
        let Self { transport, filter, invoice_type, token, settings } = self;
        let able = transport.can(Audience::Merchant);
        let own = || {
            if transport.auth.has_api_key() {
                return Ok(Token::ApiKey);
            }
            let minted = able.then(|| minted(&transport));
            minted.ok_or_else(|| Error::misuse("a stream needs an api key, a bearer token or a token"))
        };
        let tokens = match token {
            // Good for the first connection; later it is probably too old, if another can be had.
            Some(token @ Token::Fixed(_)) if able => vec![token, own()?],
            Some(token) => vec![token],
            None => vec![own()?],
        };
        let query = Query::new().with("format", Some("event_v1")).with("invoice_type", invoice_type);
        let query = filter.onto(query, "types");
        let log = able.then(|| log(Events::new(&transport), filter));
        let source = Source { transport, path: &["ws", "merchant", "events"], query, tokens };
        Ok(EventStream::open(source, log, settings))
    }
}

impl PaymentSession {
    settings!();

    /// Asks for another token when the one at hand is refused.
    pub fn token_from<F, E>(mut self, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.tokens.push(asked(ask, self.transport.config.timeout));
        self
    }

    /// Opens the stream: connects once it is polled.
    pub fn open(self) -> Result<EventStream<PayorEvent>> {
        let Self { transport, tokens, settings } = self;
        if tokens.iter().any(|token| matches!(token, Token::Fixed(token) if token.is_empty())) {
            return Err(Error::misuse("a payment stream needs ws_connection.token of a payment address"));
        }
        let query = Query::new().with("format", Some("event_v1"));
        let source = Source { transport, path: &["ws", "payment"], query, tokens };
        Ok(EventStream::open(source, None, settings))
    }
}

/// Longest life of a token, so that sockets opened with it are rarely opened anew.
const MAX_TTL_SECONDS: u32 = 3_600;

fn log(events: Events, filter: EventFilter) -> Log<Event> {
    let newest = ListEvents {
        filter: EventFilter { environment: filter.environment.clone(), ..EventFilter::default() },
        page: ListPage { limit: Some(1), ..ListPage::default() },
        ..ListEvents::default()
    };
    let log = events.clone();
    Log {
        newest: Box::new(move || {
            let asking = log.list(&newest).into_future();
            async move { Ok(asking.await?.data.pop().map_or_else(|| BEGINNING.to_owned(), |event| event.id)) }.boxed()
        }),
        after: Box::new(move |cursor| events.recover_since(Some(cursor), &filter).0.boxed()),
    }
}

fn minted(transport: &Transport) -> Token {
    let tokens = StreamTokens::new(transport);
    Token::Asked(Arc::new(move || {
        let minting = tokens.mint(Some(MAX_TTL_SECONDS)).send();
        async move { minting.await.map(|minted| minted.token) }.boxed()
    }))
}

/// Whatever keeps the caller's own server from giving a token may pass, a long silence too.
fn asked<F, E>(ask: impl Fn() -> F + Send + Sync + 'static, within: Duration) -> Token
where
    F: Future<Output = Result<String, E>> + Send + 'static,
    E: Into<BoxError>,
{
    let unavailable = || Error::new(ErrorKind::Connection, "TOKEN_UNAVAILABLE", "no stream token could be had");
    Token::Asked(Arc::new(move || {
        let asking = ask();
        async move {
            let answer = timeout(within, asking).await.map_err(|late| unavailable().caused_by(late))?;
            answer.map(Into::into).map_err(|error| match error.into().downcast::<Error>() {
                // One of ours says itself whether it may pass.
                Ok(ours) => *ours,
                Err(other) => unavailable().caused_by(other),
            })
        }
        .boxed()
    }))
}
