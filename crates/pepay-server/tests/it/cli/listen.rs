//! `pepay listen`: every event reaches the program under development, in order, signed, whatever breaks in between.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};

use axum::http::StatusCode;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::dev::{Dev, complained, pepay, run, said, signal};
use super::receiver::{Receiver, Webhook};
use super::stream::{FakeStream, id};
use crate::world::{until, wait_for};

/// A key as good as any for a server that does not check it.
const KEY: &str = "sk_test_listening";

/// A running `pepay listen`, killed by its process id when dropped.
struct Listener {
    child: Child,
    out: PathBuf,
}

impl Listener {
    /// Starts one in `directory`.
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        let out = directory.join("listen.out");
        let file = File::create(&out).expect("a file can be made");
        let mut command = pepay(directory);
        command.arg("listen").args(arguments);
        command.stdout(file.try_clone().expect("it can be shared")).stderr(file);
        Self { child: command.spawn().expect("the program starts"), out }
    }

    /// What it said so far.
    fn said(&self) -> String {
        std::fs::read_to_string(&self.out).expect("its output can be read")
    }

    /// Waits until it has said that.
    async fn says(&self, what: &str) {
        wait_for(format!("{what:?} to be said"), async || until(self.said(), |said| said.contains(what))).await;
    }

    /// Ctrl-C; returns once it has ended.
    async fn interrupt(mut self) -> (ExitStatus, String) {
        signal(&self.child, rustix::process::Signal::INT);
        let status = wait_for("pepay listen to end", async || {
            self.child.try_wait().expect("a child can be asked").ok_or("still there")
        })
        .await;
        (status, self.said())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to stop.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- pepay listen ---\n{}", self.said());
        }
    }
}

#[tokio::test]
async fn events_come_in_order_once_and_signed_through_cuts_and_restarts() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let (stream, receiver) = (FakeStream::start().await, Receiver::start().await);
    stream.happen(2);
    let target = receiver.url();
    let arguments =
        ["--server", stream.url(), "--api-key", KEY, "--forward-to", &target, "--events", "invoice.*,test.ping"];
    let listener = Listener::start(directory.path(), &arguments);
    let queries = stream.called(1).await;
    assert_eq!(queries, ["format=event_v1&types=invoice.*%2Ctest.ping"]);
    wait_for_memory(directory.path(), &id(2)).await;
    stream.happen(3);
    receiver.got(3).await;

    // Refused twice, then let in: what happened meanwhile comes, and what is repeated does not.
    stream.refuse(503);
    stream.happen(3);
    let queries = stream.called(3).await;
    assert!(queries[2].ends_with(&format!("since={}", id(5))), "{queries:?}");
    stream.accept();
    receiver.got(6).await;
    listener.says("Connected again").await;
    listener.says(&id(8)).await;
    wait_for_memory(directory.path(), &id(8)).await;
    let (status, said) = listener.interrupt().await;
    assert!(status.success(), "{said}");
    assert!(said.contains(&format!("Stopped: 6 forwarded. Resume with --since {}", id(8))), "{said}");
    assert!(said.contains(&format!("--> invoice.updated         {}  invoice invoice-3  unpaid", id(3))), "{said}");
    assert!(said.contains(&format!("<-- 200 OK                  {}  ", id(3))), "{said}");

    // Another run goes on where that one ended, unless it is told otherwise, and signs with the same secret.
    stream.happen(1);
    let listener = Listener::start(directory.path(), &arguments);
    receiver.got(7).await;
    wait_for_memory(directory.path(), &id(9)).await;
    listener.interrupt().await;
    stream.happen(1);
    let calls = stream.called(1).await.len();
    let listener = Listener::start(directory.path(), &[&arguments[..], &["--latest"]].concat());
    stream.called(calls + 1).await;
    wait_for_memory(directory.path(), &id(10)).await;
    stream.happen(1);
    let got = receiver.got(8).await;
    listener.interrupt().await;

    let ids: Vec<String> = got.iter().map(Webhook::event_id).collect();
    let wanted: Vec<String> = [3, 4, 5, 6, 7, 8, 9, 11].map(id).into();
    assert_eq!(ids, wanted);
    let secret = print_secret(directory.path()).await;
    assert!(said.contains(&format!("Webhook secret: {secret}\n")), "{said}");
    for webhook in &got {
        verify(webhook, &secret);
    }
}

#[tokio::test]
async fn everything_that_happens_is_forwarded_through_a_restart_of_the_server() {
    let mut dev = Dev::start().await;
    let receiver = Receiver::start().await;
    let before = dev.create_invoice().await;
    let target = receiver.url();
    let listener = Listener::start(dev.directory(), &["--data", "data", "--forward-to", &target]);
    let memory = dev.data().join("listen");
    wait_for("the stream to be joined", async || std::fs::read_dir(&memory).map(drop)).await;
    let paid = trigger_paid(&dev).await;
    dev.stop().await;
    listener.says("Not connected: ").await;
    dev.start_again().await;
    // Some of it happens before the stream is back, some after.
    let created = dev.create_invoice().await;
    listener.says("Connected again").await;
    let paid_again = trigger_paid(&dev).await;

    let listed = dev.get("/api/v1/events?limit=100").await;
    let listed = listed["data"]["data"].as_array().expect("a list of events").clone();
    let wanted: Vec<&str> = listed.iter().rev().map(|event| event["id"].as_str().expect("an id")).skip(1).collect();
    let got = receiver.got(wanted.len()).await;
    assert_eq!(got.iter().map(Webhook::event_id).collect::<Vec<_>>(), wanted);
    let mut command = pepay(dev.directory());
    command.args(["listen", "--print-secret", "--data", "data"]);
    let secret = said(&run(command).await);
    for (webhook, event) in got.iter().zip(listed.iter().rev().skip(1)) {
        verify(webhook, secret.trim());
        assert_eq!((&webhook.event()["data"], &webhook.event()["type"]), (&event["data"], &event["type"]));
    }
    let (status, said) = listener.interrupt().await;
    assert!(status.success(), "{said}");
    for invoice in [&paid, &created, &paid_again] {
        assert!(said.contains(invoice), "{invoice} is not in\n{said}");
    }
    assert!(!said.contains(&before), "what was before is not forwarded");
}

