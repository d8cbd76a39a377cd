//! What a scaffold creates for a legacy column.
//!
//! Promise: the type holds every value that the legacy type can hold, and a check keeps out what the legacy column could not, so that a
//! row can go back. Called by scaffold and by the reference pages.

use super::legacy::LegacyType;
use super::{
    binary, bit, date, datetime, decimal, enumeration, float, geometry, inet, integer, json, set,
    text, time, uuid, vector, year,
};
use crate::mapping::catalog::{Family, LegacyColumn};

/// The upgrade column that a legacy column becomes when nobody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultTarget {
    /// The PostgreSQL type for CREATE TABLE, such as `numeric(20,0)`. Where `enum_type` is given the caller creates that type and uses its
    /// name instead; this is then `text`.
    pub sql: String,
    /// The enum type to create; the caller names it.
    pub enum_type: Option<EnumType>,
    /// The body of a CHECK, with `{column}` for the column's quoted name.
    pub check: Option<String>,
    /// What a DBA should know, in one line.
    pub note: Option<String>,
}

/// An enum type to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// Its labels, in order; none longer than 63 bytes.
    pub labels: Vec<String>,
}

impl DefaultTarget {
    pub(super) fn sql(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            enum_type: None,
            check: None,
            note: None,
        }
    }

    pub(super) fn enumeration(labels: &[String]) -> Self {
        Self {
            enum_type: Some(EnumType {
                labels: labels.to_vec(),
            }),
            ..Self::sql("text")
        }
    }

    pub(super) fn with_check(self, check: impl Into<String>) -> Self {
        Self {
            check: Some(check.into()),
            ..self
        }
    }

    pub(super) fn with_note(self, note: impl Into<String>) -> Self {
        Self {
            note: Some(note.into()),
            ..self
        }
    }
}

/// The default target of a column. A type that Tandem does not know becomes `text` with a note, and no codec compiles for it.
pub fn default_target(column: &LegacyColumn, family: Family) -> DefaultTarget {
    match LegacyType::of(column) {
        LegacyType::Integer(width) => integer::default_target(column, width),
        LegacyType::Bit(bits) => bit::default_target(bits),
        LegacyType::Decimal => decimal::default_target(column),
        LegacyType::Float => float::default_target(column, "real"),
        LegacyType::Double => float::default_target(column, "double precision"),
        LegacyType::Text => text::default_target(column),
        LegacyType::Binary => binary::default_target(column),
        LegacyType::Enum(labels) => enumeration::default_target(&labels),
        LegacyType::Set(labels) => set::default_target(&labels),
        LegacyType::Date => date::default_target(),
        LegacyType::Datetime(fraction) => datetime::default_datetime(fraction),
        LegacyType::Timestamp(fraction) => datetime::default_timestamp(fraction),
        LegacyType::Time(fraction) => time::default_target(fraction),
        LegacyType::Year => year::default_target(),
        LegacyType::Json => json::default_target(family),
        LegacyType::Geometry => geometry::default_target(),
        LegacyType::Vector => vector::default_target(),
        LegacyType::Uuid => uuid::default_target(),
        LegacyType::Inet => inet::default_target(),
        LegacyType::Unknown => DefaultTarget::sql("text").with_note(format!(
            "type {} is not known; leave the column out or change its type",
            column.column_type
        )),
    }
}

/// A text as an SQL literal that means the same under any setting of PostgreSQL.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        return format!("E'{}'", quoted.replace('\\', "\\\\"));
    }
    format!("'{quoted}'")
}
