//! Environments, networks and how deep a payment must lie before it counts.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::address::Address;
use crate::id::ParseIdError;
use crate::money::UsdMillis;

/// Where money is real and where it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// Test networks.
    Devnet,
    /// Real money; opened per merchant.
    Mainnet,
}

impl Environment {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Devnet => "devnet",
            Self::Mainnet => "mainnet",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        match text {
            "devnet" => Ok(Self::Devnet),
            "mainnet" => Ok(Self::Mainnet),
            _ => Err(ParseIdError { kind: "environment" }),
        }
    }
}

/// Which family of chain a network belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Ethereum and everything that speaks its RPC.
    Evm,
    /// Solana.
    Solana,
}

impl Kind {
    /// The wire and storage word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evm => "evm",
            Self::Solana => "solana",
        }
    }
}

/// A network of one environment, such as `devnet:base`. The name alone (`base`) is what the wire shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkId {
    environment: Environment,
    name: Arc<str>,
}

impl NetworkId {
    /// Joins an environment and a lower-case network name.
    pub fn new(environment: Environment, name: &str) -> Self {
        Self { environment, name: name.into() }
    }

    /// The environment it belongs to.
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// The wire name, such as `base`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call it, such as `BNB Smart Chain`.
    pub fn label(&self) -> String {
        label(&self.name)
    }
}

/// What people call the network of this wire name: the name itself with a capital where nothing else is known.
pub fn label(name: &str) -> String {
    match name {
        "bsc" => "BNB Smart Chain".to_owned(),
        "ton" => "TON".to_owned(),
        name => {
            let mut letters = name.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.environment, self.name)
    }
}

impl FromStr for NetworkId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let error = ParseIdError { kind: "network id" };
        let (environment, name) = text.split_once(':').ok_or(error)?;
        if name.is_empty() {
            return Err(error);
        }
        Ok(Self::new(environment.parse()?, name))
    }
}

/// How deep a payment must lie before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Depth {
    /// This many blocks, the payment's own included. Zero and one both mean: as soon as it is in a block.
    Blocks(u32),
    /// The chain itself calls the block final.
    Finalized,
}

/// One step of a confirmation table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Payments worth up to and including this much…
    pub up_to: UsdMillis,
    /// …need this depth.
    pub depth: Depth,
}

/// The depth a payment needs, by its worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmations {
    /// Steps in ascending order of `up_to`.
    pub tiers: Vec<Tier>,
    /// For everything above the last step.
    pub above: Depth,
}

impl Confirmations {
    /// The same depth whatever the worth.
    pub const fn flat(depth: Depth) -> Self {
        Self { tiers: Vec::new(), above: depth }
    }

    /// The depth a payment needs with which `value` is at stake: its own worth, or its invoice's amount where that is
    /// more.
    pub fn required(&self, value: UsdMillis) -> Depth {
        self.tiers.iter().find(|tier| value <= tier.up_to).map_or(self.above, |tier| tier.depth)
    }
}

/// A network Pepay accepts payments on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Which network of which environment.
    pub id: NetworkId,
    /// Its family.
    pub kind: Kind,
    /// EIP-155 chain id; `None` where the family has none.
    pub chain_id: Option<u64>,
    /// Depth table.
    pub confirmations: Confirmations,
    /// Explorer page of a transaction, with `{tx}` in the place of its hash.
    pub explorer_tx: Option<String>,
    /// A node that may be named to payors' wallets, for them to add the network with. No secret may be in it.
    pub public_rpc: Option<String>,
    /// The operator's wallet on this network: where a payment goes when the merchant has none here.
    pub treasury: Option<Address>,
    /// The deposit-address factory; `None` where the network is not EVM.
    pub factory: Option<crate::forwarder::Factory>,
}

impl Network {
    /// The explorer page of transaction `tx`, when an explorer is known.
    pub fn explorer_url(&self, tx: &str) -> Option<String> {
        self.explorer_tx.as_ref().map(|template| template.replace("{tx}", tx))
    }
}
