//! Addresses of the supported chain families, parsed once at the edge.
//!
//! Refuses an EVM address whose mixed case contradicts its checksum (EIP-55), a Solana address that is not 32 bytes of
//! base58, and the zero address of both.

use std::fmt;

use crate::network::Kind;

/// The text is no address of the wanted family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not the family's form at all.
    #[error("not an address of this network")]
    Format,
    /// An EVM address with a wrong EIP-55 checksum: most likely mistyped.
    #[error("address checksum does not match (EIP-55)")]
    Checksum,
    /// The zero address: most likely an unset variable. What is sent there is lost.
    #[error("the zero address is nobody's")]
    Nobody,
}

/// An account or contract on some chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// 20 bytes, written with the EIP-55 checksum.
    Evm(alloy_primitives::Address),
    /// 32 bytes, written in base58.
    Solana([u8; 32]),
}

impl Address {
    /// Reads an address as people write it. All-lower and all-upper case EVM addresses carry no checksum and pass.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, Error> {
        match kind {
            Kind::Evm => parse_evm(text),
            Kind::Solana => {
                let bytes = bs58::decode(text).into_vec().map_err(|_| Error::Format)?;
                let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::Format)?;
                if bytes == [0; 32] { Err(Error::Nobody) } else { Ok(Self::Solana(bytes)) }
            }
        }
    }

    /// Its family.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Evm(_) => Kind::Evm,
            Self::Solana(_) => Kind::Solana,
        }
    }

    /// The EVM form, when it is one.
    pub const fn evm(&self) -> Option<alloy_primitives::Address> {
        match self {
            Self::Evm(address) => Some(*address),
            Self::Solana(_) => None,
        }
    }

    /// The raw bytes: 20 for EVM, 32 for Solana. The form that is stored and indexed.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Evm(address) => address.as_slice(),
            Self::Solana(bytes) => bytes,
        }
    }

    /// From stored bytes; `Format` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if let Ok(evm) = <[u8; 20]>::try_from(bytes) {
            return Ok(Self::Evm(evm.into()));
        }
        bytes.try_into().map(Self::Solana).map_err(|_| Error::Format)
    }
}

fn parse_evm(text: &str) -> Result<Address, Error> {
    let digits = text.strip_prefix("0x").ok_or(Error::Format)?;
    let mut bytes = [0_u8; 20];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| Error::Format)?;
    let address = alloy_primitives::Address::from(bytes);
    if address.is_zero() {
        return Err(Error::Nobody);
    }
    let cased = |keep: fn(&u8) -> bool| digits.bytes().any(|byte| keep(&byte));
    let mixed = cased(u8::is_ascii_lowercase) && cased(u8::is_ascii_uppercase);
    if mixed && address.to_checksum(None) != text {
        return Err(Error::Checksum);
    }
    Ok(Address::Evm(address))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evm(address) => f.write_str(&address.to_checksum(None)),
            Self::Solana(bytes) => f.write_str(&bs58::encode(bytes).into_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eip55_is_enforced_on_mixed_case_only() {
        let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert_eq!(Address::parse(Kind::Evm, good).unwrap().to_string(), good);
        assert_eq!(Address::parse(Kind::Evm, &good.to_lowercase()).unwrap().to_string(), good);
        assert_eq!(Address::parse(Kind::Evm, &good.replace("aA", "Aa")), Err(Error::Checksum));
        let zero = format!("0x{}", "0".repeat(40));
        assert_eq!(Address::parse(Kind::Evm, &zero), Err(Error::Nobody));
        assert_eq!(Address::parse(Kind::Solana, &"1".repeat(32)), Err(Error::Nobody));
        for bad in ["", "0x", "0x12", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xzz", &format!("{good}00")] {
            assert_eq!(Address::parse(Kind::Evm, bad), Err(Error::Format), "{bad}");
        }
    }

    #[test]
    fn solana_is_base58_of_32_bytes() {
        let usdc = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
        assert_eq!(Address::parse(Kind::Solana, usdc).unwrap().to_string(), usdc);
        assert_eq!(Address::parse(Kind::Solana, "0OIl"), Err(Error::Format));
    }

    #[test]
    fn bytes_round_trip() {
        let address = Address::Evm(alloy_primitives::Address::repeat_byte(7));
        assert_eq!(Address::from_bytes(address.bytes()), Ok(address));
        assert_eq!(Address::from_bytes(&[0; 21]), Err(Error::Format));
    }
}
