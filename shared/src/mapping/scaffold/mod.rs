//! The upgrade schema that a legacy database becomes when nobody says otherwise, and the mapping between the two.
//!
//! Promise: tables keep their names, columns their names and order, in the legacy server's own spelling; every value that a legacy column can
//! hold fits. What cannot come over, or means something else in PostgreSQL, is a [`Note`], never silence. Nothing is executed here: the
//! statements are text, in phases, and the extension runs them. Called by `tandem.scaffold`.
//!
//! Names are the one thing that may change: PostgreSQL's are 63 bytes at most, and its indexes share one namespace with tables. [`names`]
//! decides; a note says so.

mod added;
mod column;
mod constraint;
mod ddl;
mod default;
mod draft;
mod expression;
mod foreign_key;
mod identity;
mod index;
mod key_type;
mod literal;
pub mod names;
mod note;
mod others;
mod table;

pub use added::{AddedColumn, added_column};
pub use ddl::{Ddl, DdlKind, Phase};
pub use note::{KINDS as NOTE_KINDS, Note};

use super::catalog::{Family, LegacyCatalog};
use super::document::{ColumnMap, Source, TableMap, Target};
use draft::{Draft, TableDraft};

/// The statements, the mapping and the notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// In an order that works: phase by phase, within a phase each after what it needs.
    pub statements: Vec<Ddl>,
    /// One map per legacy table.
    pub tables: Vec<TableMap>,
    /// What a DBA should know, the weightiest first.
    pub notes: Vec<Note>,
}

/// Makes the scaffold of `catalog` in the upgrade schema `schema`.
pub fn scaffold(catalog: &LegacyCatalog, family: Family, schema: &str) -> Scaffold {
    let mut draft = Draft::new(catalog, family, schema);
    let tables = draft.tables();
    let mut statements = vec![ddl::create_schema(schema)];
    for table in &tables {
        statements.extend(draft.create_table(table));
    }
    for table in &tables {
        statements.extend(draft.indexes(table));
    }
    for table in &tables {
        statements.extend(draft.foreign_keys(table, &tables));
    }
    statements.sort_by_key(|ddl| ddl.phase);
    draft.note_others(&tables);
    let mut notes = draft.notes;
    notes.sort_by(|a, b| (b.severity, &a.object, a.kind).cmp(&(a.severity, &b.object, b.kind)));
    Scaffold {
        statements,
        tables: tables
            .iter()
            .map(|table| table_map(table, schema))
            .collect(),
        notes,
    }
}

fn table_map(table: &TableDraft<'_>, schema: &str) -> TableMap {
    let key = table.legacy.key().map_or_else(Vec::new, |key| {
        key.columns
            .iter()
            .filter_map(|part| part.name.clone())
            .collect()
    });
    let copied = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none());
    TableMap::one_to_one(
        Source::table(&table.legacy.name, key),
        Target {
            schema: schema.to_owned(),
            table: table.name.clone(),
        },
        copied
            .map(|column| ColumnMap::copy(&column.legacy.name, &column.name))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
