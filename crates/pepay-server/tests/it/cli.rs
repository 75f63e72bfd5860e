//! The command line of engineers: a real `pepay dev`, and the commands that work with it, run as anybody runs them.

mod dev;
mod doctor;
mod help;
mod listen;
mod receiver;
mod server_key;
mod stream;
mod trigger;
