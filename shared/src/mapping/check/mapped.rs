//! A table map that is more than one to one: every column map of every part, what nothing reads or fills, and whether the whole composes.

use super::code::Code;
use super::columns::{check_unfilled, mismatch};
use super::finding::Findings;
use super::{Ends, Subject, keys};
use crate::mapping::catalog::{LegacyColumn, LegacyTable};
use crate::mapping::document::{ColumnMap, TableMap};
use crate::mapping::target::TargetTable;
use crate::plan::{
    CompileError, ComposeSpec, KeySource, TargetSpec, UpgradeColumn, compose, names_in,
};
use std::collections::HashSet;

pub(super) fn check(subject: &Subject<'_>, map: &TableMap, findings: &mut Findings) {
    let first = Ends::of(subject, map, 0);
    keys::check_source(subject, &first, findings);
    let before = findings.errors();
    for (at, _) in map.parts().enumerate() {
        check_part(subject, &Ends::of(subject, map, at), findings);
    }
    if let Some(table) = first.legacy {
        check_unread(&first, table, findings);
    }
    if findings.errors() == before {
        check_whole(subject, map, findings);
    }
}

fn check_part(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    let Some(table) = ends.target else { return };
    let label = ends.target_label();
    let mut written = HashSet::new();
    for map in ends.part.columns {
        for name in map.targets() {
            let object = format!("{label}.{name}");
            if !written.insert(name) {
                let message = format!("two columns are mapped to \"{name}\" of table \"{label}\"");
                findings.add(Code::ColumnMappedTwice, &object, message);
            }
            match table.column(name) {
                None => {
                    let message = format!("column \"{name}\" of table \"{label}\" does not exist");
                    findings.add(Code::TargetColumnMissing, &object, message);
                }
                Some(column) if column.generated => {
                    let message = format!("column \"{name}\" of table \"{label}\" is generated");
                    findings.add(Code::TargetColumnGenerated, &object, message);
                }
                Some(_) => {}
            }
        }
        check_map(subject, ends, table, map, findings);
    }
    check_unfilled(table, &written, findings);
    for column in &table.columns {
        let name = column.name.as_str();
        if !written.contains(name) && (!column.not_null || column.has_default) && !column.generated
        {
            findings.add(
                Code::TargetColumnUnmapped,
                format!("{label}.{name}"),
                format!("column \"{name}\" of table \"{label}\" is filled by nothing"),
            );
        }
    }
}

fn check_map(
    subject: &Subject<'_>,
    ends: &Ends<'_>,
    table: &TargetTable,
    map: &ColumnMap,
    findings: &mut Findings,
) {
    let mut inputs = Vec::new();
    for name in map.sources() {
        match legacy_column(subject, ends.map, name) {
            Some(column) => inputs.push(column),
            None => findings.add(
                Code::LegacyColumnMissing,
                ends.legacy_part(name),
                format!(
                    "column \"{name}\" of legacy table \"{}\" does not exist",
                    ends.map.source.table
                ),
            ),
        }
    }
    let targets = map.targets();
    let outputs: Vec<_> = targets
        .iter()
        .filter_map(|name| table.column(name))
        .collect();
    if inputs.len() != map.sources().len() || outputs.len() != targets.len() {
        return;
    }
    let types: Vec<_> = outputs.iter().map(|column| &column.upgrade).collect();
    let family = subject.server.family;
    let wrong = mismatch(map, &inputs, family, &types);
    if let Some(reason) = wrong {
        let object = ends.legacy_part(&map.sources().join(", "));
        findings.add(Code::TypesDoNotMeet, object, reason);
    }
    if let (ColumnMap::Copy { source, .. }, [input], [output]) =
        (map, inputs.as_slice(), outputs.as_slice())
    {
        let looked_up = source.contains('.');
        if (input.nullable || looked_up) && output.not_null {
            let object = ends.legacy_part(source);
            let message = format!(
                "column \"{object}\" may be NULL, column \"{}.{}\" may not",
                ends.target_label(),
                output.name
            );
            findings.add(Code::NullRefused, &object, message);
        }
    }
}

/// A column by the name that the document has for it.
fn legacy_column<'a>(
    subject: &Subject<'a>,
    map: &TableMap,
    name: &str,
) -> Option<&'a LegacyColumn> {
    if let Some((join, column)) = name.split_once('.') {
        let join = map.source.joins.iter().find(|known| known.name == join);
        if let Some(join) = join {
            return subject.legacy_table(&join.table)?.column(column);
        }
    }
    subject.legacy_table(&map.source.table)?.column(name)
}

/// Legacy columns that neither a column map nor an expression nor a join reads.
fn check_unread(ends: &Ends<'_>, table: &LegacyTable, findings: &mut Findings) {
    let map = ends.map;
    let mut read: HashSet<String> = map.source.key.iter().cloned().collect();
    let on = map.source.joins.iter().flat_map(|join| join.on.values());
    read.extend(on.cloned());
    let columns = || map.parts().flat_map(|part| part.columns);
    read.extend(columns().flat_map(ColumnMap::sources).map(str::to_owned));
    let mut expressions: Vec<&str> = map.source.filter.iter().map(String::as_str).collect();
    expressions.extend(map.parts().filter_map(|part| part.when));
    expressions.extend(columns().filter_map(|column| match column {
        ColumnMap::Sql { up, .. } => Some(up.as_str()),
        _ => None,
    }));
    for names in expressions.into_iter().flat_map(names_in) {
        match names.as_slice() {
            [name] => read.insert(name.clone()),
            [table, name, ..] if *table == map.source.table => read.insert(name.clone()),
            _ => false,
        };
    }
    for column in table.columns.iter().filter(|column| !column.generated()) {
        let is_read = read
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&column.name));
        if !is_read {
            findings.add(
                Code::ColumnUnmapped,
                ends.legacy_part(&column.name),
                format!(
                    "column \"{}\" of legacy table \"{}\" is not mapped",
                    column.name, table.name
                ),
            );
        }
    }
}

/// What is wrong with the map as a whole, the first thing of it.
fn check_whole(subject: &Subject<'_>, map: &TableMap, findings: &mut Findings) {
    let mut targets = Vec::new();
    for part in map.parts() {
        let Some(table) = subject
            .target
            .table(&part.target.schema, &part.target.table)
        else {
            return;
        };
        targets.push(target_spec(table));
    }
    if subject.legacy_table(&map.source.table).is_none() {
        return;
    }
    let numbered = subject.mapping.tables.iter().zip(1..);
    let keys: Vec<KeySource> = numbered
        .map(|(map, number)| KeySource::of(number, map))
        .collect();
    let composed = compose(&ComposeSpec {
        table_no: 1,
        link_key: 1,
        link: subject.link,
        family: subject.server.family,
        legacy: subject.legacy,
        outbox_schema: subject.own_schema,
        map,
        targets: &targets,
        keys: &keys,
    });
    if let Err(error) = composed {
        let code = match &error {
            CompileError::Map { code, .. } => *code,
            _ => Code::MapInvalid,
        };
        findings.add(code, &map.source.table, error.to_string());
    }
}

/// A target as the compiler wants it.
fn target_spec(table: &TargetTable) -> TargetSpec {
    let columns = table.columns.iter();
    let usable = table.unique_indexes.iter().filter(|index| index.usable);
    TargetSpec {
        columns: columns
            .map(|column| UpgradeColumn {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
                upgrade: column.upgrade.clone(),
                identity_always: false,
            })
            .collect(),
        unique: usable
            .filter_map(|index| index.columns.iter().cloned().collect())
            .collect(),
    }
}
