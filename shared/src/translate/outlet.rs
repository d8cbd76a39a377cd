//! An upgrade column, written and read as text.
//!
//! Promise: one value has one text here (a number without needless zeros, `true` and `false`, JSON without needless blanks), and what the
//! column cannot hold is refused. The bytes are those of the type matrix, whatever kind of map writes them.

use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, ValueError};
use crate::value::{DateValue, Value};
use serde_json::Value as Json;

/// One upgrade column.
#[derive(Debug, Clone)]
pub(super) struct Outlet {
    codec: Codec,
    bridge: Bridge,
}

/// The legacy type by which the matrix is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bridge {
    Text,
    Json,
    Number,
    Bool,
    Date,
    Datetime,
}

impl Outlet {
    /// The column's way; fails for a type that has no single text.
    pub(super) fn of(target: &UpgradeType) -> Result<Self, String> {
        let bridge = match target {
            UpgradeType::Text
            | UpgradeType::Varchar { .. }
            | UpgradeType::Char { .. }
            | UpgradeType::Enum { .. }
            | UpgradeType::Uuid
            | UpgradeType::Inet => Bridge::Text,
            UpgradeType::Json | UpgradeType::Jsonb => Bridge::Json,
            UpgradeType::Int2
            | UpgradeType::Int4
            | UpgradeType::Int8
            | UpgradeType::Numeric { .. } => Bridge::Number,
            UpgradeType::Bool => Bridge::Bool,
            UpgradeType::Date => Bridge::Date,
            UpgradeType::Timestamp { .. } => Bridge::Datetime,
            other => {
                return Err(format!(
                    "an upgrade column of type {other} cannot be written by this kind of map; use an sql map"
                ));
            }
        };
        let codec = Codec::compile(&bridge.column(), Family::Mysql, target)
            .map_err(|mismatch| mismatch.to_string())?;
        Ok(Self { codec, bridge })
    }

    /// All columns of a map.
    pub(super) fn all(targets: &[&UpgradeType]) -> Result<Vec<Self>, String> {
        targets.iter().map(|target| Self::of(target)).collect()
    }

    /// True for `json` and `jsonb`.
    pub(super) fn is_json(&self) -> bool {
        self.bridge == Bridge::Json
    }

    /// True for numbers.
    pub(super) fn is_number(&self) -> bool {
        self.bridge == Bridge::Number
    }

    /// True for `boolean`.
    pub(super) fn is_boolean(&self) -> bool {
        self.bridge == Bridge::Bool
    }

    /// Appends the field of a text.
    pub(super) fn put(&self, text: Option<&str>, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = match text {
            None => Value::Null,
            Some(text) => self.bridge.value(text)?,
        };
        self.codec.up(&value, out)
    }

    /// The text of a field.
    pub(super) fn take(&self, field: Option<&[u8]>) -> Result<Option<String>, ValueError> {
        match self.codec.down(field)? {
            Value::Null => Ok(None),
            value => self.bridge.text(&value).map(Some),
        }
    }

    /// The same, with a JSON document as it is printed.
    pub(super) fn take_raw(&self, field: Option<&[u8]>) -> Result<Option<String>, ValueError> {
        match self.codec.down(field)? {
            Value::Bytes(bytes) if self.is_json() => Ok(String::from_utf8(bytes).ok()),
            Value::Null => Ok(None),
            value => self.bridge.text(&value).map(Some),
        }
    }
}

impl Bridge {
    fn column(self) -> LegacyColumn {
        let (data_type, column_type) = match self {
            Bridge::Text | Bridge::Json => ("longtext", "longtext"),
            Bridge::Number => ("decimal", "decimal(65,30)"),
            Bridge::Bool => ("tinyint", "tinyint(1)"),
            Bridge::Date => ("date", "date"),
            Bridge::Datetime => ("datetime", "datetime(6)"),
        };
        LegacyColumn {
            data_type: data_type.to_owned(),
            column_type: column_type.to_owned(),
            nullable: true,
            charset: Some("utf8mb4".to_owned()),
            collation: Some("utf8mb4_bin".to_owned()),
            length: Some(u64::from(u32::MAX)),
            precision: Some(65),
            scale: Some(30),
            fraction: Some(6),
            ..LegacyColumn::default()
        }
    }

    fn value(self, text: &str) -> Result<Value, ValueError> {
        Ok(match (self, text) {
            (Bridge::Bool, "true") => Value::Int(1),
            (Bridge::Bool, "false") => Value::Int(0),
            (Bridge::Bool, _) => return Err(outside(text, "true or false")),
            (Bridge::Date | Bridge::Datetime, _) => {
                Value::Date(read_date(text).ok_or_else(|| outside(text, "a date"))?)
            }
            _ => Value::Bytes(text.as_bytes().to_vec()),
        })
    }

    fn text(self, value: &Value) -> Result<String, ValueError> {
        let text = match value {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        Ok(match (self, value, text) {
            (Bridge::Bool, Value::Int(number), _) => (*number != 0).to_string(),
            (Bridge::Bool, Value::UInt(number), _) => (*number != 0).to_string(),
            (Bridge::Date, Value::Date(date), _) => print_day(date),
            (Bridge::Datetime, Value::Date(date), _) => print_date(date),
            (Bridge::Number, _, Some(text)) => short(text).to_owned(),
            (Bridge::Json, _, Some(text)) => match serde_json::from_str::<Json>(text) {
                Ok(json) => json.to_string(),
                Err(_) => text.to_owned(),
            },
            (Bridge::Text, _, Some(text)) => text.to_owned(),
            _ => return Err(ValueError::unexpected(value, "text")),
        })
    }
}

/// A value that the map does not speak of.
#[cold]
pub(super) fn outside(text: &str, wanted: &str) -> ValueError {
    ValueError::new(
        "outside_domain",
        format!(
            "value {} is not {wanted}",
            crate::types::shown(&Value::Bytes(text.as_bytes().to_vec()))
        ),
    )
}

/// A number without zeros at its end.
pub(super) fn short(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// `2024-01-31`, and after a blank `10:00:00` with up to six digits more.
pub(super) fn read_date(text: &str) -> Option<DateValue> {
    let (day, time) = text.split_once(' ').unwrap_or((text, "00:00:00"));
    let mut days = day.split('-');
    let (time, micros) = time.split_once('.').unwrap_or((time, ""));
    let mut times = time.split(':');
    let date = DateValue {
        year: days.next()?.parse().ok()?,
        month: days.next()?.parse().ok()?,
        day: days.next()?.parse().ok()?,
        hour: times.next()?.parse().ok()?,
        minute: times.next()?.parse().ok()?,
        second: times.next()?.parse().ok()?,
        micros: match micros.len() {
            0..=6 => format!("{micros:0<6}").parse().ok()?,
            _ => return None,
        },
    };
    (days.next().is_none() && times.next().is_none()).then_some(date)
}

fn print_day(date: &DateValue) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// As [`read_date`] reads it, with all digits.
pub(super) fn print_date(date: &DateValue) -> String {
    format!(
        "{} {:02}:{:02}:{:02}.{:06}",
        print_day(date),
        date.hour,
        date.minute,
        date.second,
        date.micros
    )
}
