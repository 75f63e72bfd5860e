//! A server that can not reach its chain, for as long as the value lives, or the program.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::dev::CUT;
use crate::installation::Network;

/// How long the last answers on the line may take to break off.
const PATIENCE: Duration = Duration::from_secs(10);

/// Holds the line cut.
#[derive(Debug)]
pub(super) struct Blackout(TcpStream);

impl Blackout {
    /// Cuts the server's line to `network`; nothing passes any more when this returns.
    pub(super) async fn begin(network: &Network) -> anyhow::Result<Self> {
        let told = async {
            let mut line = TcpStream::connect(&network.cut_address).await?;
            let mut told = [0; CUT.len()];
            line.read_exact(&mut told).await?;
            std::io::Result::Ok((line, told))
        };
        let told = timeout(PATIENCE, told).await.context("the line to the chain was not cut in time")?;
        let (line, told) = told.with_context(|| format!("could not cut the line to {}", network.name))?;
        ensure!(told == CUT, "{} is not where the line to {} is cut", network.cut_address, network.name);
        Ok(Self(line))
    }

    /// Lets the server reach it again.
    pub(super) fn end(self) {
        drop(self.0);
    }
}
