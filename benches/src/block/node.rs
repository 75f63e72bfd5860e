//! A pretended node: answers what the watcher asks about the blocks it was told to mine.
//!
//! A process of its own, so that its work is not taken for the watcher's. It mines what it reads on stdin and ends
//! when that does.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use pepay_core::address::Address;
use pepay_core::time::Millis;
use serde_json::Value;

use crate::say;

const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
/// What each transfer moves: 49.99 with six decimals, the price of every invoice.
const UNITS: u64 = 49_990_000;
/// Blocks until one is final.
const FINAL_AFTER: usize = 64;

/// A running node.
pub(super) struct Node {
    url: String,
    process: Child,
    orders: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Node {
    pub(super) fn start(chain_id: u64, contract: &Address) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["node", "--chain-id", &chain_id.to_string(), "--contract", &hex(contract.bytes())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = process.stdin.take().context("stdin is piped")?;
        let replies = BufReader::new(process.stdout.take().context("stdout is piped")?);
        let mut node = Self { url: String::new(), process, orders, replies };
        node.url = node.reply()?;
        Ok(node)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The next block: one token transfer to each of `to`, each in its own transaction.
    pub(super) fn mine(&mut self, to: &[Address], now: Millis) -> anyhow::Result<()> {
        let to: Vec<String> = to.iter().map(|address| hex(address.bytes())).collect();
        writeln!(self.orders, "{} {}", now.secs(), to.join(" "))?;
        self.reply().map(drop)
    }

    fn reply(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        anyhow::ensure!(self.replies.read_line(&mut line)? > 0, "the pretended node ended");
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; nobody is left to tell either way.
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}

/// Is the node, until stdin ends.
pub(crate) fn serve(chain_id: u64, contract: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    let shared = Arc::new(Shared { chain_id, contract: format!("0x{contract}"), blocks: Mutex::default() });
    let for_threads = Arc::clone(&shared);
    // It ends with the process.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = Arc::clone(&for_threads);
            std::thread::spawn(move || shared.serve(&stream));
        }
    });
    say(&url)?;
    for order in std::io::stdin().lines() {
        let order = order?;
        let (at, to) = order.split_once(' ').context("a time and addresses")?;
        shared.mine(at.parse()?, to.split(' '));
        say("mined")?;
    }
    Ok(())
}

struct Shared {
    chain_id: u64,
    contract: String,
    blocks: Mutex<Vec<Block>>,
}

/// A block, in the words a node has for it.
struct Block {
    hash: String,
    /// With the hashes of its transactions.
    header: String,
    /// With its transactions.
    full: String,
    logs: String,
}

impl Block {
    fn new<'a>(number: usize, contract: &str, to: impl Iterator<Item = &'a str>, at_s: u64) -> Self {
        let hash = word(0xb10c, number, 0);
        let frame = |transactions: &str| {
            format!(
                r#"{{"number":"{number:#x}","hash":"{hash}","parentHash":"{}","timestamp":"{:#x}","logsBloom":"0x{}","gasLimit":"0x1c9c380","gasUsed":"0x1c9c37f","transactions":[{transactions}]}}"#,
                number.checked_sub(1).map_or_else(|| word(0, 0, 0), |parent| word(0xb10c, parent, 0)),
                at_s,
                "ff".repeat(256),
            )
        };
        let (mut hashes, mut transactions, mut logs) = (Vec::new(), Vec::new(), Vec::new());
        for (index, to) in to.enumerate() {
            let transaction = word(0x7a, number, index);
            hashes.push(format!(r#""{transaction}""#));
            transactions.push(format!(
                r#"{{"type":"0x2","hash":"{transaction}","blockHash":"{hash}","blockNumber":"{number:#x}","transactionIndex":"{index:#x}","from":"0x{:040x}","to":"{contract}","value":"0x0","nonce":"0x7","gas":"0xfde8","gasPrice":"0x3b9aca00","maxFeePerGas":"0x77359400","maxPriorityFeePerGas":"0x3b9aca00","chainId":"0x7a69","accessList":[],"input":"0xa9059cbb{to:0>64}{UNITS:064x}","v":"0x1","yParity":"0x1","r":"{transaction}","s":"{transaction}"}}"#,
                index + 1,
            ));
            logs.push(format!(
                r#"{{"address":"{contract}","topics":["{TRANSFER}","0x{:064x}","0x{to:0>64}"],"data":"0x{UNITS:064x}","blockNumber":"{number:#x}","blockHash":"{hash}","transactionHash":"{transaction}","transactionIndex":"{index:#x}","logIndex":"{index:#x}","removed":false}}"#,
                index + 1,
            ));
        }
        let (header, full) = (frame(&hashes.join(",")), frame(&transactions.join(",")));
        Self { hash, header, full, logs: format!("[{}]", logs.join(",")) }
    }
}

impl Shared {
    fn blocks(&self) -> std::sync::MutexGuard<'_, Vec<Block>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mine<'a>(&self, at_s: u64, to: impl Iterator<Item = &'a str>) {
        let mut blocks = self.blocks();
        let number = blocks.len();
        blocks.push(Block::new(number, &self.contract, to, at_s));
    }

    /// Answers on one connection until it is closed or breaks: the watcher then says what went wrong.
    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Ok(question) = question(&mut reader) {
            let answer = self.answer(&question);
            let text = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
                answer.len()
            );
            let mut stream = stream;
            if stream.write_all(text.as_bytes()).is_err() {
                return;
            }
        }
    }

    fn answer(&self, question: &Value) -> String {
        let parameters = &question["params"];
        let result = match question["method"].as_str() {
            Some("eth_chainId") => format!(r#""{:#x}""#, self.chain_id),
            Some("eth_getBlockByNumber") => self.block(&parameters[0], parameters[1] == true),
            Some("eth_getLogs") => self.logs(&parameters[0]["blockHash"]),
            other => {
                let message = format!("{} is not pretended", other.unwrap_or("that"));
                return format!(r#"{{"jsonrpc":"2.0","id":1,"error":{{"code":-32601,"message":"{message}"}}}}"#);
            }
        };
        format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#)
    }

    fn block(&self, which: &Value, full: bool) -> String {
        let blocks = self.blocks();
        let newest = blocks.len().saturating_sub(1);
        let number = match which.as_str() {
            Some("latest") => newest,
            Some("finalized") => newest.saturating_sub(FINAL_AFTER),
            Some(text) => usize::from_str_radix(text.trim_start_matches("0x"), 16).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        let block = blocks.get(number).map(|block| if full { &block.full } else { &block.header });
        block.map_or_else(|| "null".to_owned(), Clone::clone)
    }

    fn logs(&self, hash: &Value) -> String {
        let blocks = self.blocks();
        let block = blocks.iter().rev().find(|block| *hash == block.hash.as_str());
        block.map_or_else(|| "[]".to_owned(), |block| block.logs.clone())
    }
}

/// The body of the next request.
fn question(reader: &mut impl BufRead) -> anyhow::Result<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        anyhow::ensure!(reader.read_line(&mut line)? > 0, "closed");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().context("a length")?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

/// 32 bytes that nothing else is called by.
fn word(kind: usize, number: usize, index: usize) -> String {
    format!("0x{kind:016x}{number:024x}{index:024x}")
}

/// Digits without the `0x`.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}
