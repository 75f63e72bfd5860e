//! Cursors: whoever comes back gets what it missed, and nobody is ever skipped.

use futures_util::future::join_all;
use pepay_store::db::{ConnectOptions, Db};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::socket::{Frame, Socket};
use super::source;
use crate::world::{Database, Merchant, Server, World};

const CUTS: u32 = 200;
const EVENTS: u64 = 10_000;
/// Events in one transaction.
const BATCH: u64 = 40;

pub(super) async fn a_client_cut_200_times_misses_nothing(database: Database) {
    let world = World::start(database).await;
    let rival = world.another_merchant().await;
    let (db, merchant) = (world.books.db.clone(), world.merchant.id);
    let writing = async {
        for batch in 0..EVENTS / BATCH {
            let numbers = batch * BATCH..(batch + 1) * BATCH;
            let mine = numbers.map(|number| source::event(merchant, number));
            // Somebody else's in between, and real ones now and then.
            let events: Vec<_> = mine.chain([source::event(rival.id, batch)]).collect();
            source::append(&db, &events).await;
            if batch % 50 == 0 {
                world.merchant.create("1.00").await;
            }
        }
    };
    let wanted = usize::try_from(EVENTS + EVENTS / BATCH / 50).expect("small");
    let (seen, ()) = tokio::join!(cut_again_and_again(&world.files.address, &world.merchant, (wanted, CUTS)), writing);
    assert_eq!(seen, source::logged(&world.books.db, merchant).await, "all of them, in order, each once");
    world.end();
}

/// Follows the stream, is cut at random, comes back with what it saw last.
async fn cut_again_and_again(base: &str, merchant: &Merchant, (wanted, most): (usize, u32)) -> Vec<String> {
    let mut rng = StdRng::seed_from_u64(42);
    let mut seen: Vec<String> = Vec::with_capacity(wanted);
    let mut cuts = 0;
    while seen.len() < wanted {
        let since = seen.last().map_or("evt_0-0", String::as_str);
        let mut socket = Socket::merchant_at(base, merchant, &format!("since={since}")).await;
        let last_life = cuts >= most;
        let life = if last_life { usize::MAX } else { rng.random_range(0..60) };
        for _ in 0..life {
            match socket.next().await {
                Frame::Event(id, _) => seen.push(id),
                Frame::Other(control) => assert_eq!(control["object"], "ws_control", "{control}"),
                Frame::Closed(_) | Frame::Gone => break,
            }
            if seen.len() >= wanted {
                break;
            }
        }
        // Dropped without a word, as a cable is.
        drop(socket);
        cuts += 1;
    }
    assert!(cuts > most, "{cuts} cuts");
    seen
}

const WRITERS: u64 = 8;
const ROUNDS: u64 = 40;

#[tokio::test]
async fn no_cursor_skips_what_commits_later_on_two_nodes() {
    let world = World::start(Database::Postgres).await;
    let second = world.files.second();
    let _server = Server::start(&second, "second").await;
    let wanted = usize::try_from(WRITERS * ROUNDS * 3).expect("small");
    let bases = [&world.files.address, &second.address];
    let live = join_all(bases.iter().map(|base| Socket::merchant_at(base, &world.merchant, "types=*"))).await;
    let following = join_all(live.into_iter().map(|socket| follow(socket, wanted)));
    let cutting = join_all(bases.iter().map(|base| cut_again_and_again(base, &world.merchant, (wanted, 20))));
    let writing = join_all((0..WRITERS).map(|writer| write(&world, writer, second.api())));
    let (followed, cut, _) = tokio::join!(following, cutting, writing);
    let logged = source::logged(&world.books.db, world.merchant.id).await;
    assert_eq!(logged.len(), wanted);
    for seen in followed.into_iter().chain(cut) {
        assert_eq!(seen, logged, "every node tells all of it, in one order");
    }
    world.end();
}

async fn follow(mut socket: Socket, wanted: usize) -> Vec<String> {
    let mut seen = Vec::new();
    while seen.len() < wanted {
        seen.push(socket.event().await.0);
    }
    seen
}

/// Two events by a connection of its own, with a transaction that gives up in between, and one by either node.
async fn write(world: &World, writer: u64, second: crate::world::Api) {
    let options = ConnectOptions { max_connections: 2, ..ConnectOptions::default() };
    let db = Db::connect(&world.books.url, options).await.expect("the database opens");
    let node = if writer.is_multiple_of(2) { world.merchant.clone() } else { world.merchant.at(second) };
    for round in 0..ROUNDS {
        let events = [0, 1].map(|n| source::event(world.merchant.id, 2 * round + n));
        source::append(&db, &events[..1]).await;
        let tx = db.begin("test.abandoned").await.expect("a transaction can begin");
        pepay_store::event::append(&tx, pepay_core::time::Millis(1), &events).await.expect("events can be added");
        drop(tx);
        source::append(&db, &events[1..]).await;
        node.create("1.00").await;
    }
}
