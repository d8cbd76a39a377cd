//! Flags: the bits of an integer or the members of a SET become booleans, or the elements of a `text[]`.
//!
//! Promise: a bit or member that the map does not name is parked, or dropped where the map says so.

use super::declared::{Declared, only, promise};
use super::inlet::{Inlet, is_integer};
use super::outlet::{Outlet, outside};
use super::scalar::text_of;
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, ValueError, shown};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bits or members as booleans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// The legacy column: an integer or a SET.
    pub source: String,
    /// The boolean upgrade columns, each with its flag: a power of two, or a member of the SET.
    pub targets: BTreeMap<String, Json>,
    /// What becomes of other flags.
    #[serde(default, skip_serializing_if = "Others::is_park")]
    pub others: Others,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// Bits or members as a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The legacy column: an integer or a SET.
    pub source: String,
    /// The upgrade column, a `text[]`.
    pub target: String,
    /// The names, each with its flag: a power of two, or a member of the SET.
    pub labels: BTreeMap<String, Json>,
    /// What becomes of other flags.
    #[serde(default, skip_serializing_if = "Others::is_park")]
    pub others: Others,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// What becomes of what the map does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// Its row is set aside.
    #[default]
    Park,
    /// It is left out.
    Drop,
}

impl Others {
    /// True for `park`.
    pub fn is_park(&self) -> bool {
        *self == Others::Park
    }

    /// The best class that a map can have with this.
    pub(super) fn class(self, declared: Option<Class>) -> Result<Class, String> {
        let class = match self {
            Others::Park => Class::Lossless,
            Others::Drop => Class::LossyUp,
        };
        promise(declared, class, || {
            "what the map does not name is dropped".to_owned()
        })?;
        Ok(class)
    }
}

/// The legacy side: which flags are set.
#[derive(Debug)]
struct Mask {
    inlet: Inlet,
    /// All members of a SET, in order; empty for an integer.
    members: Vec<String>,
    /// The bit of each flag of the map.
    bits: Vec<u64>,
    others: Others,
}

impl Mask {
    fn of<'a>(
        column: &LegacyColumn,
        family: Family,
        flags: impl Iterator<Item = &'a Json>,
        others: Others,
    ) -> Result<Self, String> {
        let members = match column.data_type.as_str() {
            "set" => crate::types::set_members(column),
            _ if is_integer(column) => Vec::new(),
            other => {
                return Err(format!(
                    "flags are those of an integer or a SET, not of {other}"
                ));
            }
        };
        let mut bits = Vec::new();
        for flag in flags {
            let text = text_of(flag).unwrap_or_default();
            let bit = match column.data_type.as_str() {
                "set" => members
                    .iter()
                    .position(|member| *member == text)
                    .map(|at| 1 << at),
                _ => text.parse::<u64>().ok().filter(|bit| bit.is_power_of_two()),
            };
            let bit = bit.ok_or_else(|| format!("{flag} is no flag of the legacy column"))?;
            if bits.contains(&bit) {
                return Err(format!("flag {flag} is named twice"));
            }
            bits.push(bit);
        }
        Ok(Self {
            inlet: Inlet::of(column, family)?,
            members,
            bits,
            others,
        })
    }

    /// Which of the map's flags are set; `None` for NULL.
    fn read(&self, value: &Value) -> Result<Option<Vec<bool>>, ValueError> {
        let Some(text) = self.inlet.read(value)? else {
            return Ok(None);
        };
        let mask = self
            .number(&text)
            .ok_or_else(|| outside(&text, "a set of flags"))?;
        let known = self.bits.iter().fold(0, |known, bit| known | bit);
        if mask & !known != 0 && self.others == Others::Park {
            return Err(outside(&text, "made of the flags of the map only"));
        }
        Ok(Some(self.bits.iter().map(|bit| mask & bit != 0).collect()))
    }

    fn number(&self, text: &str) -> Option<u64> {
        if self.members.is_empty() {
            return text.parse().ok();
        }
        let set = text.split(',').filter(|member| !member.is_empty());
        set.map(|member| {
            let at = self.members.iter().position(|known| known == member)?;
            Some(1 << at)
        })
        .try_fold(0, |mask, bit| Some(mask | bit?))
    }

    fn write(&self, flags: Option<&[bool]>) -> Result<Value, ValueError> {
        let Some(flags) = flags else {
            return self.inlet.write(None);
        };
        let set = self.bits.iter().zip(flags).filter(|(_, set)| **set);
        let mask = set.fold(0, |mask, (bit, _)| mask | bit);
        let members = self.members.iter().enumerate();
        let text = match self.members.is_empty() {
            true => mask.to_string(),
            false => members
                .filter(|(at, _)| mask >> at & 1 == 1)
                .map(|(_, member)| member.as_str())
                .collect::<Vec<_>>()
                .join(","),
        };
        self.inlet.write(Some(&text))
    }
}

