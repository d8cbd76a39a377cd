//! The scaffold while it is made: names are handed out, notes collected.

use super::column::ColumnDraft;
use super::key_type::BigintKeys;
use super::names::Names;
use super::note::{KINDS, Note};
use crate::mapping::catalog::{Family, LegacyCatalog, LegacyTable};
use crate::mapping::check::Severity;
use crate::plan::sql::quote;
use std::collections::HashMap;

/// What all parts of a scaffold share.
pub(super) struct Draft<'a> {
    pub(super) catalog: &'a LegacyCatalog,
    pub(super) family: Family,
    pub(super) schema: &'a str,
    /// Tables, indexes, sequences and types of the schema.
    pub(super) relations: Names,
    /// How many legacy tables have an index of that name.
    pub(super) index_names: HashMap<&'a str, usize>,
    pub(super) bigint_keys: BigintKeys<'a>,
    pub(super) notes: Vec<Note>,
}

/// One table.
pub(super) struct TableDraft<'a> {
    pub(super) legacy: &'a LegacyTable,
    /// Its upgrade name.
    pub(super) name: String,
    pub(super) columns: Vec<ColumnDraft<'a>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(catalog: &'a LegacyCatalog, family: Family, schema: &'a str) -> Self {
        let mut index_names = HashMap::new();
        for index in catalog.tables.iter().flat_map(|table| &table.indexes) {
            *index_names.entry(index.name.as_str()).or_insert(0) += 1;
        }
        Self {
            catalog,
            family,
            schema,
            relations: Names::default(),
            index_names,
            bigint_keys: BigintKeys::of(catalog),
            notes: Vec::new(),
        }
    }

    /// Names the tables, which go before all else, then drafts their columns.
    pub(super) fn tables(&mut self) -> Vec<TableDraft<'a>> {
        let catalog = self.catalog;
        let names: Vec<String> = catalog
            .tables
            .iter()
            .map(|table| {
                let name = self.relations.take(&table.name);
                self.note_renamed("table", &table.name, &table.name, &name);
                name
            })
            .collect();
        catalog
            .tables
            .iter()
            .zip(names)
            .map(|(legacy, name)| {
                let columns = self.columns(legacy, &name);
                TableDraft {
                    legacy,
                    name,
                    columns,
                }
            })
            .collect()
    }

    pub(super) fn note(
        &mut self,
        severity: Severity,
        kind: &'static str,
        object: impl Into<String>,
        what: impl Into<String>,
    ) {
        debug_assert!(KINDS.iter().any(|(known, _)| *known == kind), "{kind}");
        self.notes.push(Note {
            severity,
            kind,
            object: object.into(),
            what: what.into(),
        });
    }

    pub(super) fn warn(
        &mut self,
        kind: &'static str,
        object: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.note(Severity::Warning, kind, object, what);
    }

    pub(super) fn info(
        &mut self,
        kind: &'static str,
        object: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.note(Severity::Info, kind, object, what);
    }

    /// A note when an object of the legacy database could not keep its name.
    pub(super) fn note_renamed(&mut self, what: &str, object: &str, from: &str, to: &str) {
        if from != to {
            self.warn(
                "renamed",
                object,
                format!("{what} \"{from}\" is called \"{to}\" in PostgreSQL"),
            );
        }
    }

    /// The quoted name of something in the upgrade schema.
    pub(super) fn qualified(&self, name: &str) -> String {
        format!("{}.{}", quote::upgrade(self.schema), quote::upgrade(name))
    }
}

impl<'a> TableDraft<'a> {
    /// The column of that legacy name.
    pub(super) fn column(&self, legacy: &str) -> Option<&ColumnDraft<'a>> {
        self.columns
            .iter()
            .find(|column| column.legacy.name.eq_ignore_ascii_case(legacy))
    }

    /// The quoted upgrade names of legacy columns; `None` when one is not there.
    pub(super) fn quoted(&self, legacy: &[String]) -> Option<String> {
        let names: Option<Vec<String>> = legacy
            .iter()
            .map(|name| self.column(name).map(|column| quote::upgrade(&column.name)))
            .collect();
        names.map(|names| names.join(", "))
    }

    /// `table.part`, as a note names it.
    pub(super) fn part(&self, name: &str) -> String {
        format!("{}.{name}", self.legacy.name)
    }
}
