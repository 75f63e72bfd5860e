//! `pepay admin`: what the operator does to the database. Needs no running node.
//!
//! A secret is the only thing on stdout and shown once; what it is goes to stderr. Lists are tab-separated.

use clap::Subcommand;
use pepay_core::account::{Email, Secret};
use pepay_core::address::Address;
use pepay_core::id::{KeyId, MerchantId};
use pepay_core::merchant::{Permission, SettlementPreference};
use pepay_core::network::{Environment, NetworkId};
use pepay_core::time::Millis;
use pepay_engine::clock::{Clock as _, SystemClock};
use pepay_engine::operator::{self, NewUser};
use pepay_store::db::Db;
use pepay_store::merchant::NewMerchant;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{ConfigArg, say};
use crate::config::{Config, catalogue};
use crate::node;

const DAY_MS: i64 = 86_400_000;
const DASHBOARD_TOKEN_S: i64 = 3_600;

/// Manage merchants, users, API keys, wallets and mainnet access
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::ADMIN)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArg,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a server key (for `secrets.server_key`); touches nothing
    Secret,
    /// Let nodes run with the configured server key from now on; what another one sealed and signed is lost
    AcceptServerKey,
    /// Merchants
    #[command(subcommand)]
    Merchants(Merchants),
    /// API keys of a merchant
    #[command(subcommand)]
    Keys(Keys),
    /// Addresses that a merchant's money goes to
    #[command(subcommand)]
    Wallets(Wallets),
    /// Access to real money
    #[command(subcommand)]
    Mainnet(Mainnet),
    /// People who sign in to the dashboard
    #[command(subcommand)]
    Users(Users),
    /// People who sign in to the operator's console
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Print a dashboard token of a merchant, for scripts; it works for an hour
    Token {
        /// Whose
        #[arg(long)]
        merchant: i64,
    },
}

