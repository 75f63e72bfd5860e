//! The Rust client's types, written from the committed description, so that they cannot drift from it.
//!
//! Refuses a description with a shape it does not know, by name, rather than guessing a type. What a request needs gets
//! a constructor with the required fields and a setter for each other; what an answer holds is left open to grow.
//! Enumerations keep words they do not know. Money is never a float: numbers of dollars become `Usd`.

mod shape;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde_json::{Map, Value};

use shape::{Field, field_name, fields, type_name};

/// Where the types go.
pub(crate) const TYPES: &str = "sdk/rust/src/types/generated/openapi.rs";

/// Schemas the client writes by hand: generic envelopes, amounts that are exact, and events, whose object has a type.
const BY_HAND: [&str; 9] =
    ["Decimal", "Detail", "ErrorBody", "ErrorEnvelope", "Event", "EventData", "EventRequest", "RateLimited", "Usd"];
const ENVELOPES: [&str; 2] = ["List_", "Wrapped_"];
/// More booleans than this in one type, and clippy asks for a state machine; the contract names each.
const MAX_BOOLS: usize = 3;

const HEAD: &str = "\
//! Written by `cargo xtask openapi` from `openapi/openapi.json`; edit neither.

use serde::{Deserialize, Serialize};

use crate::Secret;
use crate::types::Usd;
use crate::types::open_enum::open_enum;
";

/// The source of the types that `description` describes.
pub(crate) fn types(root: &Path, description: &[u8]) -> anyhow::Result<Vec<u8>> {
    let description: Value = serde_json::from_slice(description).context("the description is not JSON")?;
    formatted(root, &source(&description)?)
}

fn source(description: &Value) -> anyhow::Result<String> {
    let schemas = description["components"]["schemas"].as_object().context("the description has no schemas")?;
    let requests = requests(description, schemas);
    let mut out = HEAD.to_owned();
    for (name, schema) in schemas {
        if BY_HAND.contains(&name.as_str()) || ENVELOPES.iter().any(|envelope| name.starts_with(envelope)) {
            continue;
        }
        let written = if schema["enum"].is_array() {
            enumeration(&mut out, name, schema)
        } else {
            let fields = fields(name, schema, schemas);
            fields.and_then(|fields| object(&mut out, name, (schema, &fields), requests.contains(name.as_str())))
        };
        written.with_context(|| format!("schema {name}"))?;
    }
    Ok(out)
}

/// The schemas that requests are made of, directly or through another.
fn requests<'a>(description: &'a Value, schemas: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    let operations = description["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    let bodies = operations.flat_map(Map::values).map(|operation| &operation["requestBody"]);
    let mut open: Vec<&str> = bodies.flat_map(references).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(schemas.get(name).into_iter().flat_map(references));
        }
    }
    found
}

/// Every schema that is named anywhere in `value`.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).and_then(shape::referred);
            own.into_iter().chain(map.values().flat_map(references)).collect()
        }
        Value::Array(values) => values.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn enumeration(out: &mut String, name: &str, schema: &Value) -> anyhow::Result<()> {
    writeln!(out, "\nopen_enum! {{")?;
    doc(out, schema)?;
    writeln!(out, "{} {{", type_name(name))?;
    for word in schema["enum"].as_array().into_iter().flatten() {
        let word = word.as_str().context("a word of the enumeration is no text")?;
        writeln!(out, "{} = {word:?},", shape::variant_name(word))?;
    }
    writeln!(out, "}}\n}}")?;
    Ok(())
}

