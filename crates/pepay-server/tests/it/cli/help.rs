//! What the command line says of itself, and to shells.

use super::dev::{complained, pepay, run, said};

/// Every command of `pepay`.
const COMMANDS: [&str; 10] =
    ["dev", "serve", "listen", "trigger", "doctor", "migrate", "admin", "openapi", "completions", "help"];

#[tokio::test]
async fn each_command_teaches_by_example() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let help = |arguments: Vec<&'static str>| {
        let mut command = pepay(directory.path());
        command.args(arguments).arg("--help");
        run(command)
    };
    let all = said(&help(Vec::new()).await);
    for command in COMMANDS {
        assert!(all.contains(&format!("\n  {command} ")), "{command} is not in\n{all}");
        if command != "help" {
            let one = said(&help(vec![command]).await);
            assert!(one.contains("Example") && one.contains(&format!("pepay {command}")), "{one}");
        }
    }
}

#[tokio::test]
async fn shells_can_complete_it() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    for shell in ["bash", "zsh", "fish"] {
        let mut command = pepay(directory.path());
        command.args(["completions", shell]);
        let output = run(command).await;
        assert!(output.status.success(), "{}", complained(&output));
        let script = said(&output);
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{script}");
        assert!(shell != "zsh" || script.contains("invoice.rpc_blackout"), "values are completed too");
        std::fs::write(directory.path().join(shell), script).expect("a file can be written");
    }
    let mut check = std::process::Command::new("bash");
    check.arg("-n").arg(directory.path().join("bash"));
    let checked = run(check).await;
    assert!(checked.status.success(), "{}", complained(&checked));
}
