//! What a schema is in Rust: names and types. Refuses what it does not know.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde_json::{Map, Value};

/// Fields that open something; their type hides them from logs.
const SECRETS: [&str; 12] = [
    "access_key",
    "access_token",
    "api_key",
    "password",
    "payment_url",
    "refresh_token",
    "secret",
    "session_token",
    "signature",
    "token",
    "x-session-token",
    "x-signature",
];

/// Likewise, by a name that means something harmless elsewhere.
const SECRETS_OF: [(&str, &str); 1] = [("Login", "code")];

/// One field of an object.
pub(super) struct Field<'a> {
    /// Its name on the wire.
    pub(super) name: &'a str,
    pub(super) schema: &'a Value,
    /// Whether it is always there and never null.
    pub(super) required: bool,
    /// Its type, when it is there.
    pub(super) rust: String,
}

/// Fields of requests in which null says something else than absence.
const NULL_SPEAKS: [(&str, &str); 2] = [("CreateWebhook", "environment"), ("UpdateWebhook", "description")];

/// The fields of an object called `object`, in the order of the description; those of its parts, if it is made of some.
pub(super) fn fields<'a>(
    object: &str,
    schema: &'a Value,
    schemas: &'a Map<String, Value>,
) -> anyhow::Result<Vec<Field<'a>>> {
    if let Some(parts) = schema["allOf"].as_array() {
        let all = parts.iter().map(|part| fields(object, resolved(part, schemas)?, schemas));
        return Ok(all.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect());
    }
    anyhow::ensure!(schema["type"] == "object", "is neither an object nor an enumeration");
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let required: BTreeSet<&str> = names.collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let (rust, nullable) = rust_type(schema).with_context(|| format!("field {name}"))?;
            let opens = SECRETS.contains(&name.as_str()) || SECRETS_OF.contains(&(object, name.as_str()));
            let rust = if rust == "String" && opens { "Secret".to_owned() } else { rust };
            let null_speaks = NULL_SPEAKS.contains(&(object, name.as_str()));
            let rust = if null_speaks { format!("Option<{rust}>") } else { rust };
            Ok(Field { name, schema, required: required.contains(name.as_str()) && !nullable, rust })
        })
        .collect()
}

fn resolved<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> anyhow::Result<&'a Value> {
    match schema["$ref"].as_str().and_then(referred) {
        Some(name) => schemas.get(name).with_context(|| format!("there is no schema {name}")),
        None => Ok(schema),
    }
}

/// The type of a value, and whether it may be null.
fn rust_type(schema: &Value) -> anyhow::Result<(String, bool)> {
    if let Some(name) = schema["$ref"].as_str().and_then(referred) {
        return Ok((type_name(name), false));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let some: Vec<&Value> = choices.iter().filter(|choice| choice["type"] != "null").collect();
        anyhow::ensure!(some.len() == 1, "is a choice between several types");
        return Ok((rust_type(some[0])?.0, some.len() < choices.len()));
    }
    let (kind, nullable) = match &schema["type"] {
        Value::Array(kinds) => {
            let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null");
            (kind.context("is always null")?, kinds.iter().any(|kind| kind == "null"))
        }
        kind => (kind.as_str().context("has no type")?, false),
    };
    let rust = match kind {
        "string" => "String".to_owned(),
        "boolean" => "bool".to_owned(),
        "number" => "Usd".to_owned(),
        "integer" => integer(schema).to_owned(),
        "array" => format!("Vec<{}>", rust_type(&schema["items"])?.0),
        "object" => "serde_json::Value".to_owned(),
        other => anyhow::bail!("is of type {other}"),
    };
    Ok((rust, nullable))
}

fn integer(schema: &Value) -> &'static str {
    let unsigned = schema["minimum"] == 0;
    match (schema["format"] == "int32", unsigned) {
        (true, true) => "u32",
        (true, false) => "i32",
        (false, true) => "u64",
        (false, false) => "i64",
    }
}

