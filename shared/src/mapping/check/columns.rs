//! The columns of one table map.

use super::code::Code;
use super::finding::Findings;
use super::{Ends, Subject};
use crate::mapping::catalog::{Family, LegacyColumn, LegacyTable};
use crate::mapping::document::ColumnMap;
use crate::mapping::target::{TargetColumn, TargetTable};
use crate::types::{Codec, UpgradeType};
use std::collections::HashSet;

pub(super) fn check(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    let mut written = HashSet::new();
    for column in ends.part.columns {
        if !written.insert(column.target()) {
            let label = ends.target_label();
            findings.add(
                Code::ColumnMappedTwice,
                format!("{label}.{}", column.target()),
                format!(
                    "two columns are mapped to \"{}\" of table \"{label}\"",
                    column.target()
                ),
            );
        }
        check_one(subject, ends, column, findings);
    }
    if let Some(table) = ends.legacy {
        check_unmapped(ends, table, findings);
    }
    if let Some(table) = ends.target {
        check_unfilled(table, &written, findings);
    }
}

fn check_one(subject: &Subject<'_>, ends: &Ends<'_>, map: &ColumnMap, findings: &mut Findings) {
    let legacy = ends.legacy.map(|table| table.column(map.source()));
    let target = ends.target.map(|table| (table, table.column(map.target())));
    if legacy == Some(None) {
        findings.add(
            Code::LegacyColumnMissing,
            ends.legacy_part(map.source()),
            format!(
                "column \"{}\" of legacy table \"{}\" does not exist",
                map.source(),
                ends.map.source.table
            ),
        );
    }
    let Some((table, found)) = target else { return };
    let object = format!("{}.{}", table.label(), map.target());
    let Some(column) = found else {
        findings.add(
            Code::TargetColumnMissing,
            object,
            format!(
                "column \"{}\" of table \"{}\" does not exist",
                map.target(),
                table.label()
            ),
        );
        return;
    };
    if column.generated {
        findings.add(
            Code::TargetColumnGenerated,
            object,
            format!(
                "column \"{}\" of table \"{}\" is generated",
                map.target(),
                table.label()
            ),
        );
        return;
    }
    let Some(legacy) = legacy.flatten() else {
        return;
    };
    let name = ends.legacy_part(map.source());
    if let Some(reason) = mismatch(map, &[legacy], subject.server.family, &[&column.upgrade]) {
        findings.add(Code::TypesDoNotMeet, &name, reason);
    }
    let fills_nulls = matches!(map, ColumnMap::Default(_));
    if legacy.nullable && column.not_null && !fills_nulls {
        findings.add(
            Code::NullRefused,
            &name,
            format!("column \"{name}\" may be NULL, column \"{object}\" may not"),
        );
    }
}

/// Why these legacy columns cannot become these upgrade columns in the way that the map says, in one line; `None` when they can.
pub(super) fn mismatch(
    map: &ColumnMap,
    inputs: &[&LegacyColumn],
    family: Family,
    outputs: &[&UpgradeType],
) -> Option<String> {
    match (map, inputs, outputs) {
        (ColumnMap::Copy { misfit, .. }, [input], [output]) => {
            Codec::compile(input, family, output)
                .map_err(|mismatch| mismatch.to_string())
                .and_then(|codec| codec.with_misfit(misfit))
                .err()
        }
        _ => map.lens(inputs, family, outputs).and_then(Result::err),
    }
}

/// Legacy columns that nothing reads. A generated one has its value from the others.
fn check_unmapped(ends: &Ends<'_>, table: &LegacyTable, findings: &mut Findings) {
    for column in table.columns.iter().filter(|column| !column.generated()) {
        if ends.target_of(&column.name).is_none() {
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

pub(super) fn check_unfilled(
    table: &TargetTable,
    written: &HashSet<&str>,
    findings: &mut Findings,
) {
    let needs_value = |column: &&TargetColumn| {
        column.not_null && !column.has_default && !written.contains(column.name.as_str())
    };
    for column in table.columns.iter().filter(needs_value) {
        findings.add(
            Code::TargetColumnUnfilled,
            format!("{}.{}", table.label(), column.name),
            format!(
                "column \"{}\" of table \"{}\" is NOT NULL and nothing fills it",
                column.name,
                table.label()
            ),
        );
    }
}
