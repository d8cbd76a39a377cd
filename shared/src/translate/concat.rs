//! Concatenate: several legacy columns become one text with a separator, and are cut at it on the way back.
//!
//! Promise: a part that holds the separator, so that it could not be cut out again, is parked. The last part may hold it.

use super::declared::{Declared, only};
use super::inlet::Inlet;
use super::outlet::{Outlet, outside};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{UpgradeType, ValueError};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Several legacy columns as one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Concat {
    /// The legacy columns, in the order of the text.
    pub sources: Vec<String>,
    /// The upgrade column.
    pub target: String,
    /// What stands between two parts; not empty.
    pub separator: String,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

#[derive(Debug)]
struct Joined {
    inlets: Vec<Inlet>,
    outlet: Outlet,
    separator: String,
}

impl Declared for Concat {
    fn sources(&self) -> Vec<&str> {
        self.sources.iter().map(String::as_str).collect()
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
        if self.sources.len() < 2 || self.separator.is_empty() {
            return Err("concat needs at least two sources and a separator".to_owned());
        }
        Ok(Arc::new(Joined {
            inlets: Inlet::all(inputs, family)?,
            outlet: Outlet::of(only(outputs)?)?,
            separator: self.separator.clone(),
        }))
    }
}

impl Lens for Joined {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let parts = self.inlets.iter().zip(values);
        let parts: Vec<Option<String>> = parts
            .map(|(inlet, value)| inlet.read(value))
            .collect::<Result<_, _>>()?;
        if parts.iter().all(Option::is_none) {
            return self.outlet.put(None, out);
        }
        let known: Option<Vec<&str>> = parts.iter().map(Option::as_deref).collect();
        let known =
            known.ok_or_else(|| outside("NULL", "a part that can be told from an empty one"))?;
        let text = known.join(&self.separator);
        if !text.splitn(known.len(), &self.separator).eq(known) {
            return Err(outside(&text, "cut into the same parts at its separators"));
        }
        self.outlet.put(Some(&text), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(text) = self.outlet.take(fields.first().copied().flatten())? else {
            return self.inlets.iter().map(|inlet| inlet.write(None)).collect();
        };
        let parts: Vec<&str> = text.splitn(self.inlets.len(), &self.separator).collect();
        if parts.len() < self.inlets.len() {
            return Err(outside(
                &text,
                "made of as many parts as there are legacy columns",
            ));
        }
        let parts = self.inlets.iter().zip(parts);
        parts.map(|(inlet, part)| inlet.write(Some(part))).collect()
    }

    fn class(&self) -> Class {
        Class::Lossless
    }
}
