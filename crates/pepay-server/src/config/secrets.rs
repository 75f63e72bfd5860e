//! `[secrets]`: the server's own key.

use std::path::PathBuf;

use figment::value::magic::RelativePathBuf;
use pepay_core::credential::ServerKey;
use serde::Deserialize;

use super::Error;
use super::secret::Secret;

/// `[secrets]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// `PEPAY__SECRETS__SERVER_KEY`: 32 bytes in hex or base64, from which payor sessions and dashboard tokens derive.
    /// Equal on all nodes; changing it ends every session. No default.
    pub server_key: Option<Secret>,
    /// `PEPAY__SECRETS__SERVER_KEY_FILE`: a file that holds it, instead of `server_key`. No default.
    pub server_key_file: Option<RelativePathBuf>,
}

impl Secrets {
    /// The server key; an error that tells how to make one when there is none.
    pub fn server_key(&self) -> Result<ServerKey, Error> {
        let (key, text) = match (&self.server_key_file, &self.server_key) {
            (Some(path), _) => ("secrets.server_key_file", read_file("secrets.server_key_file", path)?),
            (None, Some(secret)) => ("secrets.server_key", secret.reveal().to_owned()),
            (None, None) => {
                let problem = "is missing; make one with `pepay admin secret` and keep it in PEPAY__SECRETS__SERVER_KEY \
                               or in the file that `secrets.server_key_file` names";
                return Err(Error::value("secrets.server_key", problem));
            }
        };
        let problem = "must be 32 bytes in hex (64 digits) or base64; `pepay admin secret` makes one";
        parse_key(text.trim()).map(ServerKey::new).ok_or_else(|| Error::value(key, problem))
    }
}

/// Reads 32 bytes in hex or base64 (with or without padding).
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    if text.len() == 64 && hex::decode_to_slice(text, &mut bytes).is_ok() {
        return Some(bytes);
    }
    let decoded = base64::engine::general_purpose::STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    decoded.try_into().ok()
}

/// The text of a file that the key `key` points to, without the white space around it.
pub(super) fn read_file(key: &'static str, path: &RelativePathBuf) -> Result<String, Error> {
    let path: PathBuf = path.relative();
    let text = std::fs::read_to_string(&path).map_err(|source| Error::File { key, path, source })?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_hex_and_base64() {
        assert_eq!(parse_key(&"07".repeat(32)), Some([7; 32]));
        assert_eq!(parse_key("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="), Some([7; 32]));
        assert_eq!(parse_key("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"), Some([7; 32]));
        for bad in ["", "07", &"0g".repeat(32), &"07".repeat(33)] {
            assert_eq!(parse_key(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_missing_key_tells_how_to_make_one() {
        let error = Secrets::default().server_key().unwrap_err().to_string();
        assert!(error.contains("pepay admin secret"), "{error}");
    }
}