#[derive(Debug)]
struct Booleans {
    mask: Mask,
    outlets: Vec<Outlet>,
    class: Class,
}

impl Declared for Flags {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        let outlets = Outlet::all(outputs)?;
        if outlets.is_empty() || !outlets.iter().all(Outlet::is_boolean) {
            return Err("flags become boolean columns".to_owned());
        }
        Ok(Arc::new(Booleans {
            mask: Mask::of(only(inputs)?, family, self.targets.values(), self.others)?,
            outlets,
            class: self.others.class(self.class)?,
        }))
    }
}

impl Lens for Booleans {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let flags = self
            .mask
            .read(values.first().copied().unwrap_or(&Value::Null))?;
        let mut columns = self.outlets.iter().enumerate();
        columns.try_for_each(|(at, outlet)| {
            let set = flags.as_ref().map(|flags| flags[at].to_string());
            outlet.put(set.as_deref(), out)
        })
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let columns = self.outlets.iter().zip(fields);
        let texts: Vec<Option<String>> = columns
            .map(|(outlet, field)| outlet.take(*field))
            .collect::<Result<_, _>>()?;
        if texts.iter().all(Option::is_none) {
            return Ok(vec![self.mask.write(None)?]);
        }
        let flags = texts
            .iter()
            .map(|text| text.as_ref().map(|text| text == "true"));
        let flags: Option<Vec<bool>> = flags.collect();
        let flags =
            flags.ok_or_else(|| outside("NULL", "true or false, as the other flags are"))?;
        Ok(vec![self.mask.write(Some(&flags))?])
    }

    fn class(&self) -> Class {
        self.class
    }

    fn select(&self, quoted_column: &str) -> String {
        self.mask.inlet.select(quoted_column)
    }
}

#[derive(Debug)]
struct List {
    mask: Mask,
    labels: Vec<String>,
    codec: Codec,
    class: Class,
}

impl Declared for Labels {
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
        let target = only(outputs)?;
        if *target != UpgradeType::TextArray || self.labels.is_empty() {
            return Err("labels become a text[], with at least one label".to_owned());
        }
        if self
            .labels
            .keys()
            .any(|label| label.is_empty() || label.contains(','))
        {
            return Err("a label must not be empty or hold a comma".to_owned());
        }
        let mask = Mask::of(only(inputs)?, family, self.labels.values(), self.others)?;
        // The elements stand in the order of their flags.
        let mut order: Vec<(u64, String)> = mask
            .bits
            .iter()
            .copied()
            .zip(self.labels.keys().cloned())
            .collect();
        order.sort();
        let (bits, labels): (Vec<u64>, Vec<String>) = order.into_iter().unzip();
        let quoted: Vec<String> = labels
            .iter()
            .map(|label| format!("'{}'", label.replace('\\', "\\\\").replace('\'', "''")))
            .collect();
        let set = LegacyColumn {
            data_type: "set".to_owned(),
            column_type: format!("set({})", quoted.join(",")),
            charset: Some("utf8mb4".to_owned()),
            ..LegacyColumn::default()
        };
        let codec =
            Codec::compile(&set, family, target).map_err(|mismatch| mismatch.to_string())?;
        Ok(Arc::new(List {
            mask: Mask { bits, ..mask },
            labels,
            codec,
            class: self.others.class(self.class)?,
        }))
    }
}

impl Lens for List {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let flags = self
            .mask
            .read(values.first().copied().unwrap_or(&Value::Null))?;
        let value = match flags {
            None => Value::Null,
            Some(flags) => {
                let set = self.labels.iter().zip(flags).filter(|(_, set)| *set);
                let labels: Vec<&str> = set.map(|(label, _)| label.as_str()).collect();
                Value::Bytes(labels.join(",").into_bytes())
            }
        };
        self.codec.up(&value, out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        // A SET is written as a number: one bit for each label.
        let bits = match self.codec.down(fields.first().copied().flatten())? {
            Value::Null => return Ok(vec![self.mask.write(None)?]),
            Value::UInt(bits) => bits,
            other => return Err(outside(&shown(&other), "a list of labels")),
        };
        let flags: Vec<bool> = (0..self.labels.len())
            .map(|at| bits >> at & 1 == 1)
            .collect();
        Ok(vec![self.mask.write(Some(&flags))?])
    }

    fn class(&self) -> Class {
        self.class
    }

    fn select(&self, quoted_column: &str) -> String {
        self.mask.inlet.select(quoted_column)
    }
}
