//! kill -9 at random moments, over and over, while invoices are created, canceled, expire and are paid. Afterwards
//! nothing acknowledged is missing, nothing is there twice, every event is there once, and all money was seen.
//!
//! The seed of each run is printed; `PEPAY_TEST_SEED` runs the same one again, as far as the machine plays along.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pepay_store::db::{ConnectOptions, Db};
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::world::{Chain, Database, World};

mod proof;
mod shopper;
mod victim;

use shopper::{Bought, Shopper};
use victim::Victim;

crate::on_both_databases! {
    killed_again_and_again,
}

/// Buyers at work at once.
const SHOPPERS: u64 = 12;
/// One kill in this many comes while the program starts.
const EARLY: u32 = 5;
/// A start is killed within this many milliseconds.
const START_MS: u64 = 350;
/// Running, it is killed within this many milliseconds.
const LIFE_MS: u64 = 900;
/// Pause between two blocks.
const BLOCK_TIME: Duration = Duration::from_millis(250);

async fn killed_again_and_again(database: Database) {
    let kills = match database {
        Database::Sqlite => 50,
        Database::Postgres => 12,
    };
    let seed = seed();
    eprintln!("PEPAY_TEST_SEED={seed}");
    let mut world = World::start(database).await;
    let key = crate::access::keys::usual(&world, world.merchant.id).await;
    world.kill_server().await;
    let_go_of_the_database(&mut world).await;

    let over = AtomicBool::new(false);
    let mut rng = StdRng::seed_from_u64(seed);
    let shoppers = (0..SHOPPERS).map(|number| Shopper::new(&world, &key, number, rng.next_u64()));
    let shopping = futures_util::future::join_all(shoppers.map(|shopper| shopper.shop(&over)));
    let mut victim = Victim::new(&world);
    let killing = async {
        let began = Instant::now();
        let life = kill(&mut victim, &world, kills, &mut rng).await;
        eprintln!("{kills} kills in {:?}, {life:?} of them alive", began.elapsed());
        over.store(true, Ordering::Relaxed);
    };
    let (bought, (), ()) = tokio::join!(shopping, killing, mine([&world.base, &world.bsc], &over));

    let bought: Vec<Bought> = bought.into_iter().flatten().collect();
    world.books.db = reach(&world.books.url).await;
    let began = Instant::now();
    proof::holds(&world, &key, &bought).await;
    victim.never_panicked();
    eprintln!("proved in {:?}", began.elapsed());
    let began = Instant::now();
    world.audit().await;
    eprintln!("audited in {:?}", began.elapsed());
}

fn seed() -> u64 {
    let wanted = std::env::var("PEPAY_TEST_SEED").ok();
    wanted.map_or_else(|| StdRng::from_os_rng().next_u64(), |seed| seed.parse().expect("PEPAY_TEST_SEED is a number"))
}

/// Kills `kills` times and leaves the program running. Gives how long it answered in between.
async fn kill(victim: &mut Victim, world: &World, kills: u32, rng: &mut StdRng) -> Duration {
    let mut alive = Duration::ZERO;
    for number in 1..=kills {
        victim.start();
        if rng.random_ratio(1, EARLY) {
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..START_MS))).await;
        } else {
            victim.answers().await;
            let life = Duration::from_millis(rng.random_range(0..LIFE_MS));
            tokio::time::sleep(life).await;
            alive += life;
        }
        victim.kill().await;
        // The last one must wait for the dead node's lease, as in real life; fifty times that would take too long.
        if number < kills {
            end_leases(world).await;
        }
    }
    victim.start();
    victim.answers().await;
    alive
}

async fn mine(chains: [&Chain; 2], over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        for chain in chains {
            chain.mine(1).await;
        }
        tokio::time::sleep(BLOCK_TIME).await;
    }
}

/// Makes the time of leases pass.
async fn end_leases(world: &World) {
    let (sql, url) = ("DELETE FROM leases", &world.books.url);
    if is_sqlite(world) {
        let mut connection = SqliteConnection::connect(url).await.expect("the database opens");
        sqlx::query(sql).execute(&mut connection).await.expect("leases can be ended");
        connection.close().await.expect("and the database closed");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("the database opens");
        sqlx::query(sql).execute(&mut connection).await.expect("leases can be ended");
        connection.close().await.expect("and the database closed");
    }
}

/// Closes the test's own handle: a SQLite database that somebody still holds is not recovered from its log.
async fn let_go_of_the_database(world: &mut World) {
    let elsewhere = format!("sqlite://{}?mode=rwc", world.files.directory.join("elsewhere.db").display());
    let held = std::mem::replace(&mut world.books.db, reach(&elsewhere).await);
    held.close().await.expect("a database can be closed");
    drop(held);
    if is_sqlite(world) {
        let open = |path: std::io::Result<std::fs::DirEntry>| {
            let path = path.and_then(|entry| std::fs::read_link(entry.path()));
            path.is_ok_and(|path| path.ends_with(Path::new("pepay.db")))
        };
        let handles =
            std::fs::read_dir("/proc/self/fd").map(|entries| entries.filter_map(|it| open(it).then_some(())).count());
        assert!(handles.is_err() || handles.is_ok_and(|count| count == 0), "the test holds the database no more");
    }
}

fn is_sqlite(world: &World) -> bool {
    world.books.url.starts_with("sqlite:")
}

async fn reach(url: &str) -> Db {
    let options = ConnectOptions { max_connections: 3, ..ConnectOptions::default() };
    Db::connect(url, options).await.expect("the database opens")
}
