//! Split: one legacy text becomes several upgrade columns, cut at a separator, and is put together on the way back.
//!
//! Promise: the last column takes the rest, separators included. A text of fewer parts is parked, or the columns without a part are NULL.

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

/// One legacy text as several upgrade columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The legacy column.
    pub source: String,
    /// The upgrade columns, in the order of the text.
    pub targets: Vec<String>,
    /// What stands between two parts; not empty.
    pub separator: String,
    /// What becomes of a text with fewer parts.
    #[serde(default, skip_serializing_if = "Missing::is_park")]
    pub missing: Missing,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// What becomes of a text with fewer parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Its row is set aside.
    #[default]
    Park,
    /// The last columns are NULL.
    Null,
}

impl Missing {
    /// True for `park`.
    pub fn is_park(&self) -> bool {
        *self == Missing::Park
    }
}

#[derive(Debug)]
struct Cut {
    inlet: Inlet,
    outlets: Vec<Outlet>,
    separator: String,
    missing: Missing,
}

impl Declared for Split {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.iter().map(String::as_str).collect()
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        if self.targets.len() < 2 || self.separator.is_empty() {
            return Err("split needs at least two targets and a separator".to_owned());
        }
        Ok(Arc::new(Cut {
            inlet: Inlet::of(only(inputs)?, family)?,
            outlets: Outlet::all(outputs)?,
            separator: self.separator.clone(),
            missing: self.missing,
        }))
    }
}

impl Cut {
    fn cut<'a>(&self, text: &'a str) -> Result<Vec<Option<&'a str>>, ValueError> {
        let mut parts: Vec<_> = text
            .splitn(self.outlets.len(), &self.separator)
            .map(Some)
            .collect();
        if parts.len() < self.outlets.len() && self.missing == Missing::Park {
            return Err(outside(
                text,
                "made of as many parts as there are upgrade columns",
            ));
        }
        parts.resize(self.outlets.len(), None);
        Ok(parts)
    }
}

impl Lens for Cut {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let text = self
            .inlet
            .read(values.first().copied().unwrap_or(&Value::Null))?;
        let parts = match &text {
            None => vec![None; self.outlets.len()],
            Some(text) => self.cut(text)?,
        };
        let mut parts = self.outlets.iter().zip(parts);
        parts.try_for_each(|(outlet, part)| outlet.put(part, out))
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let parts = self.outlets.iter().zip(fields);
        let parts: Vec<Option<String>> = parts
            .map(|(outlet, field)| outlet.take(*field))
            .collect::<Result<_, _>>()?;
        if parts.iter().all(Option::is_none) {
            return Ok(vec![self.inlet.write(None)?]);
        }
        let known: Vec<&str> = parts.iter().filter_map(Option::as_deref).collect();
        let text = known.join(&self.separator);
        if !self
            .cut(&text)?
            .into_iter()
            .eq(parts.iter().map(Option::as_deref))
        {
            return Err(outside(
                &text,
                "cut into the same columns at its separators",
            ));
        }
        Ok(vec![self.inlet.write(Some(&text))?])
    }

    fn class(&self) -> Class {
        Class::Lossless
    }

    fn select(&self, quoted_column: &str) -> String {
        self.inlet.select(quoted_column)
    }
}
