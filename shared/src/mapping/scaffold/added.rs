//! One more column for an upgrade table that is there.

use super::draft::Draft;
use crate::mapping::catalog::{Family, LegacyCatalog, LegacyTable};
use crate::mapping::document::TableMap;
use crate::plan::sql::quote;

/// What to run, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedColumn {
    /// The column's name in the upgrade table.
    pub name: String,
    /// The statements, in order.
    pub statements: Vec<String>,
    /// False for a column that PostgreSQL computes.
    pub copied: bool,
    /// True when it refuses NULL from the start.
    pub not_null: bool,
}

/// The column as a scaffold would have made it, but for NOT NULL where the rows that are there would have nothing. `taken` are the names of the
/// upgrade schema that a new type cannot have.
pub fn added_column(
    legacy: &LegacyTable,
    name: &str,
    family: Family,
    map: &TableMap,
    taken: &[String],
) -> Option<AddedColumn> {
    let catalog = LegacyCatalog {
        database: String::new(),
        tables: vec![legacy.clone()],
        others: Vec::new(),
    };
    let mut draft = Draft::new(&catalog, family, &map.target.schema);
    for name in taken {
        draft.relations.take(name);
    }
    let columns = draft.columns(catalog.tables.first()?, &map.target.table);
    let column = columns.into_iter().find(|c| c.legacy.name == name)?;
    let filled =
        column.default.is_some() || column.identity.is_some() || column.generated.is_some();
    let mut statements = Vec::new();
    if let Some((type_name, labels)) = &column.enumeration {
        statements.push(draft.create_enum(type_name, labels));
    }
    let mut definition = column.definition();
    if !filled && let Some(nullable) = definition.strip_suffix(" NOT NULL") {
        definition = nullable.to_owned();
    }
    let table = draft.qualified(&map.target.table);
    if let Some(sequence) = column.identity.as_ref().and_then(|i| i.create_sequence()) {
        statements.push(sequence);
    }
    statements.push(format!("ALTER TABLE {table} ADD COLUMN {definition}"));
    if let Some(check) = &column.check {
        let body = check.replace("{column}", &quote::upgrade(&column.name));
        statements.push(format!("ALTER TABLE {table} ADD CHECK ({body})"));
    }
    Some(AddedColumn {
        copied: column.generated.is_none(),
        not_null: filled && !column.legacy.nullable,
        name: column.name,
        statements,
    })
}