async fn trigger_paid(dev: &Dev) -> String {
    let mut command = pepay(dev.directory());
    command.args(["trigger", "invoice.paid", "--data", "data"]);
    let output = run(command).await;
    assert!(output.status.success(), "{}", complained(&output));
    let story = said(&output);
    let (_, after) = story.split_once("Created invoice ").expect("the story begins with the invoice");
    after.split(' ').next().expect("a word").to_owned()
}

#[tokio::test]
async fn a_receiver_that_was_away_misses_nothing() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let (stream, receiver) = (FakeStream::start().await, Receiver::start().await);
    let target = receiver.url();
    let address = target.split('/').nth(2).expect("a host").parse().expect("an address");
    drop(receiver);
    stream.happen(4);
    let since = id(1);
    let arguments = ["--server", stream.url(), "--api-key", KEY, "--forward-to", &target, "--since", &since];
    let listener = Listener::start(directory.path(), &arguments);
    listener.says("attempt 2 of 6 in 0.5 s").await;
    // It is back, and fails at first.
    let receiver = Receiver::start_at(address, vec![StatusCode::INTERNAL_SERVER_ERROR]).await;
    let got = receiver.got(3).await;
    assert!(receiver.answered_all());
    assert_eq!(got.iter().map(Webhook::event_id).collect::<Vec<_>>(), [2, 3, 4].map(id));
    listener.says("<-- 500 Internal Server Error").await;
    assert!(listener.said().contains("Connection refused"), "{}", listener.said());
    // An attempt is one of a delivery, and each is signed afresh.
    let attempts: Vec<_> = got.iter().map(|webhook| webhook.header("x-pepay-attempt-id")).collect();
    assert!(!attempts.contains(&"") && attempts[0] != attempts[1]);
    listener.interrupt().await;
}

#[tokio::test]
async fn a_receiver_that_stays_away_is_left_behind_with_a_hint() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let stream = FakeStream::start().await;
    stream.happen(3);
    let (since, target) = (id(1), crate::world::dead_url());
    let arguments =
        ["--server", stream.url(), "--api-key", KEY, "--forward-to", &target, "--since", &since, "--retries", "0"];
    let listener = Listener::start(directory.path(), &arguments);
    listener.says(&format!("--since {} forwards it again", id(2))).await;
    let (status, said) = listener.interrupt().await;
    assert!(status.success(), "{said}");
    assert_eq!(said.matches("given up").count(), 2, "{said}");
    assert!(said.contains("Stopped: 0 forwarded"), "{said}");
}

#[tokio::test]
async fn a_refusal_ends_it_and_says_why() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let stream = FakeStream::start().await;
    let listen = |arguments: &[&str]| {
        let mut command = pepay(directory.path());
        command.arg("listen").args(arguments);
        run(command)
    };
    let refused =
        listen(&["--server", stream.url(), "--api-key", "sk_test_wrong", "--forward-to", "localhost:9"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(complained(&refused).contains("refused the event stream: the fake refuses"), "{}", complained(&refused));
    assert!(!complained(&refused).contains("sk_test_wrong"));

    let keyless = listen(&["--forward-to", "localhost:9"]).await;
    assert_eq!(keyless.status.code(), Some(1));
    assert!(complained(&keyless).contains("no API key: give --api-key"), "{}", complained(&keyless));
    let targetless = listen(&["--api-key", KEY]).await;
    assert!(complained(&targetless).contains("--forward-to"), "{}", complained(&targetless));
}

/// Waits until it is remembered that everything up to `event` was forwarded.
async fn wait_for_memory(directory: &Path, event: &str) {
    let memory = directory.join("state/pepay/listen");
    wait_for(format!("{event} to be remembered"), async || {
        let files = std::fs::read_dir(&memory).map_err(|error| error.to_string())?;
        let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()).unwrap_or_default());
        until(texts.collect::<Vec<_>>().join(" "), |texts| texts.as_str() == event)
    })
    .await;
}

async fn print_secret(directory: &Path) -> String {
    let mut command = pepay(directory);
    command.args(["listen", "--print-secret", "--api-key", KEY]);
    said(&run(command).await).trim().to_owned()
}

/// Both signatures, by other code than that which signs, and the headers that say what it is.
pub(super) fn verify(webhook: &Webhook, secret: &str) {
    let standard = standardwebhooks::Webhook::new(secret).expect("the secret is of the standard");
    standard.verify(&webhook.body, &webhook.headers).expect("the standard signature verifies");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(webhook.header("x-pepay-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&webhook.body);
    assert_eq!(webhook.header("x-pepay-signature"), hex::encode(mac.finalize().into_bytes()));
    let event = webhook.event();
    assert_eq!(webhook.header("x-pepay-event"), event["type"]);
    assert_eq!(webhook.header("x-pepay-event-id"), event["id"]);
    assert_eq!(webhook.header("webhook-id"), event["id"]);
    assert_eq!(webhook.header("x-pepay-network-environment"), "devnet");
    assert_eq!(webhook.header("content-type"), "application/json");
}
