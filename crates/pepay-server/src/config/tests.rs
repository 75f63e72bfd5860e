use pepay_core::forwarder::Factory;
use pepay_core::id::TokenId;
use pepay_core::network::{Depth, Environment, NetworkId};
use pepay_core::token::{Asset, Catalogue};

use super::*;

fn catalogue(config: &Config) -> Catalogue {
    let zero = alloy_primitives::Address::ZERO;
    config.catalogue(Factory { version: 1, address: zero, implementation: zero }).unwrap()
}

fn error(toml: &str) -> String {
    Config::parse(toml).unwrap_err().to_string()
}

#[test]
fn nothing_configured_is_the_defaults() {
    let config = Config::parse("").unwrap();
    assert_eq!(config.server.listen.port(), 3000);
    assert!(catalogue(&config).networks().is_empty());
}

#[test]
fn unknown_and_wrong_keys_are_named() {
    for (toml, wanted) in [
        ("[server]\nlissten = 1", "`server.lissten`: unknown key; known here are listen, base_url"),
        ("[sever]\nlisten = 1", "`sever`: unknown key"),
        ("[server]\nlisten = 1", "`server.listen`: must be"),
        ("[server]\nlisten = \"nowhere\"", "`server.listen`: invalid socket address"),
        ("[server]\nroles = [\"cook\"]", "`server.roles.0`: unknown variant: found `cook`"),
        ("[server]\nroles = []", "`server.roles`: must name at least one"),
        ("[server]\nbase_url = \"pay.example\"", "`server.base_url`: must be http(s)"),
        ("[secrets]\nserver_key = 12", "`secrets.server_key`: must be text in quotes"),
        ("[networks.devnet.base]\nrpc = []", "`networks.devnet.base.rpc`: unknown key"),
        ("[networks.devnet.mine]\nrpc_urls = []", "`networks.devnet.mine.chain_id`: is missing"),
        ("[networks.devnet.base]\nrpc_urls = []", "`networks.devnet.base.rpc_urls`: must list"),
        (
            "[networks.devnet.base.confirmations]\nabove = \"final\"",
            "`networks.devnet.base.confirmations.above`: must be a number of blocks or \"finalized\"",
        ),
        ("[networks.devnet.base.tokens.usdc]\nid = \"x\"", "`networks.devnet.base.tokens.usdc.id`: must be i64"),
        ("[networks.testnet.base]\n", "`networks.testnet`: unknown key"),
        (
            "[catalogue]\nnetworks = [\"devnet:moon\"]",
            "there is no built-in network devnet:moon; there are devnet:arbitrum",
        ),
        ("[catalogue]\nnetworks = [\"base\"]", "\"base\" is not environment:network"),
        ("[mail]\nurl = \"https://mail.example\"", "`mail.url`: must be smtps://"),
        ("[mail]\nfrom = \"nobody\"", "`mail.from`: must be an address"),
        ("[mail]\nurl = \"smtps://a.example\"\ndirectory = \"mail\"", "`mail.directory`: excludes mail.url"),
        ("[settlement]\nfee_bps = 1001", "`settlement.fee_bps`: must be from 0 to 1000"),
        ("[settlement]\nfee_bps = 1", "`settlement.fee_receiver`: is missing"),
        ("[webhooks]\nallow = [\"a b\"]", "`webhooks.allow.0`: must be a host name, an address or a block"),
        ("[webhooks]\ntimeout_ms = 1", "`webhooks.timeout_ms`: must be from 100"),
        ("[webhooks]\nconcurrency = 0", "`webhooks.concurrency`: must be from 1"),
        ("[webhooks]\ntotal_concurrency = 2", "`webhooks.total_concurrency`: must be from"),
        ("[webhooks]\nlease_s = 17", "`webhooks.lease_s`: must last 3 s longer"),
        ("[webhooks]\nretry_ms = []", "`webhooks.retry_ms`: must be 1 to 20"),
        ("[webhooks]\nbreaker_ms = [0]", "`webhooks.breaker_ms`: must be 1 to 20"),
        ("[webhooks]\nretention_days = 0", "`webhooks.retention_days`: must be at least 1"),
        ("[rates.fixed]\nETH = 2500.5", "`rates.fixed.ETH`: must be a price in quotes"),
    ] {
        let error = error(toml);
        assert!(error.contains(wanted), "{toml}\n gave {error}");
    }
}

#[test]
fn an_error_repeats_no_secret() {
    let error = error("[database]\nurl = [\"postgres://me:hunter2@host/db\"]");
    assert!(error.contains("`database.url") && !error.contains("hunter2"), "{error}");
    let config =
        Config::parse("[database]\nurl = \"postgres://me:hunter2@host/db\"\n[secrets]\nserver_key = \"abc\"").unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("hunter2") && !printed.contains("abc") && printed.contains("[redacted]"), "{printed}");
}

