//! Whole-system tests: the real program against real chain nodes, on SQLite and on PostgreSQL.
//!
//! A scenario is one async function over a [`World`]: chains, a database, a running `pepay serve`, and the people who
//! use it. Nothing is faked but what is not ours to run (a lying RPC provider), nothing sleeps for luck, and every
//! scenario ends with an audit of the books. Needs anvil, and PostgreSQL where `PEPAY_TEST_POSTGRES_URL` points;
//! `scripts/test` provides both.

mod world;

mod access;
mod accounts;
mod cancel;
mod cli;
mod client;
mod downtime;
mod expiry;
mod idempotency;
mod input;
mod isolation;
mod kill;
mod late;
mod native;
mod nodes;
mod partial;
mod payments;
mod reorgs;
mod rpcs;
mod strays;
mod streams;
mod tiers;
mod webhooks;

/// Makes two tests of each scenario: one per database.
macro_rules! on_both_databases {
    ($($scenario:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $scenario() {
                Box::pin(super::$scenario($crate::world::Database::Sqlite)).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $scenario() {
                Box::pin(super::$scenario($crate::world::Database::Postgres)).await;
            })*
        }
    };
}
use on_both_databases;
