//! The line from the server to a local chain, which can be cut: that is how `pepay trigger` makes a node unreachable for
//! the server alone, while payors go on paying there.
//!
//! A line relays bytes. It is cut for as long as anybody holds a connection to its second address, so a fault heals by
//! itself when whoever made it ends, however it ends. Scripts and wallets reach the chain past it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// Relayed at one time; the server needs a handful.
const MAX_CONNECTIONS: u32 = 256;
/// After this long without a descriptor for a connection, accepting is tried again.
const AFTER_FAILURE: Duration = Duration::from_millis(50);
/// What whoever cuts the line is told once nothing passes any more.
pub(crate) const CUT: &[u8] = b"cut\n";

/// A line that is up until it is dropped.
#[derive(Debug)]
pub(super) struct Line {
    address: SocketAddr,
    cut_address: SocketAddr,
    _stop: DropGuard,
}

struct Shared {
    node: SocketAddr,
    // How many hold it cut.
    cuts: watch::Sender<u32>,
    // How many connections it relays.
    relayed: watch::Sender<u32>,
    tasks: TaskTracker,
}

/// Counted in `.0` while it lives.
struct Counted<'a>(&'a watch::Sender<u32>);

impl<'a> Counted<'a> {
    fn new(count: &'a watch::Sender<u32>) -> Self {
        count.send_modify(|count| *count = count.saturating_add(1));
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Line {
    /// A line to the node that listens on `port` of this machine.
    pub(super) async fn to(port: u16) -> anyhow::Result<Self> {
        let (entrance, cutting) = (loopback().await?, loopback().await?);
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            node: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            cuts: watch::Sender::new(0),
            relayed: watch::Sender::new(0),
            tasks: TaskTracker::new(),
        });
        let line = Self {
            address: entrance.local_addr().context("could not tell the own address")?,
            cut_address: cutting.local_addr().context("could not tell the own address")?,
            _stop: stop.clone().drop_guard(),
        };
        for (listener, is_entrance) in [(entrance, true), (cutting, false)] {
            let (shared, stop) = (Arc::clone(&shared), stop.clone());
            shared.tasks.clone().spawn(async move { shared.listen(listener, is_entrance, stop).await });
        }
        Ok(line)
    }

    /// Where the server finds the chain.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is cut.
    pub(super) const fn cut_address(&self) -> SocketAddr {
        self.cut_address
    }
}

async fn loopback() -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port of this machine is free")
}

impl Shared {
    async fn listen(self: Arc<Self>, listener: TcpListener, is_entrance: bool, stop: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((caller, _)) = accepted else {
                // The caller hung up before it was heard, or there are no descriptors.
                tokio::time::sleep(AFTER_FAILURE).await;
                continue;
            };
            let (shared, stop) = (Arc::clone(&self), stop.clone());
            self.tasks.spawn(async move {
                let served = async { if is_entrance { shared.relay(caller).await } else { shared.cut(caller).await } };
                // Whoever hangs up first, the line is as it was.
                let _ended = stop.run_until_cancelled(served).await;
            });
        }
    }

    async fn relay(&self, mut caller: TcpStream) -> std::io::Result<()> {
        let counted = Counted::new(&self.relayed);
        if *counted.0.borrow() > MAX_CONNECTIONS {
            return Ok(());
        }
        let mut cuts = self.cuts.subscribe();
        tokio::select! {
            biased;
            _ = cuts.wait_for(|cuts| *cuts > 0) => Ok(()),
            ended = async {
                let mut node = TcpStream::connect(self.node).await?;
                caller.set_nodelay(true)?;
                node.set_nodelay(true)?;
                copy_bidirectional(&mut caller, &mut node).await
            } => ended.map(|_| ()),
        }
    }

    async fn cut(&self, mut holder: TcpStream) -> std::io::Result<()> {
        let _cut = Counted::new(&self.cuts);
        let mut relayed = self.relayed.subscribe();
        // Cannot fail: the sender is ours.
        let _quiet = relayed.wait_for(|relayed| *relayed == 0).await.map(drop);
        holder.write_all(CUT).await?;
        // Until the holder hangs up; what it says means nothing.
        while holder.read(&mut [0; 64]).await? > 0 {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the node behind `line` says, which greets every caller.
    async fn greeting(line: &Line) -> Vec<u8> {
        let mut heard = Vec::new();
        let mut caller = TcpStream::connect(line.address()).await.unwrap();
        // Reset or closed: nothing was heard.
        let _closed = caller.read_to_end(&mut heard).await;
        heard
    }

    async fn line_to_a_greeter(tasks: &TaskTracker) -> Line {
        let node = loopback().await.unwrap();
        let line = Line::to(node.local_addr().unwrap().port()).await.unwrap();
        tasks.spawn(async move {
            while let Ok((mut caller, _)) = node.accept().await {
                caller.write_all(b"hello").await.unwrap();
            }
        });
        line
    }

    #[tokio::test]
    async fn nothing_passes_while_it_is_cut() {
        let line = line_to_a_greeter(&TaskTracker::new()).await;
        assert_eq!(greeting(&line).await, b"hello");

        let mut first = TcpStream::connect(line.cut_address()).await.unwrap();
        let mut told = [0; CUT.len()];
        first.read_exact(&mut told).await.unwrap();
        assert_eq!(told, CUT);
        assert_eq!(greeting(&line).await, b"");

        let mut second = TcpStream::connect(line.cut_address()).await.unwrap();
        second.read_exact(&mut told).await.unwrap();
        drop(first);
        assert_eq!(greeting(&line).await, b"", "the second still holds it");
        drop(second);
        while greeting(&line).await != b"hello" {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn an_open_connection_ends_when_it_is_cut() {
        let node = loopback().await.unwrap();
        let line = Line::to(node.local_addr().unwrap().port()).await.unwrap();
        let mut caller = TcpStream::connect(line.address()).await.unwrap();
        let (mut far, _) = node.accept().await.unwrap();
        caller.write_all(b"x").await.unwrap();
        assert_eq!(far.read_u8().await.unwrap(), b'x');

        let mut holder = TcpStream::connect(line.cut_address()).await.unwrap();
        let mut told = [0; CUT.len()];
        holder.read_exact(&mut told).await.unwrap();
        assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(caller.read(&mut [0; 8]).await.unwrap(), 0);
    }
}
