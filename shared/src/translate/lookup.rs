//! Value lookup: a table of pairs.
//!
//! Promise: a value of the table becomes its counterpart and nothing else; what is not in the table is parked, or what the map says. The way
//! back takes the first pair of several.

use super::declared::{Declared, only, promise};
use super::inlet::Inlet;
use super::outlet::Outlet;
use super::scalar::{text_for, text_of};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{UpgradeType, ValueError, shown};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// A table of pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The legacy column.
    pub source: String,
    /// The upgrade column.
    pub target: String,
    /// Pairs of legacy value and upgrade value.
    pub pairs: Vec<(Json, Json)>,
    /// What becomes of a legacy value without a counterpart.
    #[serde(default, skip_serializing_if = "Otherwise::is_park")]
    pub otherwise: Otherwise,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// What becomes of a legacy value without a counterpart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// Its row is set aside.
    #[default]
    Park,
    /// NULL.
    Null,
    /// This value.
    Value(Json),
}

impl Otherwise {
    /// True for `park`.
    pub fn is_park(&self) -> bool {
        *self == Otherwise::Park
    }

    /// The upgrade value that stands for all others.
    fn value(&self) -> Option<&Json> {
        match self {
            Otherwise::Park => None,
            Otherwise::Null => Some(&Json::Null),
            Otherwise::Value(value) => Some(value),
        }
    }
}

/// A legacy or an upgrade value as its column prints it; `None` is NULL.
type Text = Option<String>;

/// The compiled table.
#[derive(Debug)]
struct Table {
    inlet: Inlet,
    outlet: Outlet,
    up: HashMap<Text, Text>,
    down: HashMap<Text, Text>,
    otherwise: Option<Text>,
    class: Class,
}

impl Declared for Lookup {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        vec![&self.target]
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        let inlet = Inlet::of(only(inputs)?, family)?;
        let outlet = Outlet::of(only(outputs)?)?;
        if self.pairs.is_empty() {
            return Err("a lookup needs at least one pair".to_owned());
        }
        let (mut up, mut down) = (HashMap::new(), HashMap::new());
        let mut twice = None;
        let nothing = (Json::Null, Json::Null);
        let null_is_told = self.pairs.iter().any(|(legacy, _)| legacy.is_null());
        let implied = (!null_is_told).then_some(&nothing);
        for (legacy, upgrade) in self.pairs.iter().chain(implied) {
            let from = legacy_text(&inlet, legacy)?;
            let to = text_for(&outlet, upgrade)?;
            if up.insert(from.clone(), to.clone()).is_some() {
                return Err(format!("legacy value {legacy} has two counterparts"));
            }
            match down.entry(to) {
                Entry::Vacant(entry) => _ = entry.insert(from),
                Entry::Occupied(_) => twice = Some(upgrade),
            }
        }
        let otherwise = self.otherwise.value();
        let otherwise = otherwise
            .map(|value| text_for(&outlet, value))
            .transpose()?;
        let class = match (twice, &otherwise) {
            (None, None) => Class::Lossless,
            _ => Class::LossyUp,
        };
        promise(self.class, class, || match twice {
            Some(upgrade) => format!("upgrade value {upgrade} is the counterpart of two"),
            None => "all other legacy values become one".to_owned(),
        })?;
        Ok(Arc::new(Table {
            inlet,
            outlet,
            up,
            down,
            otherwise,
            class,
        }))
    }
}

/// A legacy value as its column prints it.
fn legacy_text(inlet: &Inlet, json: &Json) -> Result<Text, String> {
    let text = text_of(json);
    inlet
        .write(text.as_deref())
        .map_err(|error| format!("legacy value {json}: {error}"))?;
    Ok(text)
}

#[cold]
fn no_counterpart(value: &str, side: &str) -> ValueError {
    ValueError::new(
        "no_counterpart",
        format!("{side} value {value} has no counterpart in the lookup"),
    )
}

impl Lens for Table {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let found = self.up.get(&self.inlet.read(value)?);
        let found = found
            .or(self.otherwise.as_ref())
            .ok_or_else(|| no_counterpart(&shown(value), "legacy"))?;
        self.outlet.put(found.as_deref(), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let text = self.outlet.take(fields.first().copied().flatten())?;
        let found = self.down.get(&text).ok_or_else(|| {
            let text = text.map_or(Value::Null, |text| Value::Bytes(text.into_bytes()));
            no_counterpart(&shown(&text), "upgrade")
        })?;
        Ok(vec![self.inlet.write(found.as_deref())?])
    }

    fn class(&self) -> Class {
        self.class
    }

    fn select(&self, quoted_column: &str) -> String {
        self.inlet.select(quoted_column)
    }
}
