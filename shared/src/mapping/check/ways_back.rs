//! What a map breaks: foreign keys of its target, and the way back of what is written on the upgrade side.

use super::code::Code;
use super::finding::Findings;
use super::{Ends, Subject};
use crate::mapping::document::{ColumnMap, Route};

/// A foreign key column that is copied although its parent's keys are handed out anew.
pub(super) fn check_references(subject: &Subject<'_>, ends: &Ends<'_>, findings: &mut Findings) {
    let Some(table) = ends.target else { return };
    for key in &table.foreign_keys {
        let parents = subject.mapping.tables.iter().filter(|map| {
            map.target.schema == key.parent_schema && map.target.table == key.parent_table
        });
        for parent in parents.filter(|parent| !parent.keys.is_legacy()) {
            let handed_out = |name: &str| {
                parent.columns.iter().any(|column| {
                    matches!(column, ColumnMap::Reference { target, to, .. } if target == name && *to == parent.source.table)
                })
            };
            for (column, parent_column) in key.columns.iter().zip(&key.parent_columns) {
                let copied =
                    ends.part.columns.iter().any(
                        |map| matches!(map, ColumnMap::Copy { target, .. } if target == column),
                    );
                if copied && handed_out(parent_column) {
                    findings.add(
                        Code::ReferenceByCopy,
                        format!("{}.{column}", ends.target_label()),
                        format!(
                            "column \"{column}\" of table \"{}\" is copied, the keys of \"{}.{}\" that it refers to are handed out anew",
                            ends.target_label(),
                            key.parent_schema,
                            key.parent_table
                        ),
                    );
                }
            }
        }
    }
}

/// Columns without a proved way back, where writes are to go back.
pub(super) fn check_way_back(ends: &Ends<'_>, findings: &mut Findings) {
    if ends.map.route == Route::Local {
        return;
    }
    for map in ends.part.columns {
        if let ColumnMap::Sql { target, down, .. } = map
            && down.is_empty()
        {
            findings.add(
                Code::ColumnOneWay,
                format!("{}.{target}", ends.target_label()),
                format!(
                    "column \"{target}\" of table \"{}\" has no way back",
                    ends.target_label()
                ),
            );
        }
    }
}