fn object(out: &mut String, name: &str, (schema, fields): (&Value, &[Field<'_>]), request: bool) -> anyhow::Result<()> {
    let name = type_name(name);
    writeln!(out)?;
    doc(out, schema)?;
    writeln!(out, "#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]\n#[non_exhaustive]")?;
    if fields.iter().filter(|field| field.rust == "bool").count() > MAX_BOOLS {
        writeln!(out, "#[expect(clippy::struct_excessive_bools, reason = \"the contract names each\")]")?;
    }
    writeln!(out, "pub struct {name} {{")?;
    for field in fields {
        doc(out, field.schema)?;
        if field.name != field_name(field.name) {
            writeln!(out, "#[serde(rename = {:?})]", field.name)?;
        }
        if field.required {
            writeln!(out, "pub {}: {},", field_name(field.name), field.rust)?;
        } else {
            writeln!(out, "#[serde(default, skip_serializing_if = \"Option::is_none\")]")?;
            writeln!(out, "pub {}: Option<{}>,", field_name(field.name), field.rust)?;
        }
    }
    writeln!(out, "}}")?;
    if request { constructors(out, &name, fields) } else { Ok(()) }
}

/// `new` with what must be given, and a setter for everything else.
fn constructors(out: &mut String, name: &str, fields: &[Field<'_>]) -> anyhow::Result<()> {
    let parameter = |field: &Field<'_>| {
        let (name, rust) = (field_name(field.name), field.rust.as_str());
        if rust == "String" || rust == "Secret" {
            format!("{name}: impl Into<{rust}>")
        } else {
            format!("{name}: {rust}")
        }
    };
    let value = |field: &Field<'_>| {
        let name = field_name(field.name);
        if field.rust == "String" || field.rust == "Secret" { format!("{name}.into()") } else { name }
    };
    let (required, optional): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.required);
    let parameters: Vec<String> = required.iter().map(|field| parameter(field)).collect();
    writeln!(out, "\nimpl {name} {{\n/// With what must be given.")?;
    writeln!(out, "pub fn new({}) -> Self {{ Self {{", parameters.join(", "))?;
    for field in fields {
        let value = if field.required { value(field) } else { "None".to_owned() };
        let name = field_name(field.name);
        writeln!(out, "{}", if value == name { format!("{name},") } else { format!("{name}: {value},") })?;
    }
    writeln!(out, "}} }}")?;
    for field in optional {
        writeln!(out)?;
        doc(out, field.schema)?;
        let (name, parameter, value) = (field_name(field.name), parameter(field), value(field));
        writeln!(out, "#[must_use]\npub fn {name}(mut self, {parameter}) -> Self {{")?;
        writeln!(out, "self.{name} = Some({value}); self }}")?;
    }
    writeln!(out, "}}")?;
    if required_none(fields) {
        writeln!(out, "\nimpl Default for {name} {{ fn default() -> Self {{ Self::new() }} }}")?;
    }
    Ok(())
}

fn required_none(fields: &[Field<'_>]) -> bool {
    fields.iter().all(|field| !field.required)
}

fn doc(out: &mut String, schema: &Value) -> anyhow::Result<()> {
    let text = shape::description(schema).context("has no description")?;
    for line in text.trim().lines() {
        writeln!(out, "{}", format!("/// {line}").trim_end())?;
    }
    Ok(())
}

/// As `cargo fmt` would leave it.
fn formatted(root: &Path, source: &str) -> anyhow::Result<Vec<u8>> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not run rustfmt")?;
    child.stdin.take().context("rustfmt has no input")?.write_all(source.as_bytes())?;
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "rustfmt refused the generated types");
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn described(schemas: &Value) -> anyhow::Result<String> {
        source(&json!({
            "paths": {"/a": {"post": {"requestBody": {"content": {"schema": {"$ref": "#/components/schemas/Ask"}}}}}},
            "components": {"schemas": schemas},
        }))
    }

    #[test]
    fn requests_get_constructors_and_answers_do_not() {
        let field = json!({"type": "string", "description": "It."});
        let schema = |name: &str| json!({"type": "object", "description": name, "required": ["x-it"], "properties": {"x-it": field, "b": field}});
        let source = described(&json!({"Ask": schema("Asked."), "Told": schema("Told.")})).unwrap();
        assert!(source.contains("pub fn new(x_it: impl Into<String>) -> Self"), "{source}");
        assert!(source.contains("pub fn b(mut self, b: impl Into<String>) -> Self"), "{source}");
        assert_eq!(source.matches("#[serde(rename = \"x-it\")]").count(), 2);
        assert_eq!(source.matches("pub fn new").count(), 1);
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        for bad in [json!({"type": "string"}), json!({"type": "object", "properties": {"a": {"allOf": []}}})] {
            let error = described(&json!({"Odd": bad})).unwrap_err();
            assert_eq!(error.to_string(), "schema Odd");
        }
    }
}
