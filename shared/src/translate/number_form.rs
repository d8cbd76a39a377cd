//! Numbers that stand in a text, with a decimal sign and groups of their own.
//!
//! Promise: what is no number of the declared form is parked. With the digits after the sign declared, the same text comes back.

use super::declared::{Declared, only, promise};
use super::exact::Exact;
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

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The legacy column, a text.
    pub source: String,
    /// The upgrade column, of an integer type or numeric.
    pub target: String,
    /// What stands before the fraction; a point when not said.
    #[serde(default = "point")]
    pub decimal: char,
    /// What stands between groups of three digits; nothing when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<char>,
    /// The number of digits after the decimal sign that every value has, 0 to 30. When it is not said, values of any number of digits are
    /// taken, and the way back prints no needless ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

fn point() -> char {
    '.'
}

#[derive(Debug)]
struct Formed {
    inlet: Inlet,
    outlet: Outlet,
    decimal: char,
    group: Option<char>,
    digits: Option<u32>,
}

impl Declared for Number {
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
        let outlet = Outlet::of(only(outputs)?)?;
        if !outlet.is_number() {
            return Err("a number form is for a column that holds numbers".to_owned());
        }
        let sign = |sign: char| sign.is_ascii_digit() || sign == '-';
        let bad = sign(self.decimal)
            || self
                .group
                .is_some_and(|group| sign(group) || group == self.decimal)
            || self.digits.is_some_and(|digits| digits > 30);
        if bad {
            return Err("the signs of a number must differ from digits and from each other, and it has at most 30 digits after its decimal sign".to_owned());
        }
        let class = class_of(self.digits);
        promise(self.class, class, || {
            "without \"digits\", 1.5 and 1.50 become one number".to_owned()
        })?;
        Ok(Arc::new(Formed {
            inlet: Inlet::of(only(inputs)?, family)?,
            outlet,
            decimal: self.decimal,
            group: self.group,
            digits: self.digits,
        }))
    }
}

fn class_of(digits: Option<u32>) -> Class {
    match digits {
        Some(_) => Class::Lossless,
        None => Class::LossyUp,
    }
}

impl Formed {
    fn read(&self, text: &str) -> Option<Exact> {
        let plain: String = text
            .chars()
            .filter(|sign| Some(*sign) != self.group)
            .map(|sign| match sign {
                _ if sign == self.decimal => '.',
                '.' => 'x',
                _ => sign,
            })
            .collect();
        let number = Exact::read(&plain)?;
        let same = self.digits.is_none() || self.print(number)? == text;
        same.then_some(number)
    }

    fn print(&self, number: Exact) -> Option<String> {
        let plain = match self.digits {
            Some(digits) => number.print(digits)?,
            None => number.shortest(),
        };
        let unsigned = plain.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut text = plain[..plain.len() - unsigned.len()].to_owned();
        for (at, digit) in whole.char_indices() {
            let boundary = at > 0 && (whole.len() - at).is_multiple_of(3);
            text.extend(self.group.filter(|_| boundary));
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(self.decimal);
            text.push_str(fraction);
        }
        Some(text)
    }
}

impl Lens for Formed {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let Some(text) = self.inlet.read(value)? else {
            return self.outlet.put(None, out);
        };
        let number = self.read(&text);
        let number = number.ok_or_else(|| outside(&text, "a number of the declared form"))?;
        self.outlet.put(Some(&number.shortest()), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(text) = self.outlet.take(fields.first().copied().flatten())? else {
            return Ok(vec![self.inlet.write(None)?]);
        };
        let printed = Exact::read(&text).and_then(|number| self.print(number));
        let printed = printed.ok_or_else(|| outside(&text, "a number that the form has"))?;
        Ok(vec![self.inlet.write(Some(&printed))?])
    }

    fn class(&self) -> Class {
        class_of(self.digits)
    }

    fn select(&self, quoted_column: &str) -> String {
        self.inlet.select(quoted_column)
    }
}
