//! One row of `information_schema`, read by column name.
//!
//! Promise: a cell is never an error. The servers declare the same column differently (number or text, binary or not), so every cell is
//! taken as text; bytes that are not UTF-8 are replaced, which only a comment can contain.

use mysql::prelude::{FromRow, Queryable};
use mysql::{Conn, FromRowError, Params, Row, Value};

/// A row whose cells are taken by name.
pub(super) struct Cells(Row);

impl FromRow for Cells {
    fn from_row_opt(row: Row) -> Result<Self, FromRowError> {
        Ok(Self(row))
    }
}

/// Runs a statement whose only parameters are names, and returns its rows.
pub(super) fn rows(
    conn: &mut Conn,
    sql: &str,
    params: impl Into<Params>,
) -> Result<Vec<Cells>, mysql::Error> {
    conn.exec(sql, params)
}

impl Cells {
    /// The cell as text; `None` for SQL NULL and for a column that the statement does not have.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let at = self
            .0
            .columns_ref()
            .iter()
            .position(|column| column.name_str() == name)?;
        match self.0.as_ref(at)? {
            Value::NULL => None,
            Value::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Value::Int(number) => Some(number.to_string()),
            Value::UInt(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Double(number) => Some(number.to_string()),
            Value::Date(..) | Value::Time(..) => None,
        }
    }

    /// The cell as text, empty for SQL NULL.
    pub(super) fn string(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// The cell as a number; `None` for SQL NULL and for what is not a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// True for `YES`, `1` and `ON`.
    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.string(name).as_str(), "YES" | "1" | "ON")
    }
}
