//! Finds what has changed.

use super::change::Change;
use crate::mapping::catalog::{LegacyColumn, LegacyTable};

/// What of a table's columns decides how a row is read, in ordinal order.
pub type Shape = Vec<ShapeColumn>;

/// One column of a [`Shape`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeColumn {
    /// Its name.
    pub name: String,
    /// `COLUMN_TYPE`.
    pub column_type: String,
    /// `COLLATION_NAME`, which names the character set, too.
    pub collation: Option<String>,
    /// True when NULL is allowed.
    pub nullable: bool,
}

impl From<&LegacyColumn> for ShapeColumn {
    fn from(column: &LegacyColumn) -> Self {
        Self {
            name: column.name.clone(),
            column_type: column.column_type.clone(),
            collation: column.collation.clone(),
            nullable: column.nullable,
        }
    }
}

/// What has changed from `before` to `now`, columns in their order of `before`, then what has come.
pub fn compare(before: &LegacyTable, now: &LegacyTable) -> Vec<Change> {
    let mut changes = Vec::new();
    let (gone, come) = (missing(before, now), missing(now, before));
    let mut renamed = Vec::new();
    for &(at, column) in &gone {
        let heir = come.iter().find(|(place, other)| {
            *place == at && same_type(other, column) && other.nullable == column.nullable
        });
        changes.push(match heir {
            Some((_, heir)) => {
                renamed.push(&heir.name);
                Change::ColumnRenamed {
                    from: column.name.clone(),
                    to: heir.name.clone(),
                }
            }
            None => Change::ColumnDropped {
                column: column.name.clone(),
            },
        });
    }
    for column in &before.columns {
        if let Some(other) = exactly(now, &column.name) {
            changes.extend(of_column(column, other));
        }
    }
    for (_, column) in come.iter().filter(|(_, c)| !renamed.contains(&&c.name)) {
        changes.push(Change::ColumnAdded {
            column: column.name.clone(),
            definition: printed(column),
        });
    }
    if changes.is_empty() && names(before) != names(now) {
        changes.push(Change::ColumnsMoved);
    }
    let (from, to) = (key(before), key(now));
    if from != to {
        changes.push(Change::KeyChanged { from, to });
    }
    changes
}

/// Columns of `one` that `other` has not, with their places.
fn missing<'a>(one: &'a LegacyTable, other: &LegacyTable) -> Vec<(usize, &'a LegacyColumn)> {
    let there = |column: &LegacyColumn| exactly(other, &column.name).is_some();
    let columns = one.columns.iter().enumerate();
    columns.filter(|(_, column)| !there(column)).collect()
}

/// A name in another case is another name here: the upgrade column is named after it.
fn exactly<'a>(table: &'a LegacyTable, name: &str) -> Option<&'a LegacyColumn> {
    table.columns.iter().find(|column| column.name == name)
}

fn of_column(before: &LegacyColumn, now: &LegacyColumn) -> Vec<Change> {
    let column = || now.name.clone();
    let mut changes = Vec::new();
    if !same_type(before, now) {
        changes.push(Change::TypeChanged {
            column: column(),
            from: printed(before),
            to: printed(now),
        });
    }
    if before.nullable != now.nullable {
        changes.push(if now.nullable {
            Change::NullAllowed { column: column() }
        } else {
            Change::NullRefused { column: column() }
        });
    }
    if before.generation != now.generation {
        changes.push(Change::ExpressionChanged { column: column() });
    }
    changes
}

/// True when a value means the same in both. What a server prints of a type differs between its versions (`int(11)`, `int`), so the parts are
/// compared and not the text.
fn same_type(a: &LegacyColumn, b: &LegacyColumn) -> bool {
    let labelled = matches!(a.data_type.as_str(), "enum" | "set");
    a.data_type == b.data_type
        && a.unsigned() == b.unsigned()
        && a.length == b.length
        && a.precision == b.precision
        && a.scale == b.scale
        && a.fraction.unwrap_or(0) == b.fraction.unwrap_or(0)
        && a.srid.unwrap_or(0) == b.srid.unwrap_or(0)
        && utf8(&a.charset) == utf8(&b.charset)
        && utf8(&a.collation) == utf8(&b.collation)
        && (!labelled || a.column_type == b.column_type)
}

/// Names of character sets and collations, with the one that servers renamed under its new name.
fn utf8(name: &Option<String>) -> Option<String> {
    let name = name.as_deref()?;
    Some(match name.strip_prefix("utf8") {
        Some(rest) if rest.is_empty() || rest.starts_with('_') => format!("utf8mb3{rest}"),
        _ => name.to_owned(),
    })
}

/// The type with what it does not say itself.
fn printed(column: &LegacyColumn) -> String {
    let mut text = column.column_type.clone();
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" collate {collation}"));
    }
    if let Some(srid) = column.srid.filter(|srid| *srid != 0) {
        text.push_str(&format!(" srid {srid}"));
    }
    text
}

fn names(table: &LegacyTable) -> Vec<&str> {
    table.columns.iter().map(|c| c.name.as_str()).collect()
}

fn key(table: &LegacyTable) -> Vec<String> {
    let key = table.key().map(|key| key.columns.iter());
    key.into_iter()
        .flatten()
        .filter_map(|part| part.name.clone())
        .collect()
}
