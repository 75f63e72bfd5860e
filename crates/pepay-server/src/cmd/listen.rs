//! `pepay listen`: events, forwarded to the program under development.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use pepay_core::event::EventId;
use reqwest::Url;

use super::say;
use crate::config::secret::Secret;
use crate::installation::{DATA, DEV_JSON, Installation};
use crate::listen::{self, Begin, Options};
use crate::node;

/// Where a server of one's own is unless told otherwise.
const SERVER: &str = "http://localhost:3000";

/// Forward events to a program under development, as signed webhooks
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::LISTEN)]
pub(super) struct Args {
    /// Where to: a URL, or host:port/path of this machine
    #[arg(long, value_name = "URL", value_parser = parse_target, required_unless_present = "print_secret")]
    forward_to: Option<Url>,
    /// Types of events, in a comma list with wildcards [default: all]
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    events: Vec<String>,
    /// API key of the merchant [default: that of the running `pepay dev`]
    #[arg(long, value_name = "KEY", env = "PEPAY_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// The server [default: the running `pepay dev`, or port 3000 of this machine]
    #[arg(long, value_name = "URL", value_parser = parse_target)]
    server: Option<Url>,
    /// The data directory of `pepay dev`
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// Print the webhook secret and end
    #[arg(long)]
    print_secret: bool,
    /// Begin with the events after this one [default: after the last that was forwarded there]
    #[arg(long, value_name = "EVENT")]
    since: Option<EventId>,
    /// Begin with new events
    #[arg(long, conflicts_with = "since")]
    latest: bool,
    /// How often a forward that failed is tried again
    #[arg(long, value_name = "TIMES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
}

pub(super) async fn run(args: Args) -> anyhow::Result<()> {
    let dev = Installation::read(&args.data.join(DEV_JSON));
    let (api_key, is_dev) = match (args.api_key, &dev) {
        (Some(key), _) => (Secret::new(key), false),
        (None, Ok(dev)) => (dev.api_key.clone(), true),
        (None, Err(error)) => bail!("no API key: give --api-key or set PEPAY_API_KEY; {error:#}"),
    };
    if args.print_secret {
        return say(listen::secret(&api_key).reveal());
    }
    let server = match (args.server, &dev) {
        (Some(server), _) => server,
        (None, Ok(dev)) => parse_target(&dev.base_url)?,
        (None, Err(_)) => parse_target(SERVER)?,
    };
    let memory = if is_dev { Some(args.data) } else { state_directory() };
    let begin = match (args.since, args.latest) {
        (Some(event), _) => Begin::After(event),
        (None, true) => Begin::Now,
        (None, false) => Begin::WhereItEnded,
    };
    let options = Options {
        server,
        api_key,
        forward_to: args.forward_to.context("--forward-to is missing")?,
        types: args.events,
        begin,
        memory: memory.map(|directory| directory.join(listen::MEMORY)),
        retries: args.retries,
    };
    listen::run(&options, node::stop_signal()?).await
}

/// A URL; without a scheme it is meant for plain HTTP, as `localhost:4242/webhooks`.
fn parse_target(text: &str) -> anyhow::Result<Url> {
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let url = url.context("is no URL")?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => bail!("must be http or https, not {other}"),
    }
}

/// Where programs remember things, by the XDG rules.
fn state_directory() -> Option<PathBuf> {
    let directory = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = directory("XDG_STATE_HOME").or_else(|| Some(directory("HOME")?.join(".local/state")))?;
    Some(state.join("pepay"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_may_do_without_its_scheme() {
        let parsed = |text: &str| parse_target(text).unwrap().to_string();
        assert_eq!(parsed("localhost:4242/webhooks"), "http://localhost:4242/webhooks");
        assert_eq!(parsed("https://example.com/x?y=z"), "https://example.com/x?y=z");
        for bad in ["ftp://x", "http://", "", "a b"] {
            assert!(parse_target(bad).is_err(), "{bad}");
        }
    }
}
