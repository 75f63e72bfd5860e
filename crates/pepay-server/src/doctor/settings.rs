//! The configuration as a whole: that there is something to do, and that real money is not taken lightly.

use std::path::Path;

use pepay_core::network::Environment;

use super::Finding;
use crate::config::Config;

const CHECK: &str = "config";

pub(super) fn examine(config: &Config, file: Option<&Path>) -> Vec<Finding> {
    let source = file.map_or_else(|| "the environment".to_owned(), |file| file.display().to_string());
    let names: Vec<String> = config.networks.enabled().map(|(id, _)| id.to_string()).collect();
    let mut findings = vec![match names.as_slice() {
        [] => Finding::fail(
            CHECK,
            format!("{source} enables no network"),
            "list some under catalogue.networks, such as \"devnet:base\", or describe one under [networks]",
        ),
        _ => Finding::ok(CHECK, format!("{source} is valid; networks: {}", names.join(", "))),
    }];
    let is_mainnet = config.networks.enabled().any(|(id, _)| id.environment() == Environment::Mainnet);
    if is_mainnet && !config.server.base_url.starts_with("https://") {
        findings.push(Finding::fail(
            CHECK,
            format!("server.base_url is {}, and mainnet is enabled", config.server.base_url),
            "put TLS in front and give its https address: payors must not be sent to a page anybody can change",
        ));
    }
    for (id, network) in config.networks.enabled() {
        if id.environment() == Environment::Mainnet && network.rpc_urls.len() < 2 {
            findings.push(Finding::warn(
                CHECK,
                format!("{id} has one RPC provider"),
                "add a second one of another company: one takes over when the other fails, and checks it otherwise",
            ));
        }
    }
    findings
}
