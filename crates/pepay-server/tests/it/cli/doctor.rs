//! `pepay doctor`: all is well where it is, and each thing that is not is said with what to do.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use axum::http::StatusCode;
use serde_json::Value;

use super::dev::{Dev, complained, pepay, run, said};
use super::receiver::Receiver;
use crate::world::dead_url;

#[tokio::test]
async fn a_running_installation_is_well() {
    let dev = Dev::start().await;
    let receiver = Receiver::start().await;
    let output = doctor(dev.directory(), &["--config", "data/pepay.toml", "--webhook", &receiver.url()]).await;
    let report = said(&output);
    assert!(output.status.success(), "{report}{}", complained(&output));
    for line in [
        "ok    config     data/pepay.toml is valid; networks: devnet:base, devnet:bsc",
        "ok    keys       the server key is there",
        "ok    database   it answers, and its schema is up to date",
        "ok    database   it was written with this server key",
        "ok    database   it can be written to",
        "ok    clock      it agrees with those of the chains",
        "ok    network    devnet:base http://127.0.0.1:",
        "ok    network    devnet:bsc ws://127.0.0.1:",
        "ok    prices     no source is asked: prices are fixed",
        "ok    server     a node answers on 127.0.0.1:",
        "leads to a node",
        "ok    webhook    127.0.0.1 answers 200 OK to HEAD",
        "0 to mend",
    ] {
        assert!(report.contains(line), "{line:?} is not in\n{report}");
    }
    assert!(receiver.took_nothing_but("HEAD"), "nothing is delivered");
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_to_do() {
    let dev = Dev::start().await;
    let other = Receiver::start().await;
    let other_host = other.url().replace("http://", "").replace("/webhooks", "");
    let networks: Value = dev.manifest()["networks"].clone();
    let rpc = networks[0]["rpc_url"].as_str().expect("a chain has a URL");
    let directory = dev.directory();
    let config = format!(
        "[server]\nlisten = \"{other_host}\"\nbase_url = \"http://{other_host}\"\n\
         [database]\nurl = \"sqlite://{}/not-there.db?mode=rwc\"\n\
         [secrets]\nserver_key = \"{}\"\n\
         [webhooks]\nallow = [\"127.0.0.1\"]\n\
         [mail]\nurl_file = \"mail.url\"\n\
         [rates]\nsources = []\n\
         [networks.devnet.base]\nchain_id = 84532\nrpc_urls = [\"{}\", \"{rpc}\"]\n\
         [networks.devnet.bsc]\nchain_id = 97\nrpc_urls = [\"{rpc}\"]\n\
         [networks.devnet.lone]\nchain_id = 4242\nrpc_urls = [\"{}\"]\n",
        directory.display(),
        "5e".repeat(32),
        dead_url(),
        dead_url(),
    );
    let path = directory.join("bad.toml");
    std::fs::write(&path, config).expect("a file can be written");
    let mail = directory.join("mail.url");
    std::fs::write(&mail, dead_url().replace("http://", "smtp://user:hidden5e5e@")).expect("a file can be written");
    for path in [&path, &mail] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("its mode can be set");
    }
    let output = doctor(directory, &["--config", "bad.toml", "--json", "--webhook", &dead_url()]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(complained(&output).contains("checks failed"), "{}", complained(&output));
    let report: Value = serde_json::from_str(&said(&output)).expect("it is JSON");
    assert_eq!(report["ok"], false);
    for (check, verdict, part) in [
        ("keys", "fail", "the server key was made up"),
        ("keys", "fail", "bad.toml holds the server key, and others of this machine may open it (mode 644)"),
        ("keys", "fail", "mail.url holds the mail password, and others of this machine may open it (mode 644)"),
        ("mail", "fail", "the mail server takes no letters: no answer"),
        ("database", "warn", "not-there.db is not there yet"),
        ("network", "warn", "devnet:base http://127.0.0.1:"),
        ("network", "ok", "devnet:base http://127.0.0.1:"),
        ("network", "fail", "serves chain 84532, not 97"),
        ("network", "fail", "devnet:lone http://127.0.0.1:"),
        ("server", "fail", "another program answers on"),
        ("server", "fail", "leads to something else than a node"),
        ("webhook", "fail", "127.0.0.1 can not be reached"),
    ] {
        let findings = report["findings"].as_array().expect("findings are a list").iter();
        let found = findings.clone().any(|finding| {
            let message = finding["message"].as_str().expect("a finding says something");
            let is_advised = finding["advice"].is_string() == (verdict != "ok");
            finding["check"] == check && finding["verdict"] == verdict && message.contains(part) && is_advised
        });
        assert!(found, "no {verdict} of {check} with {part:?} in {report:#}");
    }
    assert!(!directory.join("not-there.db").exists(), "a doctor makes nothing");
    assert!(!said(&output).contains("5e5e"), "no secret is printed");
}

#[tokio::test]
async fn what_no_delivery_may_reach_or_survive_is_told() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let receiver = Receiver::start_at(([127, 0, 0, 1], 0).into(), vec![StatusCode::FOUND, StatusCode::GONE]).await;
    for (webhooks, told) in [
        ("", "fail  webhook    127.0.0.1 is not delivered to: "),
        ("allow = [\"127.0.0.1\"]", "warn  webhook    127.0.0.1 answers 302 Found to HEAD"),
        ("allow = [\"127.0.0.1\"]", "warn  webhook    127.0.0.1 answers 410 Gone to HEAD"),
    ] {
        let config =
            format!("[secrets]\nserver_key = \"{}\"\n[rates]\nsources = []\n[webhooks]\n{webhooks}\n", "5e".repeat(32));
        std::fs::write(directory.path().join("pepay.toml"), config).expect("a file can be written");
        let output = doctor(directory.path(), &["--config", "pepay.toml", "--webhook", &receiver.url()]).await;
        assert!(said(&output).contains(told), "{told:?} is not in\n{}", said(&output));
    }
}

#[tokio::test]
async fn a_configuration_that_can_not_be_read_is_the_only_finding() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    std::fs::write(directory.path().join("typo.toml"), "[server]\nlissen = 1\n").expect("a file can be written");
    for (file, part) in [("typo.toml", "lissen"), ("none.toml", "there is no configuration file none.toml")] {
        let output = doctor(directory.path(), &["--config", file]).await;
        assert_eq!(output.status.code(), Some(1));
        let report = said(&output);
        assert!(report.starts_with("fail  config") && report.contains(part), "{report}");
        assert!(report.ends_with("0 ok, 0 to look at, 1 to mend\n"), "{report}");
    }
}

async fn doctor(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = pepay(directory);
    command.arg("doctor").args(arguments);
    run(command).await
}
