//! What is wrong, doubtful or worth knowing before a link starts: all of it at once.
//!
//! Promise: [`check`] raises every finding that the facts allow, never only the first, and each code means one thing ([`CODES`]). It reads
//! data that others gathered and asks no server, so the same facts give the same findings. A link with an error among its findings is not
//! started. Called by `tandem.check`, and by `tandem.start` before it does anything.

mod binlog;
mod code;
mod collisions;
mod columns;
mod coverage;
pub mod facts;
mod finding;
mod grants;
mod keys;
mod legacy_table;
mod mapped;
mod privileges;
mod probe;
mod server;
mod severity;
mod target_table;
mod ways_back;

pub use binlog::LogFacts;
pub use code::{CODES, Code, CodeDoc};
pub use facts::LegacyServerFacts;
pub use finding::Finding;
pub use probe::Probe;
pub use severity::Severity;

use super::catalog::{LegacyCatalog, LegacyTable};
use super::document::{Document, PartRef, TableMap};
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
    /// What other links write to, for keys that may meet.
    pub others: &'a [OtherLink<'a>],
    /// What was found by trying.
    pub probes: &'a [Probe],
    /// The binary log, for a link that captures from it.
    pub log: Option<LogFacts>,
}

/// A table map of another link of this database.
#[derive(Debug, Clone, Copy)]
pub struct OtherLink<'a> {
    /// The link's name.
    pub link: &'a str,
    /// The map.
    pub map: &'a TableMap,
}

/// All findings, the gravest first, then by object.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Findings::default();
    server::check(subject, &mut findings);
    privileges::check(subject, &mut findings);
    binlog::check(subject, &mut findings);
    coverage::check(subject, &mut findings);
    collisions::check(subject, &mut findings);
    probe::check(subject, &mut findings);
    target_table::check_database(subject, &mut findings);
    for map in &subject.mapping.tables {
        let first = Ends::of(subject, map, 0);
        legacy_table::check(subject, &first, &mut findings);
        if map.is_plain() {
            columns::check(subject, &first, &mut findings);
            keys::check(subject, &first, &mut findings);
        } else {
            mapped::check(subject, map, &mut findings);
        }
        for at in 0..map.parts().count() {
            let ends = Ends::of(subject, map, at);
            target_table::check(subject, &ends, &mut findings);
            ways_back::check_references(subject, &ends, &mut findings);
            ways_back::check_way_back(&ends, &mut findings);
        }
    }
    findings.sorted()
}

/// A table map with what it stands for on each side, as far as it is there.
struct Ends<'a> {
    map: &'a TableMap,
    part: PartRef<'a>,
    legacy: Option<&'a LegacyTable>,
    target: Option<&'a TargetTable>,
}

impl<'a> Ends<'a> {
    /// The ends of one part of a map, by its place.
    fn of(subject: &Subject<'a>, map: &'a TableMap, at: usize) -> Self {
        let first = PartRef {
            target: &map.target,
            when: map.when.as_deref(),
            owned_by_upgrade: &map.owned_by_upgrade,
            columns: &map.columns,
        };
        let part = map.parts().nth(at).unwrap_or(first);
        Self {
            map,
            part,
            legacy: subject.legacy_table(&map.source.table),
            target: subject
                .target
                .table(&part.target.schema, &part.target.table),
        }
    }
}

impl<'a> Subject<'a> {
    fn legacy_table(&self, name: &str) -> Option<&'a LegacyTable> {
        self.legacy.tables.iter().find(|table| table.name == name)
    }

    /// True for a table whose rows go somewhere, by themselves or looked up for others.
    fn is_mapped(&self, table: &str) -> bool {
        let mut tables = self
            .mapping
            .tables
            .iter()
            .flat_map(|map| map.source.tables());
        tables.any(|name| name == table)
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
            .part
            .columns
            .iter()
            .find(|column| column.source().eq_ignore_ascii_case(legacy));
        column.map(|column| column.target())
    }

    /// The upgrade table as a finding names it.
    fn target_label(&self) -> String {
        format!("{}.{}", self.part.target.schema, self.part.target.table)
    }

    /// A column of the legacy table as a finding names it.
    fn legacy_part(&self, name: &str) -> String {
        format!("{}.{name}", self.map.source.table)
    }
}

#[cfg(test)]
mod tests;
