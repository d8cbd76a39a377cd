//! One upgrade table, and the upgrade database.

use super::code::Code;
use super::finding::Findings;
use super::{Ends, Subject};

/// The upgrade database as a whole.
pub(super) fn check_database(subject: &Subject<'_>, findings: &mut Findings) {
    let encoding = &subject.target.encoding;
    if !encoding.eq_ignore_ascii_case("UTF8") {
        findings.add(
            Code::TargetEncoding,
            "server_encoding",
            format!("the upgrade database is encoded in {encoding}"),
        );
    }
}

/// One table.
pub(super) fn check(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    let label = ends.target_label();
    let Some(table) = ends.target else {
        findings.add(
            Code::TargetTableMissing,
            &label,
            format!("table \"{label}\" does not exist"),
        );
        return;
    };
    if !table.is_table {
        findings.add(
            Code::TargetNotATable,
            &label,
            format!("\"{label}\" is not a table"),
        );
    }
    if table.has_rows {
        findings.add(
            Code::TargetNotEmpty,
            &label,
            format!("table \"{label}\" is not empty"),
        );
    }
    if table.row_security {
        findings.add(
            Code::TargetRowSecurity,
            &label,
            format!("row security is enabled on table \"{label}\""),
        );
    }
    for trigger in &table.firing_triggers {
        findings.add(
            Code::TargetTriggerFires,
            format!("{label}.{trigger}"),
            format!("trigger \"{trigger}\" of table \"{label}\" fires for rows that Tandem writes"),
        );
    }
    for key in &table.foreign_keys {
        let filled = subject.mapping.tables.iter().any(|map| {
            map.target.schema == key.parent_schema && map.target.table == key.parent_table
        });
        if !filled {
            findings.add(
                Code::TargetParentUnmapped,
                format!("{label}.{}", key.name),
                format!(
                    "foreign key \"{}\" of table \"{label}\" refers to \"{}.{}\", which the mapping does not fill",
                    key.name, key.parent_schema, key.parent_table
                ),
            );
        }
    }
}
