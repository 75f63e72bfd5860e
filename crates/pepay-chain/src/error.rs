//! What can go wrong with a chain. Messages name providers by scheme and host only.

/// Why the chain could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Every block still known is gone from the chain: deeper than Pepay repairs alone. An operator must look.
    #[error(
        "block {oldest} and all known after it left the chain, more than the {window} blocks that are repaired alone"
    )]
    ReorgTooDeep {
        /// The oldest known block, which is gone too.
        oldest: u64,
        /// How many blocks are repaired without an operator.
        window: u64,
    },
    /// The persisted blocks handed in are no chain: a mistake of the caller or a damaged database.
    #[error("the persisted block {number} does not link to the one below it")]
    BrokenWindow {
        /// The block whose link is wrong.
        number: u64,
    },
    /// The chain kept moving, or its providers kept contradicting themselves, while being read. Try again.
    #[error("blocks from {from} kept changing while they were read")]
    Unstable {
        /// The first block that was wanted.
        from: u64,
    },
    /// A provider serves another chain than it is configured for. It is never used.
    #[error("{rpc} serves chain {found}, not {expected}")]
    WrongChain {
        /// Scheme and host of the provider.
        rpc: String,
        /// The configured chain id.
        expected: u64,
        /// The chain id it answered.
        found: u64,
    },
    /// No provider gave an answer. Worth trying again after its back-off.
    #[error("no provider of {network} answered: {detail}")]
    Unavailable {
        /// The network.
        network: String,
        /// The last thing each provider said.
        detail: String,
    },
    /// A provider understood and refused, and asking another would not help.
    #[error("{rpc} refused {method}: {message}")]
    Refused {
        /// Scheme and host of the provider.
        rpc: String,
        /// The JSON-RPC method.
        method: &'static str,
        /// What it said.
        message: String,
    },
    /// The configuration of a network cannot work.
    #[error("network {network}: {reason}")]
    Config {
        /// The network.
        network: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A transaction this program sent failed, or the chain holds something else than it must.
    #[error("{what}")]
    Deploy {
        /// What happened.
        what: String,
    },
    /// The local development node could not be started or stopped.
    #[error("{what}")]
    Anvil {
        /// What happened and what to do about it.
        what: String,
        /// What the system said.
        #[source]
        cause: Option<std::io::Error>,
    },
    /// Amounts added up to more than 256 bits hold.
    #[error("token amounts do not add up")]
    Amount(#[source] pepay_core::money::Error),
}

/// The result of talking to a chain.
pub type Result<T, E = Error> = std::result::Result<T, E>;
