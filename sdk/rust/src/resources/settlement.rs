//! How a merchant's money is settled.

use reqwest::Method;

use super::resource;
use crate::credentials::Audience;
use crate::request::Request;
use crate::transport::Call;
use crate::types::{SettlementPreference, SettlementTokenUpdated};

resource! {
    /// How a merchant's money is settled. Takes the dashboard's bearer token only: a leaked server key must not redirect
    /// money.
    Settlement
}

impl Settlement {
    /// How it is settled now.
    pub fn get_preferences(&self) -> Request<SettlementPreference> {
        Request::new(&self.transport, Call::get(&["merchant", "settlement-preference"], Audience::Dashboard))
    }

    /// Chooses what money is converted to; `None` for the default.
    pub fn update_settlement_token(&self, settlement_token_id: Option<i64>) -> Request<SettlementTokenUpdated> {
        let body = serde_json::json!({ "settlement_token_id": settlement_token_id });
        let call = Call::new(Method::PUT, &["merchant", "settlement-token"], Audience::Dashboard).body(&body);
        Request::new(&self.transport, call)
    }
}
