//! The joined tables of a map.

use super::{ComposeSpec, Composer};
use crate::mapping::catalog::LegacyTable;
use crate::mapping::check::Code;
use crate::mapping::document::Join;
use crate::mapping::drift::ShapeColumn;
use crate::plan::CompileError;
use crate::plan::compile::declared_type;
use crate::plan::join::{JoinPlan, On};

/// The source and the joined tables.
pub(super) fn tables<'a>(spec: &ComposeSpec<'a>) -> Result<Vec<&'a LegacyTable>, CompileError> {
    let source = &spec.map.source;
    let names = std::iter::once(&source.table).chain(source.joins.iter().map(|join| &join.table));
    names
        .map(|name| {
            let found = spec.legacy.tables.iter().find(|table| table.name == *name);
            found.ok_or_else(|| CompileError::Map {
                table: source.table.clone(),
                reason: format!("legacy table \"{name}\" does not exist"),
                code: Code::JoinTableMissing,
            })
        })
        .collect()
}

impl Composer<'_> {
    /// The joins, in the order of the document.
    pub(super) fn joins(&self) -> Result<Vec<JoinPlan>, CompileError> {
        let joins = self.spec.map.source.joins.iter().enumerate();
        joins.map(|(at, join)| self.join(at + 1, join)).collect()
    }

    fn join(&self, number: usize, join: &Join) -> Result<JoinPlan, CompileError> {
        let table = self.tables[number];
        let mut on = Vec::new();
        for (name, equals) in &join.on {
            let column = table.column(name).ok_or_else(|| CompileError::NoColumn {
                table: table.name.clone(),
                column: name.clone(),
            })?;
            let (from, other) = self.find(equals)?;
            if from >= number {
                return Err(self.wrong(
                    Code::MapInvalid,
                    format!(
                        "join \"{}\" needs \"{equals}\", which comes after it",
                        join.name
                    ),
                ));
            }
            on.push(On {
                column: column.name.clone(),
                declared: declared_type(column),
                column_type: (column.column_type.clone(), column.collation.clone()),
                from,
                equals: other.name.clone(),
            });
        }
        if !is_unique(table, &on) {
            return Err(self.wrong(Code::JoinNotUnique, format!(
                "join \"{}\" may find several rows: no unique index of legacy table \"{}\" lies within the columns it is joined by",
                join.name, table.name
            )));
        }
        Ok(JoinPlan {
            name: join.name.clone(),
            table: table.name.clone(),
            on,
            shape: table.columns.iter().map(ShapeColumn::from).collect(),
        })
    }
}

/// True when at most one row has given values in these columns.
fn is_unique(table: &LegacyTable, on: &[On]) -> bool {
    table.indexes.iter().any(|index| {
        index.unique
            && !index.columns.is_empty()
            && index.columns.iter().all(|part| {
                let named = |name: &str| on.iter().any(|on| on.column.eq_ignore_ascii_case(name));
                part.name.as_deref().is_some_and(named)
            })
    })
}
