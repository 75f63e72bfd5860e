//! The server's side of a socket.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use crate::server::{Asked, Connection, event};

/// An open socket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

/// Whether somebody asks for a socket.
pub(crate) fn wants_socket(asked: &Asked) -> bool {
    asked.line.starts_with("GET /ws/")
}

/// Opens the socket that was asked for.
pub(crate) async fn accept(asked: &Asked, mut connection: Connection) -> Socket {
    assert_eq!(asked.header("sec-websocket-version"), Some("13"));
    let key = derive_accept_key(asked.header("sec-websocket-key").expect("a key").as_bytes());
    let head = "HTTP/1.1 101 X\r\nconnection: Upgrade\r\nupgrade: websocket\r\n";
    connection.raw(&format!("{head}sec-websocket-accept: {key}\r\n\r\n")).await;
    Socket(WebSocketStream::from_raw_socket(connection.0, Role::Server, None).await)
}

impl Socket {
    pub(crate) async fn text(&mut self, text: impl Into<String>) {
        let _gone = self.0.send(Message::Text(text.into().into())).await;
    }

    /// The first frame of every stream.
    pub(crate) async fn ready(&mut self, number: u64) {
        self.control("ready", number, "").await;
    }

    /// A control frame with more fields.
    pub(crate) async fn control(&mut self, kind: &str, last: u64, more: &str) {
        let last = format!(r#""last_event_id":"evt_1766322000123-{last}""#);
        self.text(format!(r#"{{"object":"ws_control","type":"{kind}",{last}{more}}}"#)).await;
    }

    pub(crate) async fn events(&mut self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            self.text(event(number)).await;
        }
    }

    /// Says why, closes, and waits until that was read.
    pub(crate) async fn close(mut self, code: u16, fault: Option<&str>) {
        if let Some(fault) = fault {
            self.text(format!(r#"{{"object":"ws_error","code":"{fault}","message":"because"}}"#)).await;
        }
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        let _gone = self.0.close(Some(frame)).await;
        self.read_to_the_end().await;
    }

    /// Stays open, and silent but for a ping now and then, until the client goes.
    pub(crate) async fn stay(mut self, ping_every: Option<Duration>) {
        let Some(pause) = ping_every else { return self.read_to_the_end().await };
        while self.0.send(Message::Ping(Vec::new().into())).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    }

    async fn read_to_the_end(&mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }
}
