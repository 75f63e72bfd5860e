//! `pepay trigger`: makes something happen to a real invoice of a running `pepay dev`, so that true events flow.
//!
//! Nothing is simulated: the invoice is created and opened over HTTP as any other, the money moves on the local chain,
//! and a fault is the fault itself. It fails when `pepay dev` is not running and when the invoice did not end as the
//! trigger says, within a minute of each step.

use anyhow::Context as _;
use pepay_core::money::{BaseUnits, UsdMillis};

use crate::api::Api;
use crate::installation::{Installation, Network, Token};

mod blackout;
mod merchant;
mod payor;
mod scenario;
mod story;

use blackout::Blackout;
use merchant::{Invoice, Merchant};
use payor::{Payor, Quote};
use story::Story;

/// What can be made to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The payor pays what is asked
    #[value(name = "invoice.paid", alias = "paid")]
    Paid,
    /// The payor pays half of it
    #[value(name = "invoice.underpaid", alias = "underpaid")]
    Underpaid,
    /// The payor pays twice as much
    #[value(name = "invoice.overpaid", alias = "overpaid")]
    Overpaid,
    /// The payor pays after the invoice has expired
    #[value(name = "invoice.late", alias = "late")]
    Late,
    /// Nobody pays
    #[value(name = "invoice.expired", alias = "expired")]
    Expired,
    /// The invoice is paid, then the chain drops the payment
    #[value(name = "invoice.reorged", alias = "reorged")]
    Reorged,
    /// The payor sends another token than the chosen one
    #[value(name = "invoice.wrong_token", alias = "wrong_token")]
    WrongToken,
    /// The payor pays in time while the server can not reach the chain, until long after
    #[value(name = "invoice.rpc_blackout", alias = "rpc_blackout")]
    RpcBlackout,
}

/// What to do, where.
#[derive(Debug)]
pub(crate) struct Options {
    /// What is to happen.
    pub(crate) kind: Kind,
    /// Where.
    pub(crate) installation: Installation,
    /// On which of its chains.
    pub(crate) network: String,
    /// In which token; the installation's first stable coin when `None`.
    pub(crate) token: Option<String>,
    /// What the invoice asks.
    pub(crate) amount: UsdMillis,
}

/// Everybody a scenario needs.
struct Stage<'a> {
    network: &'a Network,
    token: &'a Token,
    amount: UsdMillis,
    merchant: Merchant<'a>,
    payor: Payor<'a>,
}

/// Runs one trigger to its end.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let Options { kind, installation, network, token, amount } = options;
    let network = installation.network(network)?;
    let token = network.token(token.as_deref())?;
    let api = Api::new(&installation.base_url)?;
    let stage = Stage {
        network,
        token,
        amount: *amount,
        merchant: Merchant::new(api.clone(), &installation.api_key),
        payor: Payor::new(api, installation, network)?,
    };
    let help = "`pepay dev` left its dev.json behind; start it again, or name another with --data";
    stage.merchant.greet().await.context(help)?;
    let story = stage.begin(*kind).await?;
    story.end().await
}

impl Stage<'_> {
    /// Plays what `kind` says; the invoice has ended as it must when this returns.
    async fn begin(&self, kind: Kind) -> anyhow::Result<Story<'_>> {
        match kind {
            Kind::Paid => self.paid().await,
            Kind::Underpaid => self.underpaid().await,
            Kind::Overpaid => self.overpaid().await,
            Kind::Late => self.late().await,
            Kind::Expired => self.expired().await,
            Kind::Reorged => self.reorged().await,
            Kind::WrongToken => self.wrong_token().await,
            Kind::RpcBlackout => self.rpc_blackout().await,
        }
    }

    /// Creates the invoice that the story is about.
    async fn create(&self, life_ms: i64) -> anyhow::Result<(Story<'_>, Invoice)> {
        let invoice = self.merchant.create(self.amount, life_ms).await?;
        let mut story = Story::new(&self.merchant, invoice.id.clone());
        let life_s = life_ms / 1_000;
        story.step(&format!("Created invoice {} of {} USD, {life_s} s to pay", invoice.id, self.amount.decimal()))?;
        story.step(&format!("Its checkout: {}", invoice.payment_url))?;
        story.look().await?;
        Ok((story, invoice))
    }

    /// Opens the invoice as its payor and chooses how to pay.
    async fn choose(&self, story: &mut Story<'_>, invoice: &Invoice) -> anyhow::Result<Quote> {
        let quote = self.payor.choose(invoice, self.network, self.token).await?;
        let asked = quote.units.decimal(self.token.decimals);
        let (symbol, network) = (&self.token.symbol, &self.network.name);
        story.step(&format!("The payor chose {symbol} on {network}: {asked} to {:#x}", quote.address))?;
        Ok(quote)
    }

    /// Pays `units` of the chosen token; returns once they are in a block.
    async fn pay(&self, story: &mut Story<'_>, quote: &Quote, units: BaseUnits) -> anyhow::Result<payor::Paid> {
        let paid = self.payor.pay(self.token, quote.address, units).await?;
        let sent = units.decimal(self.token.decimals);
        let symbol = &self.token.symbol;
        story.step(&format!("Paid {sent} {symbol} in block {}, transaction {:#x}", paid.block, paid.transaction))?;
        Ok(paid)
    }
}
