//! Scale and unit: cents to money, inches to centimetres, with exact decimal arithmetic.
//!
//! Promise: the result is exact in both directions or the row is parked; nothing is rounded.

use super::declared::{Declared, only};
use super::exact::Exact;
use super::inlet::{Inlet, is_integer};
use super::outlet::{Outlet, outside};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{UpgradeType, ValueError};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `upgrade = legacy * multiply / divide + add`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The legacy column, of an integer type or decimal.
    pub source: String,
    /// The upgrade column, of an integer type or numeric.
    pub target: String,
    /// A decimal number as text, "0.01"; not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiply: Option<String>,
    /// A decimal number as text, "100"; not zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divide: Option<String>,
    /// A decimal number as text, "-273.15".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<String>,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

#[derive(Debug)]
struct Linear {
    inlet: Inlet,
    outlet: Outlet,
    multiply: Exact,
    divide: Exact,
    add: Exact,
    /// Digits after the point of a legacy value.
    legacy_scale: u32,
}

impl Declared for Scale {
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
        let column = only(inputs)?;
        let outlet = Outlet::of(only(outputs)?)?;
        if !is_integer(column) && column.data_type != "decimal" || !outlet.is_number() {
            return Err("scale is for integers and decimals that become numbers".to_owned());
        }
        let number = |text: &Option<String>, default: &str| {
            let text = text.as_deref().unwrap_or(default);
            Exact::read(text).ok_or_else(|| format!("\"{text}\" is no decimal number"))
        };
        let multiply = number(&self.multiply, "1")?;
        let divide = number(&self.divide, "1")?;
        if multiply.is_zero() || divide.is_zero() {
            return Err("a factor of zero leaves nothing to come back".to_owned());
        }
        let scale = column.scale.filter(|_| !is_integer(column)).unwrap_or(0);
        Ok(Arc::new(Linear {
            inlet: Inlet::of(column, family)?,
            outlet,
            multiply,
            divide,
            add: number(&self.add, "0")?,
            legacy_scale: u32::try_from(scale).unwrap_or(0),
        }))
    }
}

#[cold]
fn inexact(text: &str) -> ValueError {
    ValueError::new(
        "would_round",
        format!("value {text} has no exact counterpart of at most 38 digits"),
    )
}

impl Lens for Linear {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let Some(text) = self.inlet.read(value)? else {
            return self.outlet.put(None, out);
        };
        let number = Exact::read(&text).and_then(|number| {
            number
                .times(self.multiply)?
                .over(self.divide)?
                .plus(self.add)
        });
        let number = number.ok_or_else(|| inexact(&text))?;
        self.outlet.put(Some(&number.shortest()), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(text) = self.outlet.take(fields.first().copied().flatten())? else {
            return Ok(vec![self.inlet.write(None)?]);
        };
        let number = Exact::read(&text).ok_or_else(|| outside(&text, "a number"))?;
        let number = number
            .plus(self.add.negated())
            .and_then(|number| number.times(self.divide)?.over(self.multiply));
        let number = number
            .and_then(|number| number.print(self.legacy_scale))
            .ok_or_else(|| inexact(&text))?;
        Ok(vec![self.inlet.write(Some(&number))?])
    }

    fn class(&self) -> Class {
        Class::Lossless
    }
}
