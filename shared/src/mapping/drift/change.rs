//! One difference between a legacy table and what it was.

use std::fmt;

/// A difference. Columns by their legacy names, types as the legacy server prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A column has come.
    ColumnAdded {
        /// The column.
        column: String,
        /// Its type.
        definition: String,
    },
    /// A column has gone.
    ColumnDropped {
        /// The column.
        column: String,
    },
    /// A column of the same type stands where another stood.
    ColumnRenamed {
        /// The column that has gone.
        from: String,
        /// The column that has come.
        to: String,
    },
    /// A column's type, character set or collation is another.
    TypeChanged {
        /// The column.
        column: String,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// A column that was NOT NULL takes NULL.
    NullAllowed {
        /// The column.
        column: String,
    },
    /// A column that took NULL does not any more.
    NullRefused {
        /// The column.
        column: String,
    },
    /// A generated column is computed otherwise, or has become one, or is none any more.
    ExpressionChanged {
        /// The column.
        column: String,
    },
    /// The columns stand in another order; two of the same type may have swapped their names.
    ColumnsMoved,
    /// Other columns identify a row.
    KeyChanged {
        /// The columns that did.
        from: Vec<String>,
        /// The columns that do; empty when the table has no key any more.
        to: Vec<String>,
    },
}

impl Change {
    /// True for a change that the operator has to look at. The others need nothing but another comparison of the table.
    pub fn stops(&self) -> bool {
        !matches!(self, Change::ColumnsMoved | Change::NullRefused { .. })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |columns: &[String]| match columns {
            [] => "none".to_owned(),
            columns => format!("({})", columns.join(", ")),
        };
        match self {
            Change::ColumnAdded { column, definition } => {
                write!(f, "column \"{column}\" was added ({definition})")
            }
            Change::ColumnDropped { column } => write!(f, "column \"{column}\" was dropped"),
            Change::ColumnRenamed { from, to } => {
                write!(f, "column \"{from}\" was renamed to \"{to}\"")
            }
            Change::TypeChanged { column, from, to } => {
                write!(
                    f,
                    "the type of column \"{column}\" changed from {from} to {to}"
                )
            }
            Change::NullAllowed { column } => write!(f, "column \"{column}\" now allows NULL"),
            Change::NullRefused { column } => write!(f, "column \"{column}\" is now NOT NULL"),
            Change::ExpressionChanged { column } => {
                write!(f, "column \"{column}\" is generated in another way")
            }
            Change::ColumnsMoved => write!(f, "the columns stand in another order"),
            Change::KeyChanged { from, to } => {
                write!(f, "the key changed from {} to {}", names(from), names(to))
            }
        }
    }
}
