//! The query of a request: only what was given, lists joined by commas.

use std::fmt::Display;

/// Pairs of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(&'static str, String)>);

impl Query {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A parameter, if it has a value.
    pub(crate) fn with(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        self.0.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// A comma list, unless it is empty.
    pub(crate) fn list(self, name: &'static str, values: &[impl Display]) -> Self {
        let words: Vec<String> = values.iter().map(ToString::to_string).collect();
        self.with(name, (!words.is_empty()).then(|| words.join(",")))
    }

    /// The same with another value in the place of `name`.
    pub(crate) fn replacing(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(it, _)| *it != name);
        self.with(name, Some(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(it, _)| *it == name)
    }

    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }
}