#[test]
fn the_operators_keys_win_over_the_built_in_ones() {
    let config = Config::parse(
        "[networks.mainnet.base]\nrpc_urls = [\"https://rpc.example\"]\n\
         [networks.mainnet.base.tokens.dai]\nactive = false\n\
         [networks.mainnet.base.tokens.mine]\nid = 100000\nsymbol = \"MINE\"\nname = \"Mine\"\ndecimals = 2\n\
         address = \"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"\n\
         [networks.mainnet.base.confirmations]\ntiers = []\nabove = 7",
    )
    .unwrap();
    let catalogue = catalogue(&config);
    assert_eq!(catalogue.networks().len(), 1, "only what was named");
    let base = &catalogue.networks()[0];
    assert_eq!((base.chain_id, base.confirmations.above), (Some(8453), Depth::Blocks(7)));
    assert!(base.confirmations.tiers.is_empty());
    assert!(!catalogue.token(TokenId(2204)).unwrap().active);
    assert_eq!(catalogue.token(TokenId(100_000)).unwrap().symbol, "MINE");
    assert_eq!(catalogue.tokens().len(), 4);
    assert!(!format!("{config:?}").contains("publicnode"), "the list of nodes is replaced, not extended");
}

#[test]
fn built_in_networks_are_whole() {
    let config = Config::parse("[catalogue]\nnetworks = [\"mainnet:*\", \"devnet:*\"]").unwrap();
    let catalogue = catalogue(&config);
    let mut names: Vec<String> = catalogue.networks().iter().map(|network| network.id.to_string()).collect();
    names.sort();
    let wanted = ["arbitrum", "avalanche", "base", "bsc", "ethereum", "optimism", "polygon"];
    let wanted: Vec<String> =
        ["devnet", "mainnet"].iter().flat_map(|of| wanted.iter().map(move |name| format!("{of}:{name}"))).collect();
    assert_eq!(names, wanted);
    for network in catalogue.networks() {
        assert!(catalogue.token_of(&network.id, Asset::Native).is_some(), "{} has no coin", network.id);
        let stable = catalogue.tokens().iter().any(|token| token.network == network.id && token.stable);
        assert!(stable, "{} has no stable coin", network.id);
        assert!(network.explorer_tx.is_some(), "{}", network.id);
        if network.id.environment() == Environment::Mainnet {
            assert_eq!(network.confirmations.above, Depth::Finalized, "{}", network.id);
            assert!(!network.confirmations.tiers.is_empty(), "{}", network.id);
        }
    }
    let bsc = NetworkId::new(Environment::Mainnet, "bsc");
    assert!(catalogue.tokens().iter().filter(|token| token.network == bsc).all(|token| token.decimals == 18));
}

// Contracts are written with their checksum, so that a mistyped digit can not pass.
#[test]
fn built_in_addresses_are_checksummed() {
    let networks = catalogue::all_built_in().unwrap();
    for network in networks.devnet.values().chain(networks.mainnet.values()) {
        for text in network.tokens.values().filter_map(|token| token.address.as_ref()) {
            let address = pepay_core::address::Address::parse(pepay_core::network::Kind::Evm, text).unwrap();
            assert_eq!(address.to_string(), *text);
        }
    }
}

#[test]
fn token_numbers_follow_their_scheme() {
    let index = ["ethereum", "base", "bsc", "arbitrum", "optimism", "avalanche", "polygon"];
    let networks = catalogue::all_built_in().unwrap();
    for (start, networks) in [(1_000, networks.devnet), (2_000, networks.mainnet)] {
        for (name, network) in networks {
            let place = index.iter().position(|it| *it == name).unwrap() + 1;
            for (key, token) in network.tokens {
                let last = if token.native {
                    1
                } else {
                    ["usdc", "usdt", "dai"].iter().position(|it| *it == key).unwrap() + 2
                };
                assert_eq!(token.id, i64::try_from(start + place * 100 + last).unwrap(), "{name} {key}");
            }
        }
    }
}

#[test]
fn the_shipped_examples_load() {
    let devnet = Config::parse(include_str!("../../../../config/devnet.example.toml")).unwrap();
    assert!(catalogue(&devnet).networks().len() >= 7);
    let mainnet = Config::parse(include_str!("../../../../config/mainnet.example.toml")).unwrap();
    assert!(catalogue(&mainnet).networks().iter().all(|it| it.id.environment() == Environment::Mainnet));
    let whole = Config::parse(include_str!("../../../../config/pepay.example.toml")).unwrap();
    assert!(!catalogue(&whole).networks().is_empty());
}

