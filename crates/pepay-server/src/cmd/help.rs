//! The examples below each command's options: what people do with it, to be copied.

use clap::Command;

pub(super) const PEPAY: &str = "\
Begin here:
  pepay dev                                          try everything on this machine
  pepay listen --forward-to localhost:4242/webhooks  get its events as webhooks
  pepay trigger invoice.paid                         make something happen

Run it for real:
  pepay doctor --config pepay.toml                   is everything well?
  pepay serve --config pepay.toml                    run a node

`pepay COMMAND --help` says more about each.";

pub(super) const DEV: &str = "\
Everything is kept in the data directory and is there again at the next start; Ctrl-C stops all of it.
dev.json in that directory tells scripts where the API and the chains are, with the keys to both.

Examples:
  pepay dev                          on http://localhost:3000
  pepay dev --reset                  begin anew
  pepay dev --port 0 --data /tmp/p   on a free port, out of the way";

pub(super) const SERVE: &str = "\
A node answers the API, serves the checkout and watches the chains, until SIGTERM; it then finishes what it began.
Killing it loses nothing. Several nodes may share one PostgreSQL.

Examples:
  pepay serve --config pepay.toml
  pepay serve --config pepay.toml --roles api        answer only; another node watches
  PEPAY__SERVER__LISTEN=0.0.0.0:8080 pepay serve     any key may come from the environment";

pub(super) const LISTEN: &str = "\
Follows the merchant's event stream and sends each event, in order, to your program as the webhook that a registered
endpoint would get: the same bytes, headers and both signatures. Verify them with the secret that is printed; it
follows from the API key and stays the same. What your program does not take is tried again a few times. When the
server restarts, or when you run it again, it goes on after the last event it forwarded.

Examples:
  pepay listen --forward-to localhost:4242/webhooks
  pepay listen --forward-to localhost:4242/webhooks --events 'invoice.updated,invoice_payment.*'
  pepay listen --forward-to localhost:4242/webhooks --since evt_1766322000123-42
  export WEBHOOK_SECRET=$(pepay listen --print-secret)
  PEPAY_API_KEY=sk_test_… pepay listen --server https://pay.example.com --forward-to localhost:4242/webhooks";

pub(super) const TRIGGER: &str = "\
Creates an invoice on the running `pepay dev` and plays its payor on the local chain. Nothing is simulated: the fault is
the fault itself, and the events are those that a real one causes. Ends with 0 once the invoice stands as it should.

Examples:
  pepay trigger invoice.paid
  pepay trigger invoice.underpaid --amount 49.99 --network bsc --token USDT
  pepay trigger invoice.reorged                      the chain drops a payment that was confirmed
  pepay trigger invoice.rpc_blackout                 the payment is made while the server is blind";

pub(super) const DOCTOR: &str = "\
Looks at the configuration, the keys and who may read them, the database, the disk, the clock, every RPC provider, the
price sources, and the addresses that lead here. It changes nothing. Each line is ok, warn or fail, with what to do;
it ends with 1 when something failed.

Examples:
  pepay doctor --config pepay.toml
  pepay doctor --config pepay.toml --webhook https://shop.example/webhooks
  pepay doctor --config pepay.toml --json | jq '.findings[] | select(.verdict != \"ok\")'";

pub(super) const MIGRATE: &str = "\
Safe to run again, and on several nodes at once. Back up before an upgrade. `pepay serve` does it by itself unless
database.migrate is false.

Example:
  pepay migrate --config pepay.toml";

pub(super) const ADMIN: &str = "\
Works on the database, and needs no running node. A secret is the only thing on stdout, and shown once.

Examples:
  pepay admin secret                                             make a server key
  pepay admin merchants create --name 'Blue Shop' --email shop@example.com
  pepay admin keys create --merchant 1 --environment mainnet
  pepay admin wallets add --merchant 1 --network mainnet:base --address 0x…
  pepay admin mainnet grant --merchant 1";

pub(super) const OPENAPI: &str = "\
Examples:
  pepay openapi > openapi.json
  pepay openapi | jq -r '.paths | keys[]'";

pub(super) const COMPLETIONS: &str = "\
Examples:
  pepay completions bash > ~/.local/share/bash-completion/completions/pepay
  pepay completions zsh > \"${fpath[1]}/_pepay\"
  pepay completions fish > ~/.config/fish/completions/pepay.fish";

/// What people do with the commands below `pepay admin`, by their names.
const BELOW_ADMIN: [(&[&str], &str); 15] = [
    (&["secret"], "pepay admin secret > server.key && chmod 600 server.key"),
    (&["accept-server-key"], "pepay admin accept-server-key --config pepay.toml"),
    (&["merchants", "create"], "pepay admin merchants create --name 'Blue Shop' --email shop@example.com"),
    (&["merchants", "list"], "pepay admin merchants list | cut -f 1,2"),
    (
        &["keys", "create"],
        "pepay admin keys create --merchant 1 --name reports --read-only --expires-days 90 > api.key",
    ),
    (&["keys", "list"], "pepay admin keys list --merchant 1"),
    (
        &["keys", "revoke"],
        "pepay admin keys revoke --merchant 1 --reason 'left in a log' 0199d9b2-4c1e-7a51-9d0f-6f4b7c1f2a10",
    ),
    (&["wallets", "add"], "pepay admin wallets add --merchant 1 --network mainnet:base --address 0x7099…79C8"),
    (&["wallets", "list"], "pepay admin wallets list --merchant 1"),
    (&["mainnet", "grant"], "pepay admin mainnet grant --merchant 1"),
    (&["mainnet", "revoke"], "pepay admin mainnet revoke --merchant 1"),
    (&["users", "put"], "pepay admin users put --merchant 1 --email ada@shop.example"),
    (&["users", "reset-factor"], "pepay admin users reset-factor --email ada@shop.example"),
    (&["operator", "create"], "pepay admin operator create --email me@pay.example.com"),
    (
        &["token"],
        "curl -H \"authorization: Bearer $(pepay admin token --merchant 1)\" https://pay.example.com/api/v1/merchant/wallets",
    ),
];

/// The command line with an example for each command below `pepay admin`, and those of a group for the group.
pub(super) fn with_examples(command: Command) -> Command {
    let examples = |command: Command, path: &[&str]| {
        let ours = BELOW_ADMIN.iter().filter(|(names, _)| names.starts_with(path));
        let lines = ours.fold(String::from("Examples:"), |lines, (_, example)| format!("{lines}\n  {example}"));
        command.after_help(lines)
    };
    let below = |admin: Command| {
        BELOW_ADMIN.iter().fold(admin, |admin, (names, _)| match names {
            [group, name] => admin
                .mut_subcommand(*group, |it| examples(it, &[group]).mut_subcommand(*name, |it| examples(it, names))),
            names => admin.mut_subcommand(names[0], |it| examples(it, names)),
        })
    };
    command.mut_subcommand("admin", below)
}
