//! The client against servers that misbehave on purpose, over real connections.

mod http;
mod pages;
mod server;
mod sockets;
mod streams;
mod waiting;
