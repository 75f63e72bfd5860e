//! The program `pepay`: reads the configuration, starts what it asks for and stops it again. It decides nothing about
//! money.
//!
//! A failure to start is one line on stderr that says what to do, and exit status 1.

mod api;
pub mod chains;
pub mod cmd;
pub mod config;
pub mod dev;
mod doctor;
mod http;
mod installation;
mod listen;
mod listener;
mod narrate;
pub mod node;
mod post;
pub mod prices;
pub mod telemetry;
mod trigger;
