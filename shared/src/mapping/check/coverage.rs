//! Which tables the mapping covers, and how often.

use super::Subject;
use super::code::Code;
use super::finding::Findings;
use std::collections::HashMap;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for table in &subject.legacy.tables {
        if !subject.is_mapped(&table.name) && !subject.mapping.leaves_out(&table.name) {
            findings.add_with_hint(
                Code::TableUnmapped,
                &table.name,
                format!("legacy table \"{}\" is not mapped", table.name),
                format!(
                    "Map the table, or leave it out with {}.",
                    unmap(subject, &table.name)
                ),
            );
        }
    }
    let mut sources: HashMap<&str, u32> = HashMap::new();
    for map in &subject.mapping.tables {
        *sources.entry(map.source.table.as_str()).or_default() += 1;
    }
    for (table, maps) in sources {
        if maps > 1 {
            findings.add(
                Code::SourceMappedTwice,
                table,
                format!("legacy table \"{table}\" is the source of {maps} maps"),
            );
        }
    }
}

/// The call that leaves a table out.
pub(super) fn unmap(subject: &Subject<'_>, table: &str) -> String {
    format!(
        "tandem.unmap({}, {})",
        crate::plan::sql::quote::upgrade_literal(subject.link),
        crate::plan::sql::quote::upgrade_literal(table)
    )
}