/// The schema a reference names.
pub(super) fn referred(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The Rust type of a schema.
pub(super) fn type_name(schema: &str) -> String {
    match schema {
        // The contract calls a payor's answer so; beside HTTP it would mislead.
        "Response" => "Answer".to_owned(),
        "Decimal" => "String".to_owned(),
        name => name.to_owned(),
    }
}

/// The Rust name of a field.
pub(super) fn field_name(wire: &str) -> String {
    match wire {
        "type" => "kind".to_owned(),
        name => snake(name),
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(if char == '-' { '_' } else { char.to_ascii_lowercase() });
    }
    out
}

/// The Rust name of a word of an enumeration.
pub(super) fn variant_name(word: &str) -> String {
    let capital = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    word.split(['_', '.', '-']).map(capital).collect()
}

/// The words about a schema, which a choice keeps inside.
pub(super) fn description(schema: &Value) -> Option<&str> {
    let inside = || schema["oneOf"].as_array()?.iter().find_map(|choice| choice["description"].as_str());
    schema["description"].as_str().or_else(inside)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_have_the_narrowest_type_that_holds_them() {
        for (schema, rust, nullable) in [
            (json!({"type": "integer", "format": "int64"}), "i64", false),
            (json!({"type": ["integer", "null"], "format": "int32", "minimum": 0}), "u32", true),
            (json!({"type": "number", "format": "double"}), "Usd", false),
            (json!({"$ref": "#/components/schemas/Decimal"}), "String", false),
            (json!({"oneOf": [{"$ref": "#/components/schemas/Response"}, {"type": "null"}]}), "Answer", true),
            (json!({"type": "array", "items": {"type": "string"}}), "Vec<String>", false),
        ] {
            assert_eq!(rust_type(&schema).unwrap(), (rust.to_owned(), nullable), "{schema}");
        }
        assert!(rust_type(&json!({"oneOf": [{"type": "string"}, {"type": "integer"}]})).is_err());
    }

    #[test]
    fn names_are_those_of_rust() {
        assert_eq!(field_name("tokenId"), "token_id");
        assert_eq!(field_name("x-session-token"), "x_session_token");
        assert_eq!(field_name("type"), "kind");
        assert_eq!(variant_name("NO_LIQUIDITY"), "NoLiquidity");
        assert_eq!(variant_name("erc20"), "Erc20");
    }

    #[test]
    fn what_opens_something_is_a_secret() {
        let schema = json!({"type": "object", "required": ["token", "network"], "properties": {
            "token": {"type": "string"}, "network": {"type": "string"},
        }});
        let schemas = Map::new();
        let fields = fields("Any", &schema, &schemas).unwrap();
        assert_eq!(fields.into_iter().map(|field| field.rust).collect::<Vec<_>>(), ["String", "Secret"]);
    }

    #[test]
    fn no_secret_of_the_description_is_printed() {
        let description: Value = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
        let schemas = description["components"]["schemas"].as_object().unwrap();
        for (object, names) in [
            ("CreatedKey", &["api_key"][..]),
            ("LoggedIn", &["access_token", "refresh_token"]),
            ("Login", &["code", "password"]),
            ("Refresh", &["refresh_token"]),
            ("WsToken", &["token"]),
        ] {
            let found = fields(object, &schemas[object], schemas).unwrap();
            for name in names {
                let field = found.iter().find(|field| field.name == *name).unwrap();
                assert_eq!(field.rust, "Secret", "{object}.{name}");
            }
        }
    }

    #[test]
    fn what_is_made_of_parts_has_the_fields_of_all() {
        let part = json!({"type": "object", "properties": {"id": {"type": "string"}}});
        let schemas = Map::from_iter([("Part".to_owned(), part)]);
        let own = json!({"type": "object", "properties": {"description": {"type": ["string", "null"]}}});
        let whole = json!({"allOf": [{"$ref": "#/components/schemas/Part"}, own]});
        let fields = fields("UpdateWebhook", &whole, &schemas).unwrap();
        let found: Vec<(&str, &str)> = fields.iter().map(|field| (field.name, field.rust.as_str())).collect();
        assert_eq!(found, [("id", "String"), ("description", "Option<String>")]);
    }
}
