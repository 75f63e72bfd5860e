//! `[limits]`: how much a caller may ask.

use serde::Deserialize;

use super::Error;

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `PEPAY__LIMITS__KEY_PER_SECOND`: requests a second that one API key may make in the long run; 0 for no limit.
    /// Default 100.
    pub key_per_second: u32,
    /// `PEPAY__LIMITS__KEY_BURST`: requests that one API key may make at once. Default 200.
    pub key_burst: u32,
    /// `PEPAY__LIMITS__IP_PER_SECOND`: requests a second that one address may make in the long run without an API key;
    /// 0 for no limit. Default 50.
    pub ip_per_second: u32,
    /// `PEPAY__LIMITS__IP_BURST`: requests that one address may make at once without an API key. Default 100.
    pub ip_burst: u32,
    /// `PEPAY__LIMITS__SIGN_IN_PER_SECOND`: attempts a second that one address may make in the long run to sign in or
    /// up or to have a letter sent; 0 for no limit. Default 1.
    pub sign_in_per_second: u32,
    /// `PEPAY__LIMITS__SIGN_IN_BURST`: such attempts that one address may make at once. Default 20.
    pub sign_in_burst: u32,
    /// `PEPAY__LIMITS__BODY_BYTES`: longest request body in bytes. Default 65536.
    pub body_bytes: usize,
    /// `PEPAY__LIMITS__REQUEST_S`: seconds after which a request is given up. Default 30.
    pub request_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            key_per_second: 100,
            key_burst: 200,
            ip_per_second: 50,
            ip_burst: 100,
            sign_in_per_second: 1,
            sign_in_burst: 20,
            body_bytes: 65_536,
            request_s: 30,
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), Error> {
        for (key, rate, burst) in [
            ("limits.key_burst", self.key_per_second, self.key_burst),
            ("limits.ip_burst", self.ip_per_second, self.ip_burst),
            ("limits.sign_in_burst", self.sign_in_per_second, self.sign_in_burst),
        ] {
            if rate > 0 && burst == 0 {
                return Err(Error::value(key, "must be at least 1 where a rate is set"));
            }
        }
        if self.body_bytes < 16_384 {
            return Err(Error::value("limits.body_bytes", "must be at least 16384"));
        }
        if self.request_s == 0 {
            return Err(Error::value("limits.request_s", "must be at least 1"));
        }
        Ok(())
    }
}
