//! One mapped legacy table.

use super::code::Code;
use super::coverage::unmap;
use super::finding::Findings;
use super::{Ends, Subject};
use crate::mapping::catalog::{LegacyForeignKey, LegacyTable};

/// Engines that commit together with InnoDB's outbox.
const TRANSACTIONAL: [&str; 2] = ["InnoDB", "ROCKSDB"];
/// Rules by which the server changes children itself.
const CHANGING: [&str; 3] = ["CASCADE", "SET NULL", "SET DEFAULT"];

pub(super) fn check(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    let name = &ends.map.source.table;
    let Some(table) = ends.legacy else {
        findings.add(
            Code::LegacyTableMissing,
            name,
            format!("legacy table \"{name}\" does not exist"),
        );
        return;
    };
    if !TRANSACTIONAL
        .iter()
        .any(|engine| engine.eq_ignore_ascii_case(&table.engine))
    {
        findings.add_with_hint(
            Code::EngineNotTransactional,
            name,
            format!("legacy table \"{name}\" is of engine {}", table.engine),
            format!(
                "Convert the table with ALTER TABLE ... ENGINE=InnoDB, or leave it out with {}.",
                unmap(subject, name)
            ),
        );
    }
    for key in &table.foreign_keys {
        check_cascade(subject, table, key, findings);
    }
    check_triggers(subject, name, findings);
    if table.partitioned {
        findings.add(
            Code::PartitionChangesUnseen,
            name,
            format!("legacy table \"{name}\" is partitioned"),
        );
    }
    if table.system_versioned {
        findings.add(
            Code::HistoryStays,
            name,
            format!("legacy table \"{name}\" keeps the history of its rows"),
        );
    }
}

fn check_cascade(
    subject: &Subject<'_>,
    table: &LegacyTable,
    key: &LegacyForeignKey,
    findings: &mut Findings,
) {
    let mut rules = Vec::new();
    for (event, rule) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if CHANGING.contains(&rule.as_str()) {
            rules.push(format!("ON {event} {rule}"));
        }
    }
    if rules.is_empty() {
        return;
    }
    let object = format!("{}.{}", table.name, key.name);
    let message = format!(
        "foreign key \"{}\" of legacy table \"{}\" to \"{}\" has {}",
        key.name,
        table.name,
        key.parent_table,
        rules.join(" and ")
    );
    let near =
        key.parent_database == subject.legacy.database && subject.is_mapped(&key.parent_table);
    let code = if near {
        Code::CascadeUnseen
    } else {
        Code::CascadeFromElsewhere
    };
    findings.add(code, object, message);
}

fn check_triggers(subject: &Subject<'_>, table: &str, findings: &mut Findings) {
    let own = format!("{}_", subject.own_schema);
    let names: Vec<String> = subject
        .legacy
        .others
        .iter()
        .filter(|object| object.kind == "trigger" && object.table.as_deref() == Some(table))
        .filter(|object| !object.name.starts_with(&own))
        .map(|object| match &object.detail {
            Some(detail) => format!("\"{}\" ({detail})", object.name),
            None => format!("\"{}\"", object.name),
        })
        .collect();
    if !names.is_empty() {
        findings.add(
            Code::TriggersOfApplication,
            table,
            format!(
                "legacy table \"{table}\" has triggers: {}",
                names.join(", ")
            ),
        );
    }
}
