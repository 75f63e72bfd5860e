//! The program `pepay`: reads the configuration, starts what it asks for and stops it again. It decides nothing about
//! money.

pub mod config;
