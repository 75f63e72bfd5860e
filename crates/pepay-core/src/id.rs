//! Identifiers as types, so that an invoice id never goes where a payment id belongs.
//!
//! UUID ids are version 7 (RFC 9562): their first 48 bits are the creation time, so that primary-key order is
//! creation order and an insert always lands at the right edge of its index. Parsing refuses anything but the
//! hyphenated lower- or upper-case form.

use std::fmt;
use std::str::FromStr;

use rand_core::RngCore;
use uuid::Uuid;

use crate::time::Millis;

/// The text is not an identifier of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}")]
pub struct ParseIdError {
    /// Which kind of identifier was wanted, such as `invoice id`.
    pub kind: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Nobody's id: what stands where there is none.
            pub const NIL: Self = Self(Uuid::nil());

            /// A fresh id: 48 bits of `now`, the rest random from `rng`.
            pub fn generate(now: Millis, rng: &mut impl RngCore) -> Self {
                Self(uuid_v7(now, rng))
            }

            /// Wraps an id that was stored before.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for storage.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let error = ParseIdError { kind: $kind };
                if text.len() != 36 {
                    return Err(error);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| error)
            }
        }
    };
}

uuid_id!(
    /// One invoice.
    InvoiceId,
    "invoice id"
);
uuid_id!(
    /// One payment receipt of an invoice.
    PaymentId,
    "payment id"
);
uuid_id!(
    /// One observed transfer on a chain.
    TransferId,
    "transfer id"
);
uuid_id!(
    /// One price quote given to a payor.
    QuoteId,
    "quote id"
);
uuid_id!(
    /// One API key (not the secret itself).
    KeyId,
    "key id"
);
uuid_id!(
    /// One manual verification request.
    VerificationId,
    "verification id"
);
uuid_id!(
    /// One webhook endpoint.
    EndpointId,
    "webhook endpoint id"
);
uuid_id!(
    /// One event on its way to one webhook endpoint.
    DeliveryId,
    "webhook delivery id"
);
uuid_id!(
    /// One try to deliver.
    AttemptId,
    "webhook attempt id"
);

uuid_id!(
    /// One person who signs in.
    UserId,
    "user id"
);
uuid_id!(
    /// One browser or API client that a user signed in with.
    LoginId,
    "login id"
);
uuid_id!(
    /// One letter to be sent by e-mail.
    LetterId,
    "letter id"
);
uuid_id!(
    /// One entry of the audit log.
    AuditId,
    "audit id"
);
uuid_id!(
    /// One request for mainnet.
    AccessRequestId,
    "access request id"
);

macro_rules! int_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

int_id!(
    /// One merchant account.
    MerchantId
);
int_id!(
    /// One supported token on one network of one environment; fixed by the token catalogue.
    TokenId
);
int_id!(
    /// One merchant wallet.
    WalletId
);

fn uuid_v7(now: Millis, rng: &mut impl RngCore) -> Uuid {
    let mut random = [0_u8; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(now.0).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
