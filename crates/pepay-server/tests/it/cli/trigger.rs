//! `pepay trigger`: each kind ends as it says, and what the API tells of the invoice agrees.

use serde_json::{Value, json};

use super::dev::{Dev, complained, pepay, run, said};

#[tokio::test]
async fn each_trigger_ends_as_it_says() {
    let dev = Dev::start().await;
    // The blackout on the other chain, so that it delays nobody. All at once: they wait most of the time.
    let (paid, underpaid, overpaid, late, expired, wrong_token, stray, blackout) = tokio::join!(
        invoice_of(&dev, &["invoice.paid", "--amount", "49.99"]),
        invoice_of(&dev, &["underpaid"]),
        invoice_of(&dev, &["invoice.overpaid"]),
        invoice_of(&dev, &["invoice.late"]),
        invoice_of(&dev, &["invoice.expired"]),
        invoice_of(&dev, &["invoice.wrong_token"]),
        invoice_of(&dev, &["invoice.wrong_token", "--token", "usdn"]),
        invoice_of(&dev, &["invoice.rpc_blackout", "--network", "bsc"]),
    );
    assert_eq!(stands(&paid), ("paid", &Value::Null, 49_990, true));
    assert_eq!(stands(&underpaid), ("underpaid", &json!("paid_partial"), 5_000, false));
    assert_eq!(stands(&overpaid), ("paid", &json!("paid_over"), 20_000, true));
    assert_eq!(overpaid["amount_overpaid"], 10_000);
    assert_eq!(stands(&late), ("expired", &json!("paid_late"), 0, false));
    assert_eq!(late["payments"][0]["late"], true);
    assert_eq!(stands(&expired), ("expired", &Value::Null, 0, false));
    assert_eq!(expired["payments"], json!([]));
    for unpaid in [wrong_token, stray] {
        assert_eq!(stands(&unpaid), ("unpaid", &Value::Null, 0, false));
        let explained = dev.get(&format!("/api/v1/invoices/{}/explain", id(&unpaid))).await;
        assert_eq!(explained["transfers"][0]["rule"], "token_not_quoted", "{explained}");
    }
    assert_eq!(stands(&blackout), ("paid", &Value::Null, 10_000, true));
    let payment = &blackout["payments"][0];
    let seconds = |value: &Value| value.as_i64().expect("a time");
    assert!(seconds(&payment["created_at"]) >= seconds(&blackout["expires_at"]), "seen after the end: {blackout}");

    // Alone, for it takes back what others were paid in the same blocks.
    let reorged = invoice_of(&dev, &["invoice.reorged"]).await;
    assert_eq!(stands(&reorged), ("paid", &json!("reverted"), 0, false));
    assert_eq!(reorged["payments"][0]["reverted"], true);
    refuses_what_is_not_there(&dev).await;
}

async fn refuses_what_is_not_there(dev: &Dev) {
    for (arguments, complaint) in [
        (vec!["invoice.paid", "--network", "solana"], "has no network solana; there are base, bsc"),
        (vec!["invoice.paid", "--token", "DOGE"], "base has no DOGE; there are "),
        (vec!["invoice.paid", "--amount", "0"], "invalid value '0' for '--amount <USD>'"),
        (vec!["invoice.vanished"], "possible values: invoice.paid, "),
    ] {
        let mut command = pepay(dev.directory());
        let output = run({
            command.arg("trigger").args(arguments).args(["--data", "data"]);
            command
        })
        .await;
        assert!(!output.status.success());
        assert!(complained(&output).contains(complaint), "{}", complained(&output));
    }
}

#[tokio::test]
async fn without_pepay_dev_a_trigger_says_so() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let trigger = |arguments: &[&str]| {
        let mut command = pepay(directory.path());
        command.args(["trigger", "invoice.paid"]).args(arguments);
        run(command)
    };
    let output = trigger(&[]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("`pepay dev` is not running here: there is no .pepay/dev.json"));

    // As a killed one leaves it.
    let left = json!({
        "base_url": crate::world::dead_url(), "api_key": "sk_test_x",
        "networks": [{
            "network": "base", "chain_id": 1, "rpc_url": "http://127.0.0.1:1", "cut_address": "127.0.0.1:1",
            "funded_private_key": "1".repeat(64),
            "tokens": [{ "id": 1, "symbol": "USDC", "address": null, "decimals": 6 }],
        }],
    });
    std::fs::write(directory.path().join("dev.json"), left.to_string()).expect("a file can be written");
    let output = trigger(&["--dev-json", "dev.json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let complaint = complained(&output);
    assert!(complaint.contains("left its dev.json behind") && complaint.contains("nobody answers at"), "{complaint}");
}

/// Runs a trigger that must succeed, and reads the invoice it was about.
async fn invoice_of(dev: &Dev, arguments: &[&str]) -> Value {
    let mut command = pepay(dev.directory());
    command.args(["trigger", "--data", "data"]).args(arguments);
    let output = run(command).await;
    let story = said(&output);
    assert!(output.status.success(), "{arguments:?}: {story}{}", complained(&output));
    let (_, after) = story.split_once("Created invoice ").expect("the story begins with the invoice");
    let (id, _) = after.split_once(' ').expect("words are apart");
    assert!(story.contains(&format!("/api/v1/invoices/{id}/explain")), "{story}");
    let events = dev.get(&format!("/api/v1/events?invoice_id={id}&limit=100")).await;
    let events = events["data"]["data"].as_array().expect("a list of events").clone();
    assert!(!events.is_empty());
    for event in events {
        assert!(story.contains(event["id"].as_str().expect("an event has an id")), "{event} is not in {story}");
    }
    dev.get(&format!("/api/v1/invoices/{id}?expand=payments")).await
}

fn id(invoice: &Value) -> &str {
    invoice["id"].as_str().expect("an invoice has an id")
}

/// Status, exception, what was paid, and whether to ship.
fn stands(invoice: &Value) -> (&str, &Value, i64, bool) {
    let status = invoice["status"].as_str().expect("an invoice has a status");
    let paid = invoice["amount_paid"].as_i64().expect("it has an amount");
    (status, &invoice["exception"], paid, invoice["safe_to_fulfill"].as_bool().expect("it is safe or not"))
}