#[test]
#[expect(clippy::result_large_err, reason = "the signature is figment's")]
fn variables_win_over_the_file_and_are_named_in_errors() {
    figment::Jail::expect_with(|jail| {
        jail.create_file("pepay.toml", "[server]\nlisten = \"127.0.0.1:1\"\n[secrets]\nserver_key_file = \"key\"")?;
        jail.create_file("key", &format!("{}\n", "07".repeat(32)))?;
        jail.set_env("PEPAY__SERVER__LISTEN", "0.0.0.0:8080");
        jail.set_env("PEPAY__NETWORKS__MAINNET__BASE__RPC_URLS", "[https://a.example/key, https://b.example]");
        jail.set_env("PEPAY__NETWORKS__MAINNET__BASE__CONFIRMATIONS__ABOVE", "12");
        jail.set_env("PEPAY__RATES__FIXED__ETH", "2500");
        jail.set_env("PEPAY_ANVIL", "not ours");
        let config = Config::load(Some(Path::new("pepay.toml"))).unwrap();
        assert_eq!(config.server.listen.port(), 8080);
        let base = &config.networks.mainnet["base"];
        assert_eq!((base.chain_id, base.rpc_urls.len()), (8453, 2));
        assert_eq!(base.rpc_urls[0].reveal(), "https://a.example/key");
        assert_eq!(base.confirmations.above.0, Depth::Blocks(12));
        assert_eq!(config.rates.fixed()["ETH"].decimal(), "2500.000000");
        assert!(config.secrets.server_key().is_ok(), "the key file is found beside the file that names it");

        jail.set_env("PEPAY__SERVER__LISSTEN", "x");
        let error = Config::load(Some(Path::new("pepay.toml"))).unwrap_err().to_string();
        assert!(error.contains("`server.lissten`: unknown key"), "{error}");
        assert!(error.contains("PEPAY__SERVER__LISSTEN"), "{error}");
        let error = Config::load(Some(Path::new("none.toml"))).unwrap_err().to_string();
        assert_eq!(error, "there is no configuration file none.toml; give its path with --config");
        Ok(())
    });
}

// Asks each section for a key that does not exist; the answer names those that do.
#[test]
fn every_key_is_documented() {
    let document = include_str!("../../../../docs/configuration.md");
    for (section, heading) in [
        ("server", "## `[server]`"),
        ("database", "## `[database]`"),
        ("secrets", "## `[secrets]`"),
        ("limits", "## `[limits]`"),
        ("accounts", "## `[accounts]`"),
        ("mail", "## `[mail]`"),
        ("sockets", "## `[sockets]`"),
        ("events", "## `[events]`"),
        ("rates", "## `[rates]`"),
        ("settlement", "## `[settlement]`"),
        ("webhooks", "## `[webhooks]`"),
        ("log", "## `[log]`"),
        ("catalogue", "## `[catalogue]`"),
        ("networks.devnet.base", "## `[networks.<environment>.<name>]`"),
        ("networks.devnet.base.confirmations", "### `[networks.<environment>.<name>.confirmations]`"),
        ("networks.devnet.base.tokens.usdc", "### `[networks.<environment>.<name>.tokens.<token>]`"),
    ] {
        let answer = error(&format!("[{section}]\nunheard = 1"));
        let (_, keys) = answer.split_once("known here are ").unwrap();
        let (keys, _) = keys.split_once(" (in").unwrap_or((keys, ""));
        let (_, part) = document.split_once(&format!("{heading}\n")).unwrap();
        let part = part.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
        let keys: Vec<&str> = keys.split(", ").collect();
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
        let documented: Vec<&str> = rows.map(|(key, _)| key).filter(|key| !key.contains(':')).collect();
        assert_eq!(documented, keys, "{heading}");
    }
}

#[test]
fn every_default_is_documented() {
    let document = include_str!("../../../../docs/configuration.md");
    let network = "[networks.devnet.base]\nrpc_urls = [\"https://a.example\"]\n";
    let mut compared = 0;
    for section in document.split("\n## `[").skip(1) {
        let (name, rest) = section.split_once("]`").unwrap();
        let (head, part) = match name {
            "networks.<environment>.<name>" => (network.to_owned(), rest.split("\n### ").next().unwrap()),
            name => (format!("[{name}]\n"), rest),
        };
        let unsaid = format!("{:?}", Config::parse(&head).unwrap());
        for row in part.lines().filter_map(|line| line.strip_prefix("| `")) {
            let (key, rest) = row.split_once("` | ").unwrap();
            let (default, _) = rest.split_once(" | ").unwrap();
            if default == "none" {
                let nothing = [format!("{key}: None"), format!("{key}: {{}}")];
                assert!(nothing.iter().any(|nothing| unsaid.contains(nothing)), "{name}.{key} is something");
            } else if let Some(value) = default.strip_prefix('`').and_then(|value| value.strip_suffix('`')) {
                // What is no TOML is text.
                let said = Config::parse(&format!("{head}{key} = {value}"))
                    .or_else(|_| Config::parse(&format!("{head}{key} = \"{value}\"")))
                    .unwrap_or_else(|error| panic!("{name}.{key}: {error}"));
                assert_eq!(format!("{said:?}"), unsaid, "{name}.{key} is not {value}");
            } else {
                continue;
            }
            compared += 1;
        }
    }
    assert!(compared > 60, "only {compared} defaults were found");
    // What is not printed.
    assert_eq!(Config::parse("").unwrap().database.url.reveal(), "sqlite://pepay.db?mode=rwc");
}
