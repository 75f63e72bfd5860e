//! The crate against a real node: every test starts its own.

mod contracts;
mod follow;
mod native;
mod world;
