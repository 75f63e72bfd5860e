//! Dollars on the wire: exact decimal text, as a JSON string or as a JSON number, never through a float.

use std::fmt;

use pepay_core::money::UsdMillis;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};

/// Dollars as a JSON number with at most three decimals, such as `49.99`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usd(pub UsdMillis);

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // RawValue writes the digits as they are; a number type would round them.
        let number = RawValue::from_string(self.0.json_number()).expect("a decimal text is JSON");
        number.serialize(serializer)
    }
}

impl utoipa::PartialSchema for Usd {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .description(Some("US dollars, at most three decimals"))
            .examples([serde_json::json!(49.99)])
            .into()
    }
}

impl utoipa::ToSchema for Usd {}

/// Dollars as text with exactly three decimals, such as `49.990`: the companion of an integer of `usd_millis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub UsdMillis);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.get();
        write!(f, "{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^\d+\.\d{3}$"))
            .description(Some("US dollars with exactly three decimals"))
            .examples(["49.990"])
            .into()
    }
}

impl utoipa::ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for (millis, number, text) in [
            (10, "0.01", "\"0.010\""),
            (49_990, "49.99", "\"49.990\""),
            (10_000, "10", "\"10.000\""),
            (1_000_000_000, "1000000", "\"1000000.000\""),
            (0, "0", "\"0.000\""),
            (100_001, "100.001", "\"100.001\""),
        ] {
            let amount = UsdMillis::new(millis).unwrap();
            assert_eq!(serde_json::to_string(&Usd(amount)).unwrap(), number);
            assert_eq!(serde_json::to_string(&Decimal(amount)).unwrap(), text);
        }
    }
}
