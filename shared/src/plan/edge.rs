//! The ends of key ranges: how a key is read for one, and how it goes back into a comparison.
//!
//! Promise: a key that goes back is the key that was read, to the legacy server itself. Text is read and given back as the column's own bytes, since
//! two characters of its set may have the same equivalent in Unicode, or none; decimals are not compared as floating-point numbers.
//! Called by the compiler and by the statements that cut a table into chunks.

use crate::mapping::catalog::LegacyColumn;

/// How the ends of ranges of a key column are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// As it is.
    Value,
    /// Bytes, as hexadecimal digits.
    Bytes,
    /// The bytes of a text, as hexadecimal digits.
    Text {
        /// The column's character set.
        charset: String,
        /// Its collation, which decides what comes after what.
        collation: String,
    },
    /// A decimal number.
    Decimal {
        /// Digits in all.
        precision: u64,
        /// Digits after the point.
        scale: u64,
    },
}

impl Edge {
    /// The edge of a column.
    pub fn of(column: &LegacyColumn) -> Self {
        match (
            &column.charset,
            &column.collation,
            column.data_type.as_str(),
        ) {
            (Some(charset), Some(collation), _) => Self::Text {
                charset: charset.clone(),
                collation: collation.clone(),
            },
            (_, _, "binary" | "varbinary" | "tinyblob" | "blob") => Self::Bytes,
            (_, _, "decimal" | "numeric") => Self::Decimal {
                precision: column.precision.unwrap_or(65),
                scale: column.scale.unwrap_or(0),
            },
            _ => Self::Value,
        }
    }

    /// The expression that reads the column, given quoted.
    pub fn select(&self, quoted: &str) -> String {
        match self {
            Self::Value | Self::Decimal { .. } => quoted.to_owned(),
            Self::Bytes | Self::Text { .. } => format!("HEX({quoted})"),
        }
    }

    /// What a comparison with a value to be written has in the place of its parameter. A text is one of the connection's set.
    pub fn written(&self) -> String {
        match self {
            Self::Value => "?".to_owned(),
            Self::Bytes => "CAST(? AS BINARY)".to_owned(),
            Self::Text { charset, collation } => {
                format!("CONVERT(? USING {charset}) COLLATE {collation}")
            }
            Self::Decimal { precision, scale } => {
                format!("CAST(? AS DECIMAL({precision},{scale}))")
            }
        }
    }

    /// What a comparison has in the place of a parameter.
    pub fn place(&self) -> String {
        match self {
            Self::Value => "?".to_owned(),
            Self::Bytes => "UNHEX(?)".to_owned(),
            Self::Text { charset, collation } => {
                format!("CONVERT(UNHEX(?) USING {charset}) COLLATE {collation}")
            }
            Self::Decimal { precision, scale } => {
                format!("CAST(? AS DECIMAL({precision},{scale}))")
            }
        }
    }
}
