//! A node runs with the server key that its database was written with, and with no other.

use std::fs::File;
use std::path::Path;
use std::process::Output;

use super::dev::{complained, pepay, run, said, terminate};
use crate::world::wait_for;

const CONFIG: &str = "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"sqlite://pepay.db?mode=rwc\"\n\
                      [secrets]\nserver_key_file = \"server.key\"\n[rates]\nsources = []\n";

#[tokio::test]
async fn another_server_key_is_refused_until_it_is_accepted() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let directory = directory.path();
    std::fs::write(directory.join("pepay.toml"), CONFIG).expect("a file can be written");
    choose(directory, 'a');
    migrate(directory).await;
    assert!(doctor(directory).await.contains("ok    database   no node has run on it yet"));
    runs(directory).await;
    choose(directory, 'b');
    let refused = refused(directory).await;
    assert!(refused.contains("another server key") && refused.contains("pepay admin accept-server-key"), "{refused}");
    assert!(doctor(directory).await.contains("fail  database   it was written with another server key"));
    choose(directory, 'a');
    runs(directory).await;
    choose(directory, 'b');
    let accepted = command(directory, &["admin", "accept-server-key"]).await;
    assert!(accepted.status.success(), "{}", complained(&accepted));
    runs(directory).await;
    assert!(doctor(directory).await.contains("ok    database   it was written with this server key"));
    choose(directory, 'a');
    assert!(self::refused(directory).await.contains("another server key"));
}

/// Puts a key of nothing but this digit in place.
fn choose(directory: &Path, digit: char) {
    std::fs::write(directory.join("server.key"), digit.to_string().repeat(64)).expect("a file can be written");
}

async fn command(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = pepay(directory);
    command.args(arguments).args(["--config", "pepay.toml"]);
    run(command).await
}

async fn migrate(directory: &Path) {
    let output = command(directory, &["migrate"]).await;
    assert!(output.status.success(), "{}", complained(&output));
}

async fn doctor(directory: &Path) -> String {
    said(&command(directory, &["doctor"]).await)
}

/// What a node says that does not start.
async fn refused(directory: &Path) -> String {
    let output = command(directory, &["serve"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    complained(&output)
}

/// A node starts, and is stopped again.
async fn runs(directory: &Path) {
    let path = directory.join("log");
    let log = File::create(&path).expect("the log can be written");
    let mut node = pepay(directory);
    node.args(["serve", "--config", "pepay.toml"]).stdout(log.try_clone().expect("the log can be shared")).stderr(log);
    let mut node = node.spawn().expect("the program starts");
    wait_for("the node to listen", async || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if text.contains("Listening on") { Ok(()) } else { Err(text) }
    })
    .await;
    terminate(&node);
    let ended = node.wait().expect("a child can be waited for");
    assert!(ended.success(), "{ended}");
}
