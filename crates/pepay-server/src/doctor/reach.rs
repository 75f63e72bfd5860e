//! Who reaches whom: this machine's port, the address that payors use, and a merchant's webhook endpoint.

use std::net::SocketAddr;
use std::time::Duration;

use pepay_outbound::{Failure, StatusCode};
use reqwest::{Client, Url};
use serde_json::Value;

use super::Finding;
use crate::api::http_client;
use crate::config::Config;

const SERVER: &str = "server";
const WEBHOOK: &str = "webhook";
/// How long anybody may take.
const TIMEOUT: Duration = Duration::from_secs(8);

pub(super) async fn examine(config: &Config, webhook: Option<&Url>) -> Vec<Finding> {
    let client = match http_client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => return vec![Finding::fail(SERVER, format!("{error:#}"), "install CA certificates")],
    };
    let (own, public, webhook) = tokio::join!(
        listener(&client, config.server.listen),
        base_url(&client, &config.server.base_url),
        endpoint(config, webhook),
    );
    [own, public].into_iter().chain(webhook).collect()
}

/// What answers there.
enum Who {
    Pepay,
    Another,
    Nobody(String),
}

async fn ask(client: &Client, base_url: &str) -> Who {
    let answer = match client.get(format!("{base_url}/health/live")).send().await {
        Ok(answer) => answer,
        Err(error) => return Who::Nobody(crate::cmd::one_line(&error.without_url().into())),
    };
    match answer.json::<Value>().await {
        Ok(body) if body["status"] == "ok" => Who::Pepay,
        _ => Who::Another,
    }
}

async fn listener(client: &Client, address: SocketAddr) -> Finding {
    let mut reached = address;
    if address.ip().is_unspecified() {
        reached.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    match ask(client, &format!("http://{reached}")).await {
        Who::Pepay => Finding::ok(SERVER, format!("a node answers on {address}")),
        Who::Another => {
            let advice = "stop it, or choose another port (server.listen)";
            Finding::fail(SERVER, format!("another program answers on {address}"), advice)
        }
        Who::Nobody(_) => match tokio::net::TcpListener::bind(address).await {
            Ok(_) => Finding::ok(SERVER, format!("{address} is free; no node runs here")),
            Err(error) => {
                let advice = "choose another address or port (server.listen)";
                Finding::fail(SERVER, format!("{address} can not be listened on: {error}"), advice)
            }
        },
    }
}

async fn base_url(client: &Client, base_url: &str) -> Finding {
    match ask(client, base_url).await {
        Who::Pepay => Finding::ok(SERVER, format!("{base_url} leads to a node")),
        Who::Another => {
            let advice = "correct server.base_url or the proxy behind it: payment links lead there";
            Finding::fail(SERVER, format!("{base_url} leads to something else than a node"), advice)
        }
        Who::Nobody(why) => {
            let advice = "start the node, or check DNS, the proxy and its certificate: payment links lead there";
            Finding::warn(SERVER, format!("{base_url} leads to nobody: {why}"), advice)
        }
    }
}

/// Only that it is there: nothing is sent that it could take for a webhook. Asked through the client that delivers, so
/// that what it may not reach, or may not trust, is told here.
async fn endpoint(config: &Config, url: Option<&Url>) -> Option<Finding> {
    let url = url?;
    let client = match config.webhooks.settings() {
        Ok(settings) => settings.client,
        Err(error) => return Some(Finding::fail(WEBHOOK, crate::cmd::one_line(&error), "correct webhooks.ca_file")),
    };
    let host = url.host_str().unwrap_or_default();
    let refused = |why: String| {
        let advice = "give a public https address, or let it in with webhooks.allow or webhooks.allow_http";
        Finding::fail(WEBHOOK, format!("{host} is not delivered to: {why}"), advice)
    };
    let target = match client.check(url.as_str()) {
        Ok(target) => target,
        Err(error) => return Some(refused(error.to_string())),
    };
    Some(match client.head(&target).await {
        Ok(answer) => answered(host, url.scheme() == "https", answer.status),
        Err(Failure::Refused(why)) => refused(why.to_string()),
        Err(failure) => {
            let advice = "check its name, its port and its certificate, and that this machine may connect to it";
            Finding::fail(WEBHOOK, format!("{host} can not be reached: {failure}"), advice)
        }
    })
}

/// What an answer to HEAD says of deliveries, which are POSTs: many receivers answer 405 and take them all the same.
fn answered(host: &str, is_https: bool, status: StatusCode) -> Finding {
    let kind = if is_https { "its name resolves and its certificate is good" } else { "no TLS" };
    let message = format!("{host} answers {status} to HEAD; {kind}");
    let advice = match status.as_u16() {
        300..400 => "give the address it leads to: a delivery follows no redirect, and is repeated instead",
        404 | 410 => {
            "check the path: a delivery that gets this answer is repeated, and the endpoint disabled in the end"
        }
        500.. => "look into its log: a delivery that gets this answer is repeated",
        _ => return Finding::ok(WEBHOOK, message),
    };
    Finding::warn(WEBHOOK, message, advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::report::Verdict;

    #[test]
    fn answers_that_no_delivery_would_survive_are_told() {
        for (status, verdict) in [
            (200, Verdict::Ok),
            (405, Verdict::Ok),
            (401, Verdict::Ok),
            (302, Verdict::Warn),
            (308, Verdict::Warn),
            (404, Verdict::Warn),
            (410, Verdict::Warn),
            (500, Verdict::Warn),
            (503, Verdict::Warn),
        ] {
            let finding = answered("shop.example", true, StatusCode::from_u16(status).unwrap());
            assert_eq!((finding.verdict, finding.advice.is_some()), (verdict, verdict != Verdict::Ok), "{status}");
        }
    }
}
