//! What happens to a value that the upgrade column cannot hold.
//!
//! Promise: nothing is altered unless the map says so, code by code; without a word the row is parked. Declared per column in the mapping
//! document, carried out by the column's encoder.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One way to deal with such a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The row is set aside with its error.
    #[default]
    Park,
    /// NULL is stored instead.
    Null,
    /// `-infinity` is stored instead: dates and timestamps only.
    MinusInfinity,
    /// The characters that cannot be held are left out: NUL in a text only.
    Remove,
}

impl Policy {
    /// All, as the document spells them.
    pub const ALL: [(&'static str, Policy); 4] = [
        ("park", Policy::Park),
        ("null", Policy::Null),
        ("minus_infinity", Policy::MinusInfinity),
        ("remove", Policy::Remove),
    ];

    /// The policy of that name.
    pub fn named(name: &str) -> Option<Policy> {
        let found = Policy::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, policy)| *policy)
    }

    /// True where the policy means something for errors of that code, one of [`crate::types::CODES`].
    pub fn suits(self, code: &str) -> bool {
        match self {
            Policy::Park | Policy::Null => true,
            Policy::MinusInfinity => matches!(code, "zero_date" | "partial_date" | "invalid_date"),
            Policy::Remove => code == "nul_in_text",
        }
    }
}

/// A column's policies, by the code of the error; what is not named is parked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(transparent)]
pub struct Misfit(BTreeMap<String, Policy>);

impl Misfit {
    /// Everything is parked.
    pub const NONE: Self = Self(BTreeMap::new());

    /// True when everything is parked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The policy for errors of a code.
    pub fn of(&self, code: &str) -> Policy {
        self.0.get(code).copied().unwrap_or_default()
    }

    /// The policies that are not to park.
    pub fn declared(&self) -> impl Iterator<Item = (&str, Policy)> {
        self.0.iter().map(|(code, policy)| (code.as_str(), *policy))
    }

    /// Sets the policy for a code. True when it was another.
    pub fn set(&mut self, code: &str, policy: Policy) -> bool {
        let before = self.of(code);
        if policy == Policy::Park {
            self.0.remove(code);
        } else {
            self.0.insert(code.to_owned(), policy);
        }
        before != policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_parked() {
        let mut misfit = Misfit::default();
        assert_eq!(misfit.of("zero_date"), Policy::Park);
        assert!(misfit.set("zero_date", Policy::Null) && !misfit.set("zero_date", Policy::Null));
        assert_eq!(misfit.of("zero_date"), Policy::Null);
        assert_eq!(misfit.of("partial_date"), Policy::Park);
        assert!(misfit.set("zero_date", Policy::Park) && misfit.is_empty());
        assert!(!Policy::Remove.suits("zero_date") && Policy::MinusInfinity.suits("zero_date"));
        assert_eq!(Policy::named("minus_infinity"), Some(Policy::MinusInfinity));
    }
}
