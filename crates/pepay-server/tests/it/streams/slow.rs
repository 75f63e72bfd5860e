//! A client that does not read: it is told, closed, and gets everything when it comes back.

use super::socket::{Frame, Socket, metric};
use super::source;
use crate::world::{Database, Options, World, until, wait_for};

const EVENTS: u64 = 6_000;
/// Together far more than what fits between two programs.
const BYTES: usize = 6_000;

pub(super) async fn a_slow_client_is_closed_and_comes_back(database: Database) {
    let sections = "[sockets]\nheartbeat_s = 6\n".to_owned();
    let world = World::start_with(database, Options { sections, ..Options::default() }).await;
    let merchant = &world.merchant;
    let mut slow = Socket::merchant(&world, merchant, "").await;
    let mut quick = Socket::merchant(&world, merchant, "").await;
    let reading = async {
        let mut seen = Vec::new();
        while seen.len() < usize::try_from(EVENTS).expect("small") {
            seen.push(quick.event().await.0);
        }
        seen
    };
    let writing = async {
        for batch in 0..EVENTS / 100 {
            let numbers = batch * 100..(batch + 1) * 100;
            let events: Vec<_> = numbers.map(|number| source::sized(merchant.id, number, BYTES)).collect();
            source::append(&world.books.db, &events).await;
        }
    };
    let api = world.files.api();
    let stalling = async {
        wait_for("the server to give the slow client up", async || {
            until(metric(&api, "pepay_socket_ends_total", "why=\"slow\"").await, |ended| *ended >= 1.0)
        })
        .await;
        let mut seen = Vec::new();
        loop {
            match slow.next().await {
                Frame::Event(id, _) => seen.push(id),
                Frame::Other(told) => break (seen, told),
                end => panic!("not told: {end:?}"),
            }
        }
    };
    let (seen_by_quick, (), (mut seen, told)) = tokio::join!(reading, writing, stalling);
    assert_eq!((&told["type"], &told["reason"]), (&"resync_required".into(), &"slow_consumer".into()), "{told}");
    assert_eq!(told["last_event_id"].as_str(), seen.last().map(String::as_str), "the last that it was told");
    assert_eq!(slow.next().await, Frame::Closed(4408));

    let since = told["last_event_id"].as_str().expect("a cursor");
    let mut again = Socket::merchant(&world, merchant, &format!("since={since}")).await;
    assert_eq!(again.control().await["type"], "replay_started");
    while let Frame::Event(id, _) = again.next().await {
        seen.push(id);
    }
    assert_eq!(seen, seen_by_quick);
    assert_eq!(seen, source::logged(&world.books.db, merchant.id).await);
    world.end();
}
