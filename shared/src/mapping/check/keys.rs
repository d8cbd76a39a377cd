//! The key of one table map, on both sides.

use super::code::Code;
use super::coverage::unmap;
use super::finding::Findings;
use super::{Ends, Subject};
use crate::mapping::catalog::{LegacyIndex, LegacyTable};
use crate::mapping::collation::Equality;
use crate::mapping::target::{TargetTable, TargetUniqueIndex};

pub(super) fn check(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    if !check_source(subject, ends, findings) {
        return;
    }
    check_mapped(ends, findings);
    if let (Some(table), Some(key)) = (ends.target, ends.target_key()) {
        check_target(ends, table, &key, findings);
    }
}

/// The key of the legacy table by itself; false when there is none.
pub(super) fn check_source(
    subject: &Subject<'_>,
    ends: &Ends<'_>,
    findings: &mut Findings,
) -> bool {
    let name = &ends.map.source.table;
    if ends.map.source.key.is_empty() {
        findings.add_with_hint(
            Code::TableWithoutKey,
            name,
            format!("legacy table \"{name}\" has no key in the mapping"),
            format!(
                "Add a primary key to the legacy table and map it, or leave the table out with {}.",
                unmap(subject, name)
            ),
        );
        return false;
    }
    if let Some(table) = ends.legacy {
        check_legacy(subject, ends, table, findings);
    }
    true
}

fn check_legacy(
    subject: &Subject<'_>,
    ends: &Ends<'_>,
    table: &LegacyTable,
    findings: &mut Findings,
) {
    let key = &ends.map.source.key;
    if !table
        .indexes
        .iter()
        .any(|index| identifies(table, index, key))
    {
        findings.add(
            Code::LegacyKeyNotUnique,
            &table.name,
            format!(
                "({}) is not unique in legacy table \"{}\"",
                key.join(", "),
                table.name
            ),
        );
    }
    for name in key {
        let Some(column) = table.column(name) else {
            continue;
        };
        // An enum's or a set's value is its label, in the label's own spelling.
        if matches!(column.data_type.as_str(), "enum" | "set") {
            continue;
        }
        let equality = Equality::of(column, subject.server.family);
        if let Some(equality) = equality.filter(|equality| equality.is_loose()) {
            findings.add(
                Code::KeyCollationLoose,
                ends.legacy_part(name),
                format!(
                    "collation {} of key column \"{name}\" of legacy table \"{}\" ignores {}",
                    column.collation.as_deref().unwrap_or_default(),
                    table.name,
                    equality.ignored()
                ),
            );
        }
    }
}

/// True when the index is unique over whole, NOT NULL columns, all of them of the key. The primary key counts with its prefixes too: where
/// the starts are unique, the columns are.
fn identifies(table: &LegacyTable, index: &LegacyIndex, key: &[String]) -> bool {
    index.unique
        && !index.columns.is_empty()
        && index.columns.iter().all(|part| {
            part.name.as_deref().is_some_and(|name| {
                let in_key = key.iter().any(|column| column.eq_ignore_ascii_case(name));
                in_key && table.column(name).is_some_and(|column| !column.nullable)
            })
        })
}

fn check_mapped(ends: &Ends<'_>, findings: &mut Findings) {
    for name in &ends.map.source.key {
        if ends.target_of(name).is_none() {
            findings.add(
                Code::KeyNotMapped,
                ends.legacy_part(name),
                format!(
                    "key column \"{name}\" of legacy table \"{}\" is not mapped",
                    ends.map.source.table
                ),
            );
        }
    }
}

fn check_target(ends: &Ends<'_>, table: &TargetTable, key: &[&str], findings: &mut Findings) {
    let is_key = |index: &TargetUniqueIndex| {
        index.usable
            && index.columns.len() == key.len()
            && index
                .columns
                .iter()
                .all(|column| column.as_deref().is_some_and(|name| key.contains(&name)))
    };
    if table.is_table && !table.unique_indexes.iter().any(is_key) {
        findings.add(
            Code::TargetKeyNotUnique,
            table.label(),
            format!(
                "({}) is not unique in table \"{}\"",
                key.join(", "),
                table.label()
            ),
        );
    }
    let Some(legacy) = ends.legacy else { return };
    for index in table.unique_indexes.iter().filter(|index| !is_key(index)) {
        if !is_unique_there(ends, legacy, index) {
            findings.add(
                Code::TargetUniqueStricter,
                format!("{}.{}", table.label(), index.name),
                format!(
                    "nothing keeps the rows of legacy table \"{}\" from violating unique index \"{}\" of table \"{}\"",
                    legacy.name,
                    index.name,
                    table.label()
                ),
            );
        }
    }
}

/// True when some unique legacy index lies within the index's columns. The index may be on the start of a column: then the scaffold made it.
fn is_unique_there(ends: &Ends<'_>, legacy: &LegacyTable, index: &TargetUniqueIndex) -> bool {
    let on_expression = index.columns.iter().any(Option::is_none);
    let in_index = |name: &str| {
        ends.target_of(name).is_some_and(|target| {
            index
                .columns
                .iter()
                .any(|column| column.as_deref() == Some(target))
        })
    };
    legacy
        .indexes
        .iter()
        .filter(|index| index.unique)
        .any(|unique| {
            unique.columns.iter().all(|part| {
                let named = part.name.as_deref().is_some_and(in_index);
                if part.prefix.is_some() {
                    on_expression
                } else {
                    named
                }
            })
        })
}
