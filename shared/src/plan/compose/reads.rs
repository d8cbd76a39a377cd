//! What is read of a legacy row, and in which fields of the batch's row it stands.

use super::Composer;
use super::words::names;
use crate::mapping::catalog::LegacyColumn;
use crate::mapping::misfit::Misfit;
use crate::plan::CompileError;
use crate::plan::compile::declared_type;
use crate::plan::edge::Edge;
use crate::plan::table::ColumnPlan;
use crate::types::{Codec, UpgradeType, named_type, natural_type};

/// A legacy column: the table (0 for the source, else the number of a join), and the column.
pub(super) type Found<'a> = (usize, &'a LegacyColumn);

impl<'a> Composer<'a> {
    /// The column of that name: of the source, or `join.column`.
    pub(super) fn find(&self, name: &str) -> Result<Found<'a>, CompileError> {
        let found = match name.split_once('.') {
            Some((join, column)) => self
                .position(join)
                .and_then(|from| Some((from, self.tables.get(from)?.column(column)?))),
            None => None,
        };
        let own = || self.tables.first().and_then(|table| table.column(name));
        found
            .or_else(|| Some((0, own()?)))
            .ok_or_else(|| CompileError::NoColumn {
                table: self.spec.map.source.table.clone(),
                column: name.to_owned(),
            })
    }

    /// The number of the table that expressions call so.
    fn position(&self, name: &str) -> Option<usize> {
        let source = &self.spec.map.source;
        if source.table == name {
            return Some(0);
        }
        let at = source.joins.iter().position(|join| join.name == name)?;
        Some(at + 1)
    }

    /// The field of a column that has been encoded as it is, in that type.
    pub(super) fn copied(
        &mut self,
        (from, column): Found<'_>,
        upgrade: &UpgradeType,
        type_name: &str,
        misfit: &Misfit,
    ) -> Result<usize, CompileError> {
        let known = self.columns.iter().position(|known| {
            known.carried
                && known.from == from
                && known.source == column.name
                && known.target_type == type_name
                && known.codec.misfit() == misfit
                && known.codec.lens().is_none()
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let cannot = |reason: String| CompileError::Type {
            table: self.spec.map.source.table.clone(),
            column: column.name.clone(),
            reason,
        };
        let codec = Codec::compile(column, self.spec.family, upgrade)
            .map_err(|mismatch| cannot(mismatch.to_string()))?
            .with_misfit(misfit)
            .map_err(cannot)?;
        Ok(self.push((from, column), type_name, codec, true))
    }

    /// The field of a column in the type that expressions get it in.
    pub(super) fn natural(&mut self, found: Found<'_>) -> Result<usize, CompileError> {
        let (from, column) = found;
        let declared = &self.spec.map.source.types;
        let label = match from.checked_sub(1) {
            Some(at) => format!("{}.{}", self.spec.map.source.joins[at].name, column.name),
            None => column.name.clone(),
        };
        let upgrade = match declared.get(&label) {
            Some(name) => named_type(name).ok_or_else(|| CompileError::Type {
                table: self.spec.map.source.table.clone(),
                column: label,
                reason: format!("type {name} is not one that an expression can get"),
            })?,
            None => natural_type(column, self.spec.family),
        };
        self.copied(found, &upgrade, &upgrade.to_string(), &Misfit::NONE)
    }

    /// The position of a column's value in the row that is read, for a lens.
    pub(super) fn read(&mut self, (from, column): Found<'_>) -> Result<usize, CompileError> {
        let plain = |known: &ColumnPlan| {
            known.from == from && known.source == column.name && known.codec.lens().is_none()
        };
        if let Some(known) = self.columns.iter().position(plain) {
            return Ok(known);
        }
        let upgrade = natural_type(column, self.spec.family);
        let codec = Codec::compile(column, self.spec.family, &upgrade).map_err(|mismatch| {
            CompileError::Type {
                table: self.spec.map.source.table.clone(),
                column: column.name.clone(),
                reason: mismatch.to_string(),
            }
        })?;
        Ok(self.push((from, column), "text", codec, false))
    }

    /// Adds a column to what is read.
    pub(super) fn push(
        &mut self,
        (from, column): Found<'_>,
        type_name: &str,
        codec: Codec,
        carried: bool,
    ) -> usize {
        let at = self.columns.len();
        self.columns.push(ColumnPlan {
            source: column.name.clone(),
            source_type: declared_type(column),
            collated: column.collation.is_some(),
            edge: Edge::of(column),
            target: format!("f{}", at + 1),
            target_type: type_name.to_owned(),
            identity_always: false,
            codec,
            from,
            carried,
        });
        at
    }

    /// Makes the columns that an expression names fields; returns their positions.
    pub(super) fn expression(&mut self, sql: &str) -> Result<Vec<usize>, CompileError> {
        let mut fields = Vec::new();
        for parts in names(sql) {
            let found = match parts.as_slice() {
                [name] => self.anywhere(name),
                [table, name, ..] => self
                    .position(table)
                    .and_then(|from| Some((from, exactly(self.tables.get(from)?, name)?))),
                [] => None,
            };
            let Some(found) = found else { continue };
            let field = self.natural(found)?;
            self.scoped(found, field);
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Ok(fields)
    }

    /// The first table's column of that name, the source first.
    fn anywhere(&self, name: &str) -> Option<Found<'a>> {
        let mut tables = self.tables.iter().enumerate();
        tables.find_map(|(from, table)| Some((from, exactly(table, name)?)))
    }
}

/// Unlike the legacy server PostgreSQL tells names apart by case.
fn exactly<'a>(
    table: &'a crate::mapping::catalog::LegacyTable,
    name: &str,
) -> Option<&'a LegacyColumn> {
    table.columns.iter().find(|column| column.name == name)
}
