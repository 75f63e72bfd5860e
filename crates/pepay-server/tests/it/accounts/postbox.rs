//! A mail server that takes every letter and keeps it.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::world::wait_for;

/// A letter as it was handed over.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    /// Header and body, without the soft line breaks of its encoding.
    pub(super) text: String,
}

/// The mail server.
pub(super) struct Postbox {
    port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    serving: tokio::task::JoinHandle<()>,
}

impl Postbox {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&taken);
        #[expect(clippy::disallowed_methods, reason = "ends with the postbox")]
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up in the middle has handed over nothing.
                let _gone = serve(stream, &keep).await;
            }
        });
        Self { port, taken, serving }
    }

    /// The section of the configuration that leads here.
    pub(super) fn config(&self) -> String {
        format!("url = \"smtp://127.0.0.1:{}\"\nfrom = \"Pay <pay@pay.example>\"", self.port)
    }

    /// Waits for the letter to `to` whose subject is this.
    pub(super) async fn letter(&self, to: &str, subject: &str) -> Taken {
        wait_for(format!("a letter to {to}: {subject}"), async || {
            let line = format!("Subject: {subject}\r\n");
            let taken = self.taken.lock().expect("nobody panicked");
            let found = taken.iter().find(|letter| letter.to == [to] && letter.text.contains(&line)).cloned();
            found.ok_or_else(|| format!("{} others", taken.len()))
        })
        .await
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(stream: TcpStream, keep: &Mutex<Vec<Taken>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 postbox ready\r\n").await?;
    let mut letter = Taken::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let between = |text: &str| text.split_once('<').and_then(|(_, rest)| Some(rest.split_once('>')?.0.to_owned()));
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "MAIL" => {
                letter = Taken { from: between(&line).unwrap_or_default(), ..Taken::default() };
                "250 fine"
            }
            "RCPT" => {
                letter.to.extend(between(&line));
                "250 fine"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                letter.text = body(&mut stream).await?;
                keep.lock().expect("nobody panicked").push(std::mem::take(&mut letter));
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

async fn body(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let start = text.len();
        let read = stream.read_line(&mut text).await?;
        if read == 0 || &text[start..] == ".\r\n" {
            text.truncate(start);
            return Ok(text.replace("=\r\n", "").replace("=3D", "="));
        }
    }
}
