//! Dates and times in other forms: a text or a number in a declared pattern, seconds since 1970.
//!
//! Promise: only what the declared form prints again is taken; anything else is parked.

use super::declared::{Declared, only};
use super::inlet::{Inlet, is_integer};
use super::outlet::{Outlet, outside, print_date, read_date};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{UpgradeType, ValueError};
use crate::value::{DateValue, Value};
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A date, or date and time, in a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Date {
    /// The legacy column, a text or an integer.
    pub source: String,
    /// The upgrade column: date, or timestamp without time zone.
    pub target: String,
    /// The form: YYYY, MM, DD, hh, mm and ss stand for numbers of that many digits, all else for itself.
    pub form: String,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// Parts of a pattern.
const PARTS: [&str; 6] = ["YYYY", "MM", "DD", "hh", "mm", "ss"];

#[derive(Debug)]
struct Formed {
    inlet: Inlet,
    outlet: Outlet,
    form: String,
    /// An integer's leading zeros are not kept.
    number: bool,
    day_only: bool,
}

impl Declared for Date {
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
        let (column, target) = (only(inputs)?, only(outputs)?);
        let day_only = match target {
            UpgradeType::Date => true,
            UpgradeType::Timestamp { .. } => false,
            other => return Err(format!("a date form is for date or timestamp, not {other}")),
        };
        let wanted = if day_only { &PARTS[..3] } else { &PARTS[..] };
        for part in PARTS {
            let count = self.form.matches(part).count();
            if count != usize::from(wanted.contains(&part)) {
                return Err(format!(
                    "the form \"{}\" has {part} {count} times; type {target} needs {} once each",
                    self.form,
                    wanted.join(", ")
                ));
            }
        }
        let number = is_integer(column);
        if number && self.form.len() != wanted.concat().len() {
            return Err("the form of a number is made of digits only".to_owned());
        }
        Ok(Arc::new(Formed {
            inlet: Inlet::of(column, family)?,
            outlet: Outlet::of(target)?,
            form: self.form.clone(),
            number,
            day_only,
        }))
    }
}

impl Formed {
    fn read(&self, text: &str) -> Option<String> {
        let number = |part: &str| {
            let at = self.form.find(part);
            at.map_or(Some("00"), |at| text.get(at..at + part.len()))
        };
        let [year, month, day, hour, minute, second] = PARTS.map(number);
        let mut date = format!("{}-{}-{}", year?, month?, day?);
        if !self.day_only {
            date += &format!(" {}:{}:{}", hour?, minute?, second?);
        }
        (self.print(&date)? == text).then_some(date)
    }

    fn print(&self, date: &str) -> Option<String> {
        let date = read_date(date).filter(|date| date.micros == 0)?;
        let text = self.form.replacen("YYYY", &format!("{:04}", date.year), 1);
        let parts = [
            ("MM", date.month),
            ("DD", date.day),
            ("hh", date.hour),
            ("mm", date.minute),
            ("ss", date.second),
        ];
        Some(parts.iter().fold(text, |text, (part, number)| {
            text.replacen(part, &format!("{number:02}"), 1)
        }))
    }
}

impl Lens for Formed {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let Some(mut text) = self.inlet.read(value)? else {
            return self.outlet.put(None, out);
        };
        if self.number {
            text = format!("{text:0>width$}", width = self.form.len());
        }
        let date = self
            .read(&text)
            .ok_or_else(|| outside(&text, &format!("a date in the form {}", self.form)))?;
        self.outlet.put(Some(&date), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(date) = self.outlet.take(fields.first().copied().flatten())? else {
            return Ok(vec![self.inlet.write(None)?]);
        };
        let text = self
            .print(&date)
            .ok_or_else(|| outside(&date, &format!("a date that the form {} has", self.form)))?;
        let text = match self.number {
            true => match text.trim_start_matches('0') {
                "" => "0",
                digits => digits,
            },
            false => &text,
        };
        Ok(vec![self.inlet.write(Some(text))?])
    }

    fn class(&self) -> Class {
        Class::Lossless
    }

    fn select(&self, quoted_column: &str) -> String {
        self.inlet.select(quoted_column)
    }
}

/// An instant as a number of units since 1970 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// The legacy column, an integer.
    pub source: String,
    /// The upgrade column: timestamp with or without time zone.
    pub target: String,
    /// What the number counts.
    #[serde(default)]
    pub unit: Unit,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// What an instant's number counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    #[default]
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
}

#[derive(Debug)]
struct Counted {
    inlet: Inlet,
    outlet: Outlet,
    /// Microseconds of one unit.
    unit: i64,
}

impl Declared for Epoch {
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
        let (UpgradeType::Timestamp { precision } | UpgradeType::Timestamptz { precision }) =
            *only(outputs)?
        else {
            return Err("epoch is for a timestamp, with or without time zone".to_owned());
        };
        if !is_integer(column) {
            return Err("epoch is for a legacy column of an integer type".to_owned());
        }
        Ok(Arc::new(Counted {
            inlet: Inlet::of(column, family)?,
            // Both types hold microseconds in the same bytes; an instant is shown in UTC here.
            outlet: Outlet::of(&UpgradeType::Timestamp { precision })?,
            unit: match self.unit {
                Unit::Seconds => 1_000_000,
                Unit::Milliseconds => 1000,
                Unit::Microseconds => 1,
            },
        }))
    }
}

impl Lens for Counted {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let Some(text) = self.inlet.read(value)? else {
            return self.outlet.put(None, out);
        };
        let micros = text.parse::<i64>().ok();
        let date = micros
            .and_then(|number| number.checked_mul(self.unit))
            .and_then(date_of)
            .ok_or_else(|| ValueError::out_of_range(value, "timestamp"))?;
        self.outlet.put(Some(&print_date(&date)), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(text) = self.outlet.take(fields.first().copied().flatten())? else {
            return Ok(vec![self.inlet.write(None)?]);
        };
        let micros = read_date(&text).as_ref().and_then(micros_of);
        let micros = micros.ok_or_else(|| outside(&text, "an instant"))?;
        if micros % self.unit != 0 {
            return Err(ValueError::new(
                "would_round",
                format!("instant {text} is not a whole number of the legacy column's units"),
            ));
        }
        Ok(vec![
            self.inlet.write(Some(&(micros / self.unit).to_string()))?,
        ])
    }

    fn class(&self) -> Class {
        Class::Lossless
    }
}

fn date_of(micros: i64) -> Option<DateValue> {
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?;
    super::zone::value(jiff::tz::Offset::UTC.to_datetime(instant)).filter(|date| date.year > 0)
}

fn micros_of(date: &DateValue) -> Option<i64> {
    let time = super::zone::civil(date)?;
    let instant = jiff::tz::Offset::UTC.to_timestamp(time).ok()?;
    Some(instant.as_microsecond())
}
