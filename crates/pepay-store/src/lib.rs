//! All SQL of Pepay: one code base for SQLite and PostgreSQL.
//!
//! A function that takes `&impl ConnectionTrait` reads; one that takes [`db::Tx`] writes, and its caller commits. A
//! look-up gives `Option` and the caller judges absence. Nothing here decides anything about money.
//!
//! Fails with one [`Error`]: a violated constraint by its name, a row that is no domain value by table, column and
//! id, an update that hit no row by table and id, and everything else as the driver reports it.

#![cfg_attr(not(test), deny(clippy::as_conversions))]
#![warn(missing_docs)]

pub mod access_request;
pub mod account;
pub mod audit;
pub mod chain;
pub mod db;
pub mod deposit;
mod error;
pub mod event;
pub mod hot;
pub mod idempotency;
pub mod inspect;
pub mod invoice;
pub mod key;
pub mod letter;
pub mod merchant;
mod migrations;
pub mod native_look;
pub mod news;
mod observed;
mod page;
pub mod payment;
#[cfg(test)]
mod plans;
pub mod profile;
pub mod quote;
mod read;
pub mod server_key;
pub mod stats;
#[cfg(test)]
mod testing;
pub mod token_block;
pub mod transfer;
pub mod verification;
pub mod wallet;
pub mod webhook;

pub use error::Error;
/// Anything to read from: a database, or a transaction on it.
pub use sea_orm::ConnectionTrait as Connection;
