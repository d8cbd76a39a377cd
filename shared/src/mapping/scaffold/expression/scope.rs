//! What the names in an expression stand for.

use crate::mapping::catalog::{Family, LegacyColumn};
use crate::mapping::collation::Equality;
use std::collections::HashMap;

/// The columns that an expression may name, by their legacy names in lower case.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    columns: HashMap<String, (String, Kind)>,
}

/// What kind of value a column or an expression has, as far as its meaning on both servers depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An exact number with so many digits after the point.
    Number {
        /// Digits after the point.
        scale: u32,
        /// True for ZEROFILL: as text the legacy server puts zeros before it.
        padded: bool,
    },
    /// `real` or `double precision`.
    Double,
    /// Text.
    Text {
        /// True when `=` compares bytes on the legacy server.
        exact: bool,
        /// True when it is stored as UTF-8, so that its length in bytes is the same on both servers.
        utf8: bool,
    },
    /// An enum with these labels.
    Enum(Vec<String>),
    /// A date.
    Date,
    /// A date and time without zone.
    DateTime,
    /// A point in time.
    Timestamp,
    /// Something of which only IS NULL is known to mean the same.
    Opaque,
}

impl Scope {
    /// Adds a column under its legacy name.
    pub(crate) fn add(&mut self, legacy: &str, quoted_target: String, kind: Kind) {
        self.columns
            .insert(legacy.to_lowercase(), (quoted_target, kind));
    }

    /// The column's quoted upgrade name and its kind.
    pub(crate) fn column(&self, legacy: &str) -> Option<&(String, Kind)> {
        self.columns.get(&legacy.to_lowercase())
    }
}

impl Kind {
    /// The kind of a legacy column that has become a column of type `sql`, or of an enum type with `labels`.
    pub(crate) fn of(
        column: &LegacyColumn,
        family: Family,
        sql: &str,
        labels: Option<&[String]>,
    ) -> Self {
        if let Some(labels) = labels {
            return Kind::Enum(labels.to_vec());
        }
        let base = sql.split('(').next().unwrap_or(sql);
        let padded = column.column_type.contains("zerofill");
        match (column.data_type.as_str(), base) {
            // MySQL reads a number of two digits next to a YEAR as a year of its own.
            ("year", _) => Kind::Opaque,
            (_, "smallint" | "integer" | "bigint") => Kind::Number { scale: 0, padded },
            (_, "numeric") => Kind::Number {
                scale: column
                    .scale
                    .and_then(|scale| u32::try_from(scale).ok())
                    .unwrap_or(0),
                padded,
            },
            (_, "real" | "double precision") => Kind::Double,
            (
                "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext",
                "varchar" | "text",
            ) => Kind::Text {
                exact: Equality::of(column, family).is_some_and(|equality| !equality.is_loose()),
                utf8: matches!(
                    column.charset.as_deref(),
                    Some("utf8mb4" | "utf8mb3" | "utf8" | "ascii")
                ),
            },
            ("date", "date") => Kind::Date,
            ("datetime", "timestamp") => Kind::DateTime,
            ("timestamp", "timestamp") => Kind::Timestamp,
            _ => Kind::Opaque,
        }
    }
}
