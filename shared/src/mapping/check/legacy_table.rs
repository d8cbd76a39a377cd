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
    check_cascades(subject, table, findings);
    check_triggers(subject, name, findings);
    if table.system_versioned {
        findings.add(
            Code::HistoryStays,
            name,
            format!("legacy table \"{name}\" keeps the history of its rows"),
        );
    }
}

/// One finding for all foreign keys whose parents are in the link's database and get a trigger, one for all others.
fn check_cascades(subject: &Subject<'_>, table: &LegacyTable, findings: &mut Findings) {
    let is_watched = |key: &&LegacyForeignKey| key.parent_database == subject.legacy.database;
    let (watched, unwatched): (Vec<_>, Vec<_>) = table.foreign_keys.iter().partition(is_watched);
    for (code, keys) in [
        (Code::CascadeNotified, watched),
        (Code::CascadeFromElsewhere, unwatched),
    ] {
        let database = &subject.legacy.database;
        let cascades: Vec<String> = keys
            .into_iter()
            .filter_map(|key| cascade(key, database))
            .collect();
        if !cascades.is_empty() {
            findings.add(
                code,
                &table.name,
                format!(
                    "foreign keys change rows of legacy table \"{}\": {}",
                    table.name,
                    cascades.join("; ")
                ),
            );
        }
    }
}

/// How a foreign key changes children: `"fk" to "parent" ON DELETE CASCADE`, with the parent's database when it is not this one; `None` when it
/// only refuses.
fn cascade(key: &LegacyForeignKey, database: &str) -> Option<String> {
    let elsewhere = key.parent_database != database;
    let parent = if elsewhere {
        format!("\"{}\".\"{}\"", key.parent_database, key.parent_table)
    } else {
        format!("\"{}\"", key.parent_table)
    };
    let rules: String = [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)]
        .into_iter()
        .filter(|(_, rule)| CHANGING.contains(&rule.as_str()))
        .map(|(event, rule)| format!(" ON {event} {rule}"))
        .collect();
    (!rules.is_empty()).then(|| format!("\"{}\" to {parent}{rules}", key.name))
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
