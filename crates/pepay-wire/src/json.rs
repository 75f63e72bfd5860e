//! A strict reader of request bodies.
//!
//! One UTF-8 JSON object, no key twice, at most [`MAX_DEPTH`] levels deep; anything else is `INVALID_JSON`. Values
//! stay as the text they came as until a field asks for them, so that numbers are read exactly. Unknown fields are
//! ignored and `null` means absent.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Code, Problem};

/// Deepest nesting of a body, the body itself included. Nothing in the contract needs more than five.
pub(crate) const MAX_DEPTH: u32 = 32;
/// Longest echo of a parser's complaint, in characters: it may quote what the caller sent.
const MAX_COMPLAINT_CHARS: usize = 160;

/// The fields of a JSON object, and where it stands in the body.
pub(crate) struct Object<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    at: String,
}

impl<'a> Object<'a> {
    /// Reads a whole body.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Problem> {
        let text =
            std::str::from_utf8(body).map_err(|_| Problem::new(Code::InvalidJson).saying("body is not valid UTF-8"))?;
        Self::read(text, String::new())
    }

    /// Reads a value inside the body that must be an object; `at` is its JSON pointer.
    pub(crate) fn of(raw: &'a RawValue, at: String) -> Result<Self, Problem> {
        if !raw.get().starts_with('{') {
            return Err(wrong(&at, "an object"));
        }
        Self::read(raw.get(), at)
    }

    fn read(text: &'a str, at: String) -> Result<Self, Problem> {
        let Fields(fields) = serde_json::from_str(text).map_err(|error| invalid(&error, &at))?;
        Ok(Self { fields, at })
    }

    /// The JSON pointer of a field.
    pub(crate) fn pointer(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    /// A field as it came; `None` when absent or null.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let (_, raw) = self.fields.iter().find(|(key, _)| key == name)?;
        (raw.get() != "null").then_some(*raw)
    }

    /// Whether a field is there and null, where that says something.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.fields.iter().any(|(key, raw)| key == name && raw.get() == "null")
    }

    /// A text of at most `max_chars` characters.
    pub(crate) fn text(&self, name: &str, max_chars: usize) -> Result<Option<String>, Problem> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let at = self.pointer(name);
        if !raw.get().starts_with('"') {
            return Err(wrong(&at, "a string"));
        }
        let text: String = serde_json::from_str(raw.get()).map_err(|error| invalid(&error, &at))?;
        if text.chars().count() > max_chars {
            return Err(Problem::at(
                Code::ValidationError,
                at,
                format!("{name} must be at most {max_chars} characters"),
            ));
        }
        if text.contains('\0') {
            return Err(Problem::at(Code::ValidationError, at, format!("{name} must not contain U+0000")));
        }
        Ok(Some(text))
    }

    /// A text that must be there and not be empty.
    pub(crate) fn required_text(&self, name: &str, max_chars: usize) -> Result<String, Problem> {
        self.text(name, max_chars)?.filter(|text| !text.is_empty()).ok_or_else(|| self.missing(name))
    }

    /// A boolean.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.raw(name).map(RawValue::get) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(wrong(&self.pointer(name), "a boolean")),
        }
    }

    /// A boolean that must be there.
    pub(crate) fn required_bool(&self, name: &str) -> Result<bool, Problem> {
        self.boolean(name)?.ok_or_else(|| self.missing(name))
    }

    /// A whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        raw.get().parse().map(Some).map_err(|_| wrong(&self.pointer(name), "a whole number"))
    }

    /// A list of values.
    pub(crate) fn array(&self, name: &str) -> Result<Option<Vec<&'a RawValue>>, Problem> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let at = self.pointer(name);
        if !raw.get().starts_with('[') {
            return Err(wrong(&at, "an array"));
        }
        serde_json::from_str(raw.get()).map(Some).map_err(|error| invalid(&error, &at))
    }

    /// The problem of a field that must be there.
    pub(crate) fn missing(&self, name: &str) -> Problem {
        Problem::at(Code::ValidationError, self.pointer(name), format!("{name} is required"))
    }
}

fn wrong(at: &str, wanted: &str) -> Problem {
    let name = at.rsplit('/').next().unwrap_or_default();
    Problem::at(Code::ValidationError, at, format!("{name} must be {wanted}"))
}

fn invalid(error: &serde_json::Error, at: &str) -> Problem {
    let complaint: String = error.to_string().chars().take(MAX_COMPLAINT_CHARS).collect();
    let problem = Problem::new(Code::InvalidJson).saying(format!("body is not valid JSON: {complaint}"));
    Problem { param: (!at.is_empty()).then(|| at.to_owned()), ..problem }
}

/// `json`, which is valid, without white space between its tokens: the form whose size is limited and that is stored.
pub(crate) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for char in json.chars() {
        if inside || !char.is_ascii_whitespace() {
            out.push(char);
        }
        match char {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    out
}

struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(8);
                let mut seen = HashSet::new();
                while let Some(Key(key)) = map.next_key()? {
                    let raw: &'de RawValue = map.next_value()?;
                    // Only containers can hide a repeated key or deep nesting.
                    if raw.get().starts_with(['{', '[']) {
                        let mut inner = serde_json::Deserializer::from_str(raw.get());
                        Strict { depth: 2 }.deserialize(&mut inner).map_err(A::Error::custom)?;
                    }
                    if !seen.insert(key.clone()) {
                        return Err(repeated(&key));
                    }
                    fields.push((key, raw));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

fn repeated<E: serde::de::Error>(key: &str) -> E {
    E::custom(format_args!("key {key:?} is given twice"))
}

#[derive(PartialEq, Eq, Hash)]
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Reads any value and keeps nothing of it; fails on a repeated key, deep nesting and broken strings.
#[derive(Clone, Copy)]
struct Strict {
    depth: u32,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom("nested too deep"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if seen.contains(&key) {
                return Err(repeated(&key.0));
            }
            seen.insert(key);
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &[u8]) -> Option<String> {
        Object::parse(body).err().map(|problem| format!("{} {}", problem.code, problem.message))
    }

    #[test]
    fn only_strict_objects_pass() {
        let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        for good in ["{}", "{\"a\":1,\"b\":{\"a\":[1,{\"a\":2}]}}", " {\"a\" : \"\\u00e9\"} ", &deep(31)] {
            assert_eq!(refusal(good.as_bytes()), None, "{good}");
        }
        for bad in [
            "",
            "null",
            "[]",
            "1",
            "\"x\"",
            "{",
            "{} {}",
            "{\"a\":1,}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"\\u0061\":1}",
            "{\"m\":{\"a\":1,\"a\":2}}",
            "{\"m\":[{\"a\":1,\"\\u0061\":2}]}",
            "{\"m\":[\"\\ud800\"]}",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "{\"a\":+1}",
            "{\"a\":.5}",
            &deep(32),
            &deep(30_000),
        ] {
            assert!(refusal(bad.as_bytes()).is_some_and(|text| text.starts_with("INVALID_JSON")), "{bad:.60}");
        }
        assert!(refusal(b"{\"a\":\"\xff\"}").is_some());
    }

    #[test]
    fn compaction_touches_nothing_inside_strings() {
        assert_eq!(compact("{ \"a b\" : [ 1 , \"x \\\" y\\\\\" ] }"), "{\"a b\":[1,\"x \\\" y\\\\\"]}");
    }
}
