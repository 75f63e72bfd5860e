//! Access to mainnet and the environment of the dashboard (contract section 3).

use pepay_core::network;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Code, Environment, Problem};

/// Where a merchant stands with mainnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MainnetAccess {
    /// Whether mainnet is open to it.
    pub has_mainnet_access: bool,
    /// The environment its dashboard works in.
    pub current_environment: Environment,
}

/// Request: open mainnet with the key the operator issued.
#[derive(Clone, PartialEq, Eq, ToSchema)]
pub struct ActivateMainnet {
    /// The key.
    pub access_key: String,
}

impl ActivateMainnet {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        Ok(Self { access_key: Object::parse(body)?.required_text("access_key", 255)? })
    }
}

impl std::fmt::Debug for ActivateMainnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ActivateMainnet(…)")
    }
}

/// Request: let the dashboard work in another environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
pub struct SetEnvironment {
    /// The environment.
    #[schema(value_type = Environment)]
    pub environment: network::Environment,
}

impl SetEnvironment {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let text = Object::parse(body)?.required_text("environment", 16)?;
        let environment = text
            .parse()
            .map_err(|_| Problem::at(Code::ValidationError, "/environment", "environment must be devnet or mainnet"))?;
        Ok(Self { environment })
    }
}

/// Answer: done, and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Done {
    /// Always `true`.
    pub success: bool,
    /// What was done.
    #[schema(value_type = String)]
    pub message: &'static str,
}

impl Done {
    /// Done.
    pub const fn new(message: &'static str) -> Self {
        Self { success: true, message }
    }
}
