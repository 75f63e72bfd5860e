//! Which events an endpoint is told of: types by name, by family (`invoice.*`) or all (`*`).

use std::fmt;

use crate::event::Type;

/// Patterns of one endpoint at most: more than there are types to name.
pub const MAX_PATTERNS: usize = 20;

/// Why a list of patterns is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// There must be one.
    #[error("enabled_events must not be empty")]
    Empty,
    /// Too many.
    #[error("enabled_events must be at most {MAX_PATTERNS} entries")]
    TooMany,
    /// No type is called so.
    #[error("entry {place} of enabled_events is no event type; see the documentation for the types")]
    Unknown {
        /// Which, from 0.
        place: usize,
    },
}

/// The patterns an endpoint chose, as it wrote them, without repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription(Vec<String>);

impl Subscription {
    /// Everything.
    pub fn all() -> Self {
        Self(vec!["*".to_owned()])
    }

    /// Checks what a caller asked for.
    pub fn new(patterns: &[String]) -> Result<Self, SubscriptionError> {
        if patterns.is_empty() {
            return Err(SubscriptionError::Empty);
        }
        if patterns.len() > MAX_PATTERNS {
            return Err(SubscriptionError::TooMany);
        }
        let mut kept: Vec<String> = Vec::with_capacity(patterns.len());
        for (place, pattern) in patterns.iter().enumerate() {
            if !Type::OF_WEBHOOKS.into_iter().any(|kind| matches(pattern, kind)) {
                return Err(SubscriptionError::Unknown { place });
            }
            if !kept.contains(pattern) {
                kept.push(pattern.clone());
            }
        }
        Ok(Self(kept))
    }

    /// Reads the stored form. A type that is known no more matches nothing.
    pub fn stored(text: &str) -> Self {
        Self(text.split(',').map(str::to_owned).collect())
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }

    /// Whether it covers a type.
    pub fn covers(&self, kind: Type) -> bool {
        self.0.iter().any(|pattern| matches(pattern, kind))
    }
}

/// The stored form.
impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// Whether `pattern` means `kind`: `*`, `family.*` or the type's own name.
pub(super) fn matches(pattern: &str, kind: Type) -> bool {
    let word = kind.as_str();
    let family = pattern.strip_suffix(".*").and_then(|family| word.strip_prefix(family));
    pattern == "*" || pattern == word || family.is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new(patterns: &[&str]) -> Result<Subscription, SubscriptionError> {
        Subscription::new(&patterns.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    fn covered(patterns: &[&str]) -> Vec<&'static str> {
        let subscription = new(patterns).unwrap();
        Type::OF_WEBHOOKS.into_iter().filter(|kind| subscription.covers(*kind)).map(Type::as_str).collect()
    }

    #[test]
    fn names_families_and_all() {
        assert_eq!(covered(&["*"]).len(), Type::OF_WEBHOOKS.len());
        assert_eq!(covered(&["invoice.*"]), ["invoice.created", "invoice.updated"]);
        assert_eq!(covered(&["invoice_payment.*"]), ["invoice_payment.created", "invoice_payment.updated"]);
        assert_eq!(covered(&["invoice.updated", "test.ping"]), ["invoice.updated", "test.ping"]);
        assert_eq!(new(&["invoice.*", "invoice.*"]).unwrap().patterns(), ["invoice.*"]);
    }

    #[test]
    fn what_is_no_type_is_refused_by_its_place() {
        assert_eq!(new(&[]), Err(SubscriptionError::Empty));
        assert_eq!(new(&["*"; MAX_PATTERNS + 1]), Err(SubscriptionError::TooMany));
        for bad in ["", "**", ".*", "invoice", "invoice.", "inv*", "inv.*", "Invoice.*", "invoice.paid", "*.created"] {
            assert_eq!(new(&["*", bad]), Err(SubscriptionError::Unknown { place: 1 }), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_stored_form_reads_back(picks in prop::collection::vec(0..5_usize, 1..5)) {
            let words = ["*", "invoice.*", "invoice.created", "invoice_payment.updated", "test.*"];
            let one = new(&picks.into_iter().map(|it| words[it]).collect::<Vec<_>>()).unwrap();
            prop_assert_eq!(Subscription::stored(&one.to_string()), one);
        }
    }
}
