//! Who reaches whom: this machine's port, the address that payors use, and a merchant's webhook endpoint.

use std::net::SocketAddr;
use std::time::Duration;

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
        endpoint(&client, webhook),
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

/// Only that it is there: nothing is sent that it could take for a webhook.
async fn endpoint(client: &Client, url: Option<&Url>) -> Option<Finding> {
    let url = url?;
    let host = url.host_str().unwrap_or_default();
    Some(match client.head(url.clone()).send().await {
        Ok(answer) => {
            let status = answer.status();
            let kind = if url.scheme() == "https" { "its name resolves and its certificate is good" } else { "no TLS" };
            Finding::ok(WEBHOOK, format!("{host} answers {status} to HEAD; {kind}"))
        }
        Err(error) => {
            let advice = "check its name, its port and its certificate, and that this machine may connect to it";
            let why = crate::cmd::one_line(&error.without_url().into());
            Finding::fail(WEBHOOK, format!("{host} can not be reached: {why}"), advice)
        }
    })
}
