//! The configuration of `pepay dev`, written down as a file: the same program reads it the same way as any other, and
//! `pepay admin --config DIR/pepay.toml` works beside it.

use std::net::SocketAddr;

use super::chains::LocalChain;
use super::data::Data;

/// Play-money prices, so that amounts are easy to follow.
const FIXED_RATES: [(&str, &str); 2] = [("ETH", "2500"), ("BNB", "600")];

pub(super) fn render(base_url: &str, listen: SocketAddr, data: &Data, chains: &[LocalChain]) -> String {
    let database = format!("sqlite://{}?mode=rwc", data.path("pepay.db").display());
    let mut text = String::from("# Written by `pepay dev` at each start: changes do not last.\n");
    let server = [
        ("listen", quoted(&listen.to_string())),
        ("base_url", quoted(base_url)),
        // A shop under development, on whatever port it runs.
        ("embed_origins", format!("[{}, {}]", quoted("http://localhost:*"), quoted("http://127.0.0.1:*"))),
    ];
    section(&mut text, "server", &server);
    section(&mut text, "database", &[("url", quoted(&database))]);
    section(&mut text, "secrets", &[("server_key_file", quoted("server.key"))]);
    // One machine, one person: no letter in between, and letters to read in a directory.
    section(&mut text, "accounts", &[("verify_email", "false".to_owned())]);
    section(&mut text, "mail", &[("directory", quoted("mail"))]);
    // Receivers on this machine, over http too, and nothing else private.
    section(&mut text, "webhooks", &[("allow", "[\"localhost\", \"127.0.0.0/8\", \"::1\"]".to_owned())]);
    section(&mut text, "rates", &[("sources", "[]".to_owned())]);
    let rates: Vec<_> = FIXED_RATES.iter().map(|(symbol, price)| (*symbol, quoted(price))).collect();
    section(&mut text, "rates.fixed", &rates);
    for chain in chains {
        network(&mut text, chain);
    }
    text
}

fn network(text: &mut String, chain: &LocalChain) {
    let name = format!("networks.{}.{}", chain.network.environment(), chain.network.name());
    let line = chain.line.address();
    let fields = [
        ("chain_id", chain.chain_id.to_string()),
        ("rpc_urls", format!("[{}]", quoted(&format!("http://{line}")))),
        ("ws_url", quoted(&format!("ws://{line}"))),
        ("logs", quoted("any")),
        // The built-in explorer knows nothing of local transactions.
        ("explorer_tx", quoted("")),
        ("public_rpc_url", quoted(&chain.rpc_url)),
    ];
    section(text, &name, &fields);
    let confirmations = [("tiers", "[]".to_owned()), ("above", super::CONFIRMATIONS.to_string())];
    section(text, &format!("{name}.confirmations"), &confirmations);
    for token in &chain.tokens {
        let fields = [
            ("id", token.id.to_string()),
            ("symbol", quoted(token.symbol)),
            ("name", quoted(token.name)),
            ("decimals", token.decimals.to_string()),
            ("address", quoted(&token.address.to_string())),
            ("stable", "true".to_owned()),
        ];
        section(text, &format!("{name}.tokens.{}", token.symbol.to_lowercase()), &fields);
    }
}

fn section(text: &mut String, name: &str, fields: &[(&str, String)]) {
    use std::fmt::Write as _;
    // Writing to a string can not fail.
    let _written = writeln!(text, "\n[{name}]");
    for (key, value) in fields {
        let _written = writeln!(text, "{key} = {value}");
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
