//! Everything that talks to nodes and price feeds: blocks and transfers in, core types out.
//!
//! It never decides whether an invoice is paid and knows no SQL. Nodes are not believed blindly: a block counts only
//! when its header was fetched and links to its parent, several providers are compared, and a url's path and query
//! (where API keys live) appear in no error and no log line.
#![warn(missing_docs)]

pub mod error;
pub mod evm;
pub mod price;
pub mod scan;

pub use error::{Error, Result};
