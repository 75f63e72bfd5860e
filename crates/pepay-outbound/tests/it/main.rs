//! The client against real servers, hostile urls and hostile names.

mod exchange;
mod http2;
mod limits;
mod names;
mod properties;
mod server;
mod tls;
mod urls;
