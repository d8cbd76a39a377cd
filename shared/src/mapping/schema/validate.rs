//! JSON Schema as far as the published schema uses it. A keyword that is not known here fails, so that nothing is taken for checked that is not.

use serde_json::{Map, Value};

/// A schema with its definitions.
pub(super) struct Schema(Value);

impl Schema {
    pub(super) fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("json"))
    }

    /// True when the value is of the schema.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.is_valid(&self.0, value)
    }

    fn is_valid(&self, schema: &Value, value: &Value) -> bool {
        match schema {
            Value::Bool(all) => *all,
            Value::Object(words) => words
                .iter()
                .all(|(word, rule)| self.holds(word, rule, words, value)),
            other => panic!("{other} is no schema"),
        }
    }

    fn holds(&self, word: &str, rule: &Value, words: &Map<String, Value>, value: &Value) -> bool {
        let rules = || rule.as_array().expect("a list of schemas").iter();
        let length =
            |limit: &Value| usize::try_from(limit.as_u64().expect("a limit")).expect("small");
        match word {
            "$schema" | "$defs" | "title" | "description" | "default" => true,
            "format" => {
                rule != "uint32" || !value.is_u64() || value.as_u64() <= Some(u32::MAX.into())
            }
            "$ref" => {
                let pointer = rule.as_str().and_then(|name| name.strip_prefix('#'));
                let found = pointer.and_then(|pointer| self.0.pointer(pointer));
                self.is_valid(found.expect("a definition"), value)
            }
            "const" => rule == value,
            "type" => match rule {
                Value::Array(_) => rules().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "anyOf" => rules().any(|schema| self.is_valid(schema, value)),
            "oneOf" => {
                rules()
                    .filter(|schema| self.is_valid(schema, value))
                    .count()
                    == 1
            }
            "required" => value.as_object().is_none_or(|object| {
                rules().all(|name| object.contains_key(name.as_str().expect("a name")))
            }),
            "properties" => value.as_object().is_none_or(|object| {
                object.iter().all(|(name, value)| {
                    rule.get(name)
                        .is_none_or(|schema| self.is_valid(schema, value))
                })
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                let named = words.get("properties");
                let mut others = object
                    .iter()
                    .filter(|(name, _)| named.and_then(|named| named.get(name)).is_none());
                others.all(|(_, value)| self.is_valid(rule, value))
            }),
            "prefixItems" => value.as_array().is_none_or(|list| {
                rules()
                    .zip(list)
                    .all(|(schema, value)| self.is_valid(schema, value))
            }),
            "items" => value
                .as_array()
                .is_none_or(|list| list.iter().all(|value| self.is_valid(rule, value))),
            "minItems" => value
                .as_array()
                .is_none_or(|list| list.len() >= length(rule)),
            "maxItems" => value
                .as_array()
                .is_none_or(|list| list.len() <= length(rule)),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() >= length(rule)),
            "maxLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() <= length(rule)),
            "minimum" => value
                .as_i64()
                .is_none_or(|number| Some(number) >= rule.as_i64()),
            other => panic!("keyword {other} is not known"),
        }
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        Some("null") => value.is_null(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        other => panic!("type {other:?} is not known"),
    }
}
