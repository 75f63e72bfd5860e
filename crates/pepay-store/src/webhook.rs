//! Webhooks: endpoints, their deliveries and attempts, and how far the event log was planned.
//!
//! An endpoint's owner and its deliveries write different columns, so that neither undoes the other. Whoever changes
//! what endpoints are told counts the planner's version on first, which serialises such changes with planning.

pub mod attempt;
pub mod delivery;
pub mod endpoint;
pub mod lane;
pub mod planner;
pub mod recovery;

#[cfg(test)]
pub(crate) mod tests;
