//! The rules of Pepay as pure values and functions: what an invoice is worth, when it is paid, who may open it.
//!
//! No I/O, no clock, no randomness of its own, no serialisation: callers load, call and save. Every failure is a
//! typed error; nothing here panics on any input.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::as_conversions))]
#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

pub mod account;
pub mod address;
pub mod branding;
pub mod credential;
pub mod event;
pub mod forwarder;
pub mod id;
pub mod idempotency;
pub mod invoice;
pub mod merchant;
pub mod money;
pub mod network;
pub mod page;
pub mod payment;
pub mod profile;
pub mod quote;
pub mod seal;
pub mod settlement;
pub mod time;
pub mod token;
pub mod transfer;
pub mod verification;
pub mod webhook;
