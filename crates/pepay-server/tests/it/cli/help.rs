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
async fn commands_below_others_teach_too() {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let mut paths = vec![vec!["admin".to_owned()]];
    let mut leaves = 0;
    while let Some(path) = paths.pop() {
        let mut command = pepay(directory.path());
        command.args(&path).arg("--help");
        let help = said(&run(command).await);
        let (_, example) = help.split_once("Examples:").unwrap_or_else(|| panic!("no example in\n{help}"));
        assert!(example.contains(&format!("pepay {}", path.join(" "))), "{path:?}\n{help}");
        let below = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
        let names = below.lines().take_while(|line| line.starts_with("  "));
        let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        let before = paths.len();
        paths.extend(names.map(|name| [path.clone(), vec![name.to_owned()]].concat()));
        leaves += u32::from(paths.len() == before);
    }
    assert!(leaves >= 12, "only {leaves} commands were found");
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
