//! The configuration the server is started with.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::chain::Token;
use super::database::Books;
use super::{Api, Chain, Options, Proxy};

/// A byte of the server key, which is the same throughout.
const SERVER_KEY: &str = "5e";

/// Everything a server listens to and is told.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    /// The world's directory.
    pub(crate) directory: PathBuf,
    /// The configuration file.
    pub(crate) config: PathBuf,
    /// Where it listens.
    pub(crate) address: String,
    // What payors reach the installation as, the same for all of its nodes.
    base_url: String,
    toml: String,
}

impl Files {
    /// Writes the configuration of the first server.
    pub(crate) fn new(
        directory: &Path,
        books: &Books,
        options: &Options,
        chains: [&Chain; 2],
        proxy: Option<&Proxy>,
    ) -> Self {
        let mut toml = format!(
            "[database]\nurl = \"{}\"\nmax_connections = 6\n\n\
             [secrets]\nserver_key = \"{}\"\n\n\
             [limits]\nkey_per_second = 0\nip_per_second = 0\nsign_in_per_second = 0\n\n\
             [mail]\n{}\n[accounts]\nverify_email = {}\n\n\
             [log]\nfilter = \"info,pepay_chain=debug,pepay_engine=debug,pepay_http=debug\"\n\n\
             [webhooks]\n{}\n\n\
             [rates]\nsources = []\n[rates.fixed]\nETH = \"2500\"\nUSDC = \"1\"\nDAI = \"1\"\nUSDT = \"1\"\n",
            books.url,
            SERVER_KEY.repeat(32),
            options.mail,
            options.verify_email,
            options.webhooks,
        );
        toml.push_str(&options.sections);
        for chain in chains {
            let own = proxy.filter(|_| chain.name == "base").map_or_else(|| chain.url(), Proxy::url);
            let before = options.before_base.iter().filter(|_| chain.name == "base").map(String::as_str);
            let urls: Vec<&str> = before.chain([own]).collect();
            // A socket tells of blocks at once; where providers are the scenario's subject, the server polls.
            let socket = (urls == [chain.url()]).then(|| chain.socket());
            network(&mut toml, chain, (&urls, socket), options).expect("writing to a string does not fail");
        }
        let port = free_port();
        Self::write(directory, "first", port, local(port), toml)
    }

    /// Has the server start with another key the next time, as the operator would.
    pub(crate) fn change_server_key(&self, key: &str) {
        let text = std::fs::read_to_string(&self.config).expect("the configuration can be read");
        let text = text.replace(&SERVER_KEY.repeat(32), key);
        std::fs::write(&self.config, text).expect("the configuration can be written");
        let mut accept = Command::new(env!("CARGO_BIN_EXE_pepay"));
        accept.args(["admin", "accept-server-key", "--config"]).arg(&self.config).current_dir(&self.directory);
        let output = accept.output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The same for a second node: its own port, the same database.
    pub(crate) fn second(&self) -> Self {
        Self::write(&self.directory, "second", free_port(), self.base_url.clone(), self.toml.clone())
    }

    /// Who answers there.
    pub(crate) fn api(&self) -> Api {
        Api::new(self.address.clone())
    }

    fn write(directory: &Path, name: &str, port: u16, base_url: String, toml: String) -> Self {
        let config = directory.join(format!("{name}.toml"));
        let server =
            format!("[server]\nlisten = \"127.0.0.1:{port}\"\nbase_url = \"{base_url}\"\nshutdown_s = 2\n\n{toml}");
        std::fs::write(&config, server).expect("the configuration can be written");
        Self { directory: directory.to_owned(), config, address: local(port), base_url, toml }
    }
}

fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Where nobody answers.
pub(crate) fn dead_url() -> String {
    local(free_port())
}

fn network(
    toml: &mut String,
    chain: &Chain,
    (urls, socket): (&[&str], Option<String>),
    options: &Options,
) -> std::fmt::Result {
    let (name, logs) = (chain.name, options.logs);
    writeln!(toml, "\n[networks.devnet.{name}]\nchain_id = {}\nrpc_urls = {urls:?}", chain.id)?;
    writeln!(toml, "logs = \"{logs}\"")?;
    if let Some(socket) = socket {
        writeln!(toml, "ws_url = \"{socket}\"")?;
    }
    writeln!(toml, "[networks.devnet.{name}.confirmations]\n{}", options.confirmations)?;
    for token in [Token::Coin, Token::Usdc, Token::Dai, Token::Usdt] {
        let symbol = token.symbol();
        // The names of the built-in entries, so that ours take their places.
        let key = if token == Token::Coin && name == "bsc" { "bnb".to_owned() } else { symbol.to_lowercase() };
        writeln!(toml, "[networks.devnet.{name}.tokens.{key}]")?;
        writeln!(toml, "id = {}\nsymbol = \"{symbol}\"\nname = \"Test {symbol}\"", token.id(name))?;
        writeln!(toml, "decimals = {}", token.decimals())?;
        match token.contract() {
            None => writeln!(toml, "native = true")?,
            Some(contract) => writeln!(toml, "address = \"{contract}\"\nstable = true")?,
        }
    }
    Ok(())
}

// A port nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}
