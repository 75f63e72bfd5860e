//! Signing in for API clients: a short access token and a refresh token that changes with every use.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Problem;
use crate::json::Object;

/// Longest password, code or token read.
const MAX_CHARS: usize = 512;

/// Request: sign in.
#[derive(Clone, PartialEq, Eq, ToSchema)]
pub struct Login {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The second factor or a recovery code, where the account has one.
    pub code: Option<String>,
    /// Which company to work for, for who is a member of several; the one joined first when absent.
    pub merchant_id: Option<i64>,
}

impl Login {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        Ok(Self {
            email: object.required_text("email", MAX_CHARS)?,
            password: object.required_text("password", MAX_CHARS)?,
            code: object.text("code", MAX_CHARS)?,
            merchant_id: object.integer("merchant_id")?,
        })
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Request: the next tokens.
#[derive(Clone, PartialEq, Eq, ToSchema)]
pub struct Refresh {
    /// The newest refresh token.
    pub refresh_token: String,
    /// The company to work for from now on; the same as before when absent.
    pub merchant_id: Option<i64>,
}

impl Refresh {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let object = Object::parse(body)?;
        Ok(Self {
            refresh_token: object.required_text("refresh_token", MAX_CHARS)?,
            merchant_id: object.integer("merchant_id")?,
        })
    }
}

/// Request: the end of a login.
#[derive(Clone, PartialEq, Eq, ToSchema)]
pub struct Logout {
    /// The newest refresh token.
    pub refresh_token: String,
}

impl Logout {
    /// Reads the request.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        Ok(Self { refresh_token: Object::parse(body)?.required_text("refresh_token", MAX_CHARS)? })
    }
}

impl std::fmt::Debug for Logout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Logout(…)")
    }
}

impl std::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresh(…)")
    }
}

/// Answer: signed in.
#[derive(Clone, Serialize, ToSchema)]
pub struct LoggedIn {
    /// Always `true`.
    pub success: bool,
    /// Goes into `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    pub token_type: &'static str,
    /// How long the access token works, in seconds.
    pub expires_in: i64,
    /// Gives the next access token, once.
    pub refresh_token: String,
    /// Who is signed in.
    pub user: LoginUser,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoginUser {
    /// Its id.
    #[schema(format = "uuid")]
    pub id: String,
    /// Its address.
    pub email: String,
    /// The merchant it works for.
    pub merchant_id: i64,
    /// What it is there: `owner`, `developer`, `finance` or `read_only`.
    #[schema(value_type = String, example = "owner")]
    pub role: &'static str,
    /// Every company it is a member of, this one too: what `merchant_id` of the requests may be.
    pub merchants: Vec<LoginMerchant>,
}

/// A company somebody is a member of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoginMerchant {
    /// Its number.
    pub merchant_id: i64,
    /// Its name.
    pub name: String,
}
