//! What is wrong, doubtful or worth knowing before a link starts: all of it at once.
//!
//! Promise: [`check`] raises every finding that the facts allow, never only the first, and each code means one thing ([`CODES`]). It reads
//! data that others gathered and asks no server, so the same facts give the same findings. A link with an error among its findings is not
//! started. Called by `tandem.check`, and by `tandem.start` before it does anything.

mod code;
mod columns;
mod coverage;
pub mod facts;
mod finding;
mod grants;
mod keys;
mod legacy_table;
mod privileges;
mod server;
mod severity;
mod target_table;

pub use code::{CODES, Code, CodeDoc};
pub use facts::LegacyServerFacts;
pub use finding::Finding;
pub use severity::Severity;

use super::catalog::{LegacyCatalog, LegacyTable};
use super::document::{Document, TableMap};
use super::target::{TargetCatalog, TargetTable};
use finding::Findings;

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The link's name, for hints.
    pub link: &'a str,
    /// The legacy server and the link's account.
    pub server: &'a LegacyServerFacts,
    /// The legacy database.
    pub legacy: &'a LegacyCatalog,
    /// The mapping.
    pub mapping: &'a Document,
    /// The upgrade tables that the mapping names.
    pub target: &'a TargetCatalog,
    /// Tandem's own schema on the legacy server.
    pub own_schema: &'a str,
}

/// All findings, the gravest first, then by object.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Findings::default();
    server::check(subject, &mut findings);
    privileges::check(subject, &mut findings);
    coverage::check(subject, &mut findings);
    target_table::check_database(subject, &mut findings);
    for map in &subject.mapping.tables {
        let ends = Ends {
            map,
            legacy: subject.legacy_table(&map.source.table),
            target: subject.target.table(&map.target.schema, &map.target.table),
        };
        legacy_table::check(subject, &ends, &mut findings);
        columns::check(subject, &ends, &mut findings);
        keys::check(subject, &ends, &mut findings);
        target_table::check(subject, &ends, &mut findings);
    }
    findings.sorted()
}

/// A table map with what it stands for on each side, as far as it is there.
struct Ends<'a> {
    map: &'a TableMap,
    legacy: Option<&'a LegacyTable>,
    target: Option<&'a TargetTable>,
}

impl<'a> Subject<'a> {
    fn legacy_table(&self, name: &str) -> Option<&'a LegacyTable> {
        self.legacy.tables.iter().find(|table| table.name == name)
    }

    fn is_mapped(&self, table: &str) -> bool {
        self.mapping.of_source(table).is_some()
    }
}

impl Ends<'_> {
    /// The mapping's key in upgrade columns; `None` when a key column is not mapped.
    fn target_key(&self) -> Option<Vec<&str>> {
        self.map
            .source
            .key
            .iter()
            .map(|name| self.target_of(name))
            .collect()
    }

    /// The upgrade column that a legacy column goes to.
    fn target_of(&self, legacy: &str) -> Option<&str> {
        let column = self
            .map
            .columns
            .iter()
            .find(|column| column.source().eq_ignore_ascii_case(legacy));
        column.map(|column| column.target())
    }

    /// The upgrade table as a finding names it.
    fn target_label(&self) -> String {
        format!("{}.{}", self.map.target.schema, self.map.target.table)
    }

    /// A column of the legacy table as a finding names it.
    fn legacy_part(&self, name: &str) -> String {
        format!("{}.{name}", self.map.source.table)
    }
}

#[cfg(test)]
mod tests;