#[derive(Debug, Subcommand)]
enum Merchants {
    /// Add a merchant; prints its number
    Create {
        /// Company name, shown to payors
        #[arg(long)]
        name: String,
        /// Contact address, shown to payors
        #[arg(long)]
        email: String,
    },
    /// List number, name, email, mainnet access
    List,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Make a key; prints the secret, once
    Create {
        /// Whose
        #[arg(long)]
        merchant: i64,
        /// devnet or mainnet
        #[arg(long, default_value = "devnet")]
        environment: Environment,
        /// What its owner calls it
        #[arg(long, default_value = "server")]
        name: String,
        /// May only read
        #[arg(long)]
        read_only: bool,
        /// Stops working after this many days
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        expires_days: Option<u16>,
    },
    /// List id, environment, permission, status, name
    List {
        /// Whose
        #[arg(long)]
        merchant: i64,
    },
    /// Revoke a key for good
    Revoke {
        /// Whose
        #[arg(long)]
        merchant: i64,
        /// The key's id
        id: KeyId,
        /// Why
        #[arg(long, default_value = "revoked by the operator")]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
enum Wallets {
    /// Add a wallet and make it the active one of its network
    Add {
        /// Whose
        #[arg(long)]
        merchant: i64,
        /// Such as devnet:base
        #[arg(long, value_parser = catalogue::parse_network)]
        network: NetworkId,
        /// The address
        #[arg(long)]
        address: String,
    },
    /// List number, network, address, whether it is active
    List {
        /// Whose
        #[arg(long)]
        merchant: i64,
    },
}

#[derive(Debug, Subcommand)]
enum Users {
    /// Make an owner of a merchant, or give one a new password; prints the password, once
    Put {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// Whose dashboard it is
        #[arg(long)]
        merchant: i64,
    },
    /// Take a lost second factor off a user, whose logins end; make sure first who asks
    ResetFactor {
        /// The address signed in with
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum OperatorCommand {
    /// Make an operator, or give one a new password; prints the password, once
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum Mainnet {
    /// Let a merchant open mainnet; prints the access key it does so with, once
    Grant {
        /// Whose
        #[arg(long)]
        merchant: i64,
    },
    /// Close mainnet to a merchant; its live keys and streams end within seconds
    Revoke {
        /// Whose
        #[arg(long)]
        merchant: i64,
    },
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let mut rng = StdRng::from_os_rng();
    if matches!(args.command, Command::Secret) {
        return say(node::new_server_key(&mut rng));
    }
    let config = args.config.load()?;
    let db = node::connect(&config).await?;
    node::check_schema(&db).await?;
    let now = SystemClock.now();
    let done = match args.command {
        Command::Secret => Ok(()),
        Command::AcceptServerKey => {
            pepay_engine::server_key::accept(&db, &config.secrets.server_key()?, now, &mut rng).await?;
            say("Nodes run with this server key from now on.")
        }
        Command::Merchants(command) => merchants(&config, &db, command, now, &mut rng).await,
        Command::Keys(command) => keys(&db, command, now, &mut rng).await,
        Command::Wallets(command) => wallets(&config, &db, command, now, &mut rng).await,
        Command::Mainnet(Mainnet::Grant { merchant }) => {
            let access_key = operator::grant_mainnet(&db, MerchantId(merchant), now, &mut rng).await?;
            tell(&format!(
                "Access key of merchant {merchant} for POST /api/v1/user/mainnet-access/activate, shown once:"
            ));
            say(access_key)
        }
        Command::Mainnet(Mainnet::Revoke { merchant }) => {
            Ok(operator::revoke_mainnet(&db, MerchantId(merchant), now, &mut rng).await?)
        }
        Command::Users(command) => users(&db, command, now, &mut rng).await,
        Command::Operator(OperatorCommand::Create { email }) => {
            let new = NewUser { email: address(&email)?, merchant: None, operator: true };
            user(&db, &new, now, &mut rng).await
        }
        Command::Token { merchant } => token(&config, &db, MerchantId(merchant), now, &mut rng).await,
    };
    db.close().await?;
    done
}

async fn merchants(config: &Config, db: &Db, command: Merchants, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    match command {
        Merchants::Create { name, email } => {
            let new = NewMerchant {
                name,
                email,
                settlement_preference: SettlementPreference::default(),
                settlement_token: None,
                tolerance: config.settlement.tolerance()?,
                created_at: now,
            };
            say(operator::create_merchant(db, &new, rng).await?.to_string())
        }
        Merchants::List => {
            for it in pepay_store::merchant::list(db.read()).await? {
                let mainnet = if it.mainnet_access { "mainnet" } else { "devnet only" };
                say(format!("{}\t{}\t{}\t{mainnet}", it.id, it.name, it.email))?;
            }
            Ok(())
        }
    }
}

async fn keys(db: &Db, command: Keys, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    match command {
        Keys::Create { merchant, environment, name, read_only, expires_days } => {
            let permission = if read_only { Permission::ReadOnly } else { Permission::ReadWrite };
            let expires_at = expires_days.map(|days| now.plus_ms(i64::from(days) * DAY_MS));
            let new = operator::NewKey { merchant: MerchantId(merchant), name, environment, permission, expires_at };
            let (key, secret) = operator::create_key(db, new, now, rng).await?;
            tell(&format!("API key {} of merchant {merchant}, shown once:", key.id));
            say(secret.reveal())
        }
        Keys::List { merchant } => {
            for environment in [Environment::Devnet, Environment::Mainnet] {
                for it in pepay_store::key::list(db.read(), MerchantId(merchant), environment).await? {
                    let (permission, status) = (it.permission.as_str(), it.status(now));
                    say(format!("{}\t{environment}\t{permission}\t{status}\t{}", it.id, it.name))?;
                }
            }
            Ok(())
        }
        Keys::Revoke { merchant, id, reason } => {
            operator::revoke_key(db, (MerchantId(merchant), id), &reason, now, rng).await?;
            say(format!("Key {id} is revoked; nodes that used it just now stop within seconds."))
        }
    }
}

async fn wallets(config: &Config, db: &Db, command: Wallets, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    match command {
        Wallets::Add { merchant, network, address } => {
            let known = config.catalogue(node::newest_factory())?;
            let Some(kind) = known.network(&network).map(|it| it.kind) else {
                let names: Vec<String> = known.networks().iter().map(|it| it.id.to_string()).collect();
                anyhow::bail!("there is no network {network} in the configuration; there are {}", names.join(", "));
            };
            let parsed = Address::parse(kind, &address).map_err(|error| anyhow::anyhow!("{address}: {error}"))?;
            let id = operator::add_wallet(db, MerchantId(merchant), network, parsed, now, rng).await?;
            say(id.to_string())
        }
        Wallets::List { merchant } => {
            for it in pepay_store::wallet::list(db.read(), MerchantId(merchant)).await? {
                let active = if it.active { "active" } else { "-" };
                say(format!("{}\t{}\t{}\t{active}", it.id, it.network, it.address))?;
            }
            Ok(())
        }
    }
}

async fn users(db: &Db, command: Users, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    match command {
        Users::Put { email, merchant } => {
            let new = NewUser { email: address(&email)?, merchant: Some(MerchantId(merchant)), operator: false };
            user(db, &new, now, rng).await
        }
        Users::ResetFactor { email } => {
            let email = address(&email)?;
            operator::reset_factor(db, &email, now, rng).await.map_err(|error| match error {
                pepay_engine::Error::NotFound => anyhow::anyhow!("nobody signs in with {email}"),
                other => other.into(),
            })?;
            say(format!("{email} signs in with the password alone until a new second factor is set up."))
        }
    }
}

fn address(text: &str) -> anyhow::Result<Email> {
    Email::parse(text).map_err(|error| anyhow::anyhow!("{text}: {error}"))
}

async fn user(db: &Db, new: &NewUser, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    let password = Secret::generate(rng);
    operator::put_user(db, new, password.reveal(), now, rng).await?;
    tell(&format!("Password of {}, shown once; change it after signing in:", new.email));
    say(password.reveal())
}

async fn token(config: &Config, db: &Db, merchant: MerchantId, now: Millis, rng: &mut StdRng) -> anyhow::Result<()> {
    let key = config.secrets.server_key()?;
    anyhow::ensure!(
        pepay_store::merchant::get(db.read(), merchant).await?.is_some(),
        "there is no merchant {merchant}"
    );
    operator::record_token(db, merchant, now, rng).await?;
    say(pepay_http::auth::dashboard_token(&key, merchant, now, DASHBOARD_TOKEN_S)?)
}

/// A word to the person at the terminal, out of the way of what a script reads.
fn tell(line: &str) {
    use std::io::Write as _;
    let _gone = writeln!(std::io::stderr(), "{line}");
}
