//! Rate limits: who asks too much is told so, and for how long.

use serde_json::json;

use super::{Credential, Gate, api_key, keys, session};
use crate::input::{Reply, Request};
use crate::world::{Api, Server, wait_for};

const UNLIMITED: &str = "key_per_second = 0\nip_per_second = 0";
const LIMITED: &str = "key_per_second = 1\nkey_burst = 3\nip_per_second = 1\nip_burst = 3";
/// More than can be asked before one more second's worth is there.
const MANY: usize = 100;

pub(super) async fn told(gate: &mut Gate<'_>) {
    let invoice = gate.invoice().await;
    let files = gate.world.files.second();
    let toml = std::fs::read_to_string(&files.config).expect("the configuration can be read");
    assert!(toml.contains(UNLIMITED), "tests are unlimited by default");
    std::fs::write(&files.config, toml.replace(UNLIMITED, LIMITED)).expect("it can be written");
    let _limited = Server::start(&files, "limited").await;
    let at = files.address.as_str();

    let list = "/api/v1/invoices";
    let key = api_key(&gate.key);
    let (first, refused) = until_refused(gate, at, list, &key).await;
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("3", "2"));
    assert_eq!(first.header("ratelimit-reset"), "1");
    assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), ("3", "0"));
    assert_eq!(refused.header("access-control-allow-origin"), "");
    let again = wait_for("the key to be let in again", async || {
        let reply = gate.ask(at, list, &key).await;
        if reply.status == 200 { Ok(reply) } else { Err(reply.text()) }
    })
    .await;
    assert_eq!(again.header("ratelimit-limit"), "3");

    let other = keys::usual(gate.world, gate.world.merchant.id).await;
    let other = api_key(&gate.secrets.keep(other));
    assert_eq!(gate.ask(at, list, &other).await.status, 200, "another key has its own limit");

    // Payors, and whoever guesses keys, count against their address.
    let (_, refused) = until_refused(gate, at, "/api/v1/payments/payment-status", &session(&invoice)).await;
    assert_eq!(refused.header("access-control-allow-origin"), "*", "a page may read that it must wait");
    until_refused(gate, at, list, &api_key(&keys::unknown())).await;
    until_refused(gate, at, list, &Vec::new()).await;
    assert_eq!(gate.ask(at, list, &other).await.status, 200, "a good key does not suffer from its address");
    let alive = Api::new(files.address.clone()).send("GET", "/health/live", &[], None).await;
    assert_eq!(alive.status, 200, "health is not limited");
}

/// Asks until it is too much; gives the first answer and the refusal.
async fn until_refused(gate: &mut Gate<'_>, at: &str, path: &str, who: &Credential) -> (Reply, Reply) {
    let first = gate.ask(at, path, who).await;
    for _ in 0..MANY {
        let reply = gate.ask(at, path, who).await;
        if reply.status == 429 {
            let body = reply.json();
            let wait = reply.header("retry-after");
            assert_eq!(wait, "1", "one request a second");
            let message = body["message"].as_str().expect("it says why");
            let expected = json!({ "success": false, "message": message, "error_code": "RATE_LIMIT_EXCEEDED", "retry_after": wait });
            assert_eq!(body, expected);
            return (first, reply);
        }
    }
    panic!("{MANY} requests to {path} were not too many");
}

impl Gate<'_> {
    async fn ask(&mut self, at: &str, path: &str, who: &Credential) -> Reply {
        let request = super::with(Request::new("GET", path), who);
        let reply = request.send(at).await;
        self.secrets.not_told(&request, &reply);
        reply
    }
}
