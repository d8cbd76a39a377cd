//! How both servers are asked to print a value, so that one text means one value.
//!
//! Promises: every form is exact for its types (no rounding, no lost byte, no zone), and no form uses what Tandem reads with. Called by the
//! families.

use super::number;

/// Stands for the column in an expression.
pub const COLUMN: &str = "{c}";

/// One pair of expressions, and what to do with each answer before the two are compared.
#[derive(Clone)]
pub struct Form {
    /// The expression for the legacy server.
    pub legacy: String,
    /// The expression for PostgreSQL.
    pub upgrade: String,
    /// From the legacy server's answer to the common text.
    pub legacy_text: fn(&str) -> String,
    /// From PostgreSQL's answer to the common text.
    pub upgrade_text: fn(&str) -> String,
}

impl Form {
    fn new(legacy: &str, upgrade: &str, text: fn(&str) -> String) -> Self {
        Self {
            legacy: String::from(legacy),
            upgrade: String::from(upgrade),
            legacy_text: text,
            upgrade_text: text,
        }
    }

    /// Whole and decimal numbers, with every digit after the point.
    pub fn number() -> Self {
        Self::new("CAST({c} AS CHAR)", "{c}::text", number::exact)
    }

    /// Numbers whose scale may change on the way.
    pub fn number_value() -> Self {
        Self::new("CAST({c} AS CHAR)", "{c}::text", number::value)
    }

    /// FLOAT and DOUBLE: the double that it is, told by its shortest text. A FLOAT's own text has six digits only; the product is exact and
    /// keeps the sign of zero.
    pub fn float() -> Self {
        Self::new("{c} * 1e0", "{c}::float8::text", number::double)
    }

    /// BIT(n), bit by bit.
    pub fn bits(count: u32) -> Self {
        Self::new(
            &format!("LPAD(BIN({COLUMN} + 0), {count}, '0')"),
            "{c}::text",
            str::to_owned,
        )
    }

    /// Dates and durations by their text.
    pub fn temporal() -> Self {
        Self::new("CAST({c} AS CHAR)", "{c}::text", number::fraction)
    }

    /// Instants: seconds since 1970, whatever zone a session is in.
    pub fn instant() -> Self {
        Self::new(
            "UNIX_TIMESTAMP({c})",
            "extract(epoch FROM {c})::text",
            number::value,
        )
    }

    /// Text: the stored bytes in the column's own character set, and the same in UTF-8, both as the legacy server says.
    pub fn text() -> Self {
        Self {
            legacy: String::from(
                "CONCAT(HEX(CAST({c} AS BINARY)), ' ', HEX(CONVERT({c} USING utf8mb4)))",
            ),
            upgrade: String::from("upper(encode(convert_to({c}::text, 'UTF8'), 'hex'))"),
            legacy_text: |said| {
                said.split_once(' ')
                    .map_or(said, |(_, unicode)| unicode)
                    .to_owned()
            },
            upgrade_text: str::to_owned,
        }
    }

    /// What is printed as text and has no characters that could be lost.
    pub fn printed() -> Self {
        Self::new(
            "HEX(CONVERT(CAST({c} AS CHAR) USING utf8mb4))",
            "upper(encode(convert_to({c}::text, 'UTF8'), 'hex'))",
            str::to_owned,
        )
    }

    /// Bytes.
    pub fn bytes() -> Self {
        Self::new(
            "HEX({c})",
            "upper(encode({c}::bytea, 'hex'))",
            str::to_owned,
        )
    }
}
