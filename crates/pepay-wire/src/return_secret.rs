//! The secret by which a merchant checks returns from the checkout.

use pepay_core::credential::ReturnSecret;
use serde::Serialize;
use utoipa::ToSchema;

/// How to check that a payor's return from the checkout is genuine.
///
/// The return address gets `invoice_id`, `status`, `ts` and `sig`; `sig` is the lower-case hex HMAC-SHA256 of
/// `<invoice_id>.<status>.<ts>`, keyed with the bytes of `secret` exactly as it is shown.
#[derive(Clone, Serialize, ToSchema)]
pub struct CheckoutReturn {
    /// Always `return_secret`.
    #[schema(value_type = String, example = "return_secret")]
    pub object: &'static str,
    /// The secret, of this merchant in this environment. Keep it on the server.
    #[schema(example = "rs_test_5f0c…")]
    pub secret: String,
}

impl CheckoutReturn {
    /// Shows `secret`.
    pub fn new(secret: &ReturnSecret) -> Self {
        Self { object: "return_secret", secret: secret.reveal().to_owned() }
    }
}
