//! API keys as their owner sees them (contract section 2).

use pepay_core::credential::ApiKey;
use pepay_core::merchant::{Key, Permission};
use pepay_core::time::Millis;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::{Code, Problem, show};

/// Longest name read; the rule itself is the engine's.
const MAX_NAME_CHARS: usize = 255;

/// One key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyInfo {
    /// Its id.
    #[schema(format = "uuid")]
    pub key_id: String,
    /// What its owner calls it.
    pub name: String,
    /// Always `merchant`.
    #[schema(value_type = String, example = "merchant")]
    pub scope: &'static str,
    /// What it may do: `read_write` or `read_only`.
    #[schema(value_type = String, example = "read_write")]
    pub permission: &'static str,
    /// The environment it is bound to.
    #[schema(value_type = String, example = "devnet")]
    pub environment: &'static str,
    /// `active`, `revoked`, `expired` or `suspended`.
    #[schema(value_type = String, example = "active")]
    pub status: &'static str,
    /// When it stops working by itself, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<Millis>,
    /// When it was last used, in epoch seconds, to the minute.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub last_used_at: Option<Millis>,
    /// When it was made, in epoch seconds.
    #[serde(serialize_with = "show::secs")]
    #[schema(value_type = i64)]
    pub created_at: Millis,
    /// When it was revoked, in epoch seconds.
    #[serde(serialize_with = "show::secs_or_null")]
    #[schema(value_type = Option<i64>)]
    pub revoked_at: Option<Millis>,
    /// Why it was revoked.
    pub revoked_reason: Option<String>,
}

impl KeyInfo {
    /// Presents `key`.
    pub fn new(key: &Key, now: Millis) -> Self {
        let (revoked_at, revoked_reason) = key.revoked.clone().unzip();
        Self {
            key_id: key.id.to_string(),
            name: key.name.clone(),
            scope: "merchant",
            permission: key.permission.as_str(),
            environment: key.environment.as_str(),
            status: key.status(now),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
            revoked_at,
            revoked_reason,
        }
    }
}

/// A key just made.
#[derive(Clone, Serialize, ToSchema)]
pub struct CreatedKey {
    /// The key.
    #[serde(flatten)]
    pub info: KeyInfo,
    /// Its secret, shown this once.
    pub api_key: String,
}

impl CreatedKey {
    /// Presents `key` with its secret.
    pub fn new(key: &Key, secret: &ApiKey, now: Millis) -> Self {
        Self { info: KeyInfo::new(key, now), api_key: secret.reveal().to_owned() }
    }
}

/// Request: make a key in the environment the dashboard works in.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct CreateKey {
    /// What its owner calls it.
    pub name: String,
    /// `read_write` (the default) or `read_only`.
    #[schema(value_type = Option<String>)]
    pub permission: Permission,
    /// When it stops working by itself, in epoch seconds; null for never.
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<Millis>,
}

impl CreateKey {
    /// Reads the request; an end in the past is refused.
    pub fn parse(body: &[u8], now: Millis) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        let refuse = |param: &str, message: &str| Problem::at(Code::ValidationError, param, message);
        let permission = match object.text("permission", 16)?.as_deref() {
            None => Permission::ReadWrite,
            Some(word) => Permission::parse(word)
                .ok_or_else(|| refuse("/permission", "permission must be read_write or read_only"))?,
        };
        let expires_at = object.integer("expires_at")?.map(Millis::from_secs);
        if expires_at.is_some_and(|at| at <= now) {
            return Err(refuse("/expires_at", "expires_at must lie in the future"));
        }
        Ok(Self { name: object.required_text("name", MAX_NAME_CHARS)?, permission, expires_at })
    }
}
