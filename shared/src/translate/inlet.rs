//! A legacy column, read and written as text.
//!
//! Promise: the text is what the legacy server prints for the value, and what is written is stored as exactly that or refused.

use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, ValueError};
use crate::value::Value;

/// One legacy column.
#[derive(Debug, Clone)]
pub(super) struct Inlet(Codec);

impl Inlet {
    /// The column's way; fails for a type that has no text.
    pub(super) fn of(column: &LegacyColumn, family: Family) -> Result<Self, String> {
        Codec::compile(column, family, &UpgradeType::Text)
            .map(Self)
            .map_err(|mismatch| mismatch.to_string())
    }

    /// All columns of a map.
    pub(super) fn all(columns: &[&LegacyColumn], family: Family) -> Result<Vec<Self>, String> {
        columns
            .iter()
            .map(|column| Self::of(column, family))
            .collect()
    }

    /// A value's text; `None` is NULL.
    pub(super) fn read(&self, value: &Value) -> Result<Option<String>, ValueError> {
        let mut out = Vec::new();
        self.0.up(value, &mut out)?;
        let text = out.split_off(out.len().min(4));
        match out.as_slice() {
            [0xff, 0xff, 0xff, 0xff] => Ok(None),
            _ => String::from_utf8(text)
                .map(Some)
                .map_err(|_| ValueError::unexpected(value, "text")),
        }
    }

    /// The value of a text.
    pub(super) fn write(&self, text: Option<&str>) -> Result<Value, ValueError> {
        self.0.down(text.map(str::as_bytes))
    }

    /// The expression to read the column with.
    pub(super) fn select(&self, quoted_column: &str) -> String {
        self.0.select(quoted_column)
    }
}

/// True for the integer types.
pub(super) fn is_integer(column: &LegacyColumn) -> bool {
    matches!(
        column.data_type.as_str(),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint"
    )
}
