//! The crate against a real node: every test starts its own.

mod contracts;
mod failover;
mod follow;
mod native;
mod proxy;
mod world;
