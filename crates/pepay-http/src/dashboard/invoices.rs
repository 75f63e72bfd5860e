//! Invoices: found, made, looked at, acted upon.

pub(super) mod acts;
pub(super) mod create;
pub(super) mod detail;
pub(super) mod list;
mod strays;
