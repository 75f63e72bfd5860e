//! Tokens a network carries, and the catalogue that names them all.

use std::collections::HashMap;

use crate::address::Address;
use crate::id::TokenId;
use crate::network::{Environment, Network, NetworkId};

/// What a transfer moved: the chain's own coin or a token contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asset {
    /// The chain's own coin.
    Native,
    /// A token by its contract (EVM) or mint (Solana).
    Contract(Address),
}

/// The wire's `token_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standard {
    /// The chain's own coin.
    Native,
    /// ERC-20.
    Erc20,
    /// Solana program library token.
    Spl,
}

impl Standard {
    /// The wire word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Erc20 => "erc20",
            Self::Spl => "spl",
        }
    }
}

/// A supported token on one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Stable number, fixed by the catalogue; never reused.
    pub id: TokenId,
    /// The network it lives on.
    pub network: NetworkId,
    /// What a transfer of it moves.
    pub asset: Asset,
    /// Ticker, such as `USDC`.
    pub symbol: String,
    /// Full name, such as `USD Coin`.
    pub name: String,
    /// Decimal places of its base unit.
    pub decimals: u8,
    /// Its standard.
    pub standard: Standard,
    /// Held at one dollar by its issuer; payable under `stables_only`.
    pub stable: bool,
    /// Whether payors may choose it now.
    pub active: bool,
    /// Where its picture is, if anywhere.
    pub photo_uri: Option<String>,
}

/// Two entries of a catalogue contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two networks share an id.
    #[error("network {id} is defined twice")]
    DuplicateNetwork {
        /// The shared id.
        id: NetworkId,
    },
    /// Two tokens share an id.
    #[error("token id {id} is used twice")]
    DuplicateToken {
        /// The shared id.
        id: TokenId,
    },
    /// Two tokens of a network share a contract.
    #[error("tokens {first} and {second} of {network} have the same address")]
    DuplicateAsset {
        /// The earlier entry.
        first: TokenId,
        /// The later entry.
        second: TokenId,
        /// Where both live.
        network: NetworkId,
    },
    /// A token names a network that is not in the catalogue.
    #[error("token {token} is on unknown network {network}")]
    UnknownNetwork {
        /// The token.
        token: TokenId,
        /// The missing network.
        network: NetworkId,
    },
}

/// Every network and token this installation knows. Built once from configuration and shared.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    networks: Vec<Network>,
    tokens: Vec<Token>,
    by_network: HashMap<NetworkId, usize>,
    by_token: HashMap<TokenId, usize>,
    by_asset: HashMap<(NetworkId, Asset), usize>,
}

impl Catalogue {
    /// Checks that ids and contracts are unique and every token's network exists, and builds the look-ups.
    pub fn new(networks: Vec<Network>, tokens: Vec<Token>) -> Result<Self, CatalogueError> {
        let mut catalogue = Self { networks, tokens, ..Self::default() };
        for (index, network) in catalogue.networks.iter().enumerate() {
            if catalogue.by_network.insert(network.id.clone(), index).is_some() {
                return Err(CatalogueError::DuplicateNetwork { id: network.id.clone() });
            }
        }
        for (index, token) in catalogue.tokens.iter().enumerate() {
            let network = token.network.clone();
            if !catalogue.by_network.contains_key(&network) {
                return Err(CatalogueError::UnknownNetwork { token: token.id, network });
            }
            if catalogue.by_token.insert(token.id, index).is_some() {
                return Err(CatalogueError::DuplicateToken { id: token.id });
            }
            if let Some(first) = catalogue.by_asset.insert((network.clone(), token.asset), index) {
                let first = catalogue.tokens.get(first).map_or(token.id, |token| token.id);
                return Err(CatalogueError::DuplicateAsset { first, second: token.id, network });
            }
        }
        Ok(catalogue)
    }

    /// All networks, in configuration order.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// All tokens, in configuration order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The tokens of one environment, in configuration order.
    pub fn tokens_of(&self, environment: Environment) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(move |token| token.network.environment() == environment)
    }

    /// A network by id.
    pub fn network(&self, id: &NetworkId) -> Option<&Network> {
        self.by_network.get(id).and_then(|&index| self.networks.get(index))
    }

    /// A token by number.
    pub fn token(&self, id: TokenId) -> Option<&Token> {
        self.by_token.get(&id).and_then(|&index| self.tokens.get(index))
    }

    /// The token that a transfer of `asset` on `network` moved, if it is listed.
    pub fn token_of(&self, network: &NetworkId, asset: Asset) -> Option<&Token> {
        self.by_asset.get(&(network.clone(), asset)).and_then(|&index| self.tokens.get(index))
    }
}
