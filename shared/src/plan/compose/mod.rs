//! From a table map that is more than one to one to its plan, with a second stage.
//!
//! Promise: what composes can run; what cannot be done says why. A map that is plain goes through [`super::compile`] and keeps its speed.

mod joins;
mod parts;
mod reads;
mod words;

pub(crate) use words::names as names_in;

use super::CompileError;
use super::adapter::{Adapter, Crosswalk, Scope};
use super::compile::orders_as_it_compares;
use super::table::{ColumnPlan, KeyField, LensPlan, SourceTable, TablePlan, TargetTable};
use crate::mapping::catalog::{Family, LegacyCatalog, LegacyTable};
use crate::mapping::check::Code;
use crate::mapping::document::TableMap;
use crate::mapping::drift::ShapeColumn;
use crate::mapping::keys::Keys;
use crate::types::UpgradeType;
use reads::Found;

/// What such a plan is compiled from.
#[derive(Clone, Copy)]
pub struct ComposeSpec<'a> {
    /// The number of the table within its link.
    pub table_no: u32,
    /// The link's key.
    pub link_key: u64,
    /// The link's name.
    pub link: &'a str,
    /// The family of the legacy server.
    pub family: Family,
    /// The legacy database.
    pub legacy: &'a LegacyCatalog,
    /// Tandem's own schema on the legacy server.
    pub outbox_schema: &'a str,
    /// The map.
    pub map: &'a TableMap,
    /// What its targets are, in the order of its parts.
    pub targets: &'a [TargetSpec],
    /// How each legacy table of the link gets its keys.
    pub keys: &'a [KeySource],
}

/// What the upgrade catalogue says of a target.
#[derive(Debug, Clone, Default)]
pub struct TargetSpec {
    /// Its columns.
    pub columns: Vec<UpgradeColumn>,
    /// The columns of its unique indexes.
    pub unique: Vec<Vec<String>>,
}

/// One column of a target.
#[derive(Debug, Clone)]
pub struct UpgradeColumn {
    /// Its name.
    pub name: String,
    /// Its type as `format_type` prints it.
    pub type_name: String,
    /// Its type.
    pub upgrade: UpgradeType,
    /// True for `GENERATED ALWAYS AS IDENTITY`.
    pub identity_always: bool,
}

/// How a legacy table of the link gets its upgrade keys.
#[derive(Debug, Clone)]
pub struct KeySource {
    /// The legacy table.
    pub table: String,
    /// Its number.
    pub table_no: u32,
    /// The rule.
    pub keys: Keys,
    /// Schema, table and column of the upgrade key: of the column map that refers to the table itself.
    pub column: Option<(String, String, String)>,
}

impl KeySource {
    /// How a map's table gets its keys.
    pub fn of(table_no: u32, map: &TableMap) -> Self {
        use crate::mapping::document::ColumnMap;
        let own = map.parts().find_map(|part| {
            part.columns.iter().find_map(|column| match column {
                ColumnMap::Reference { target, to, .. } if *to == map.source.table => Some((
                    part.target.schema.clone(),
                    part.target.table.clone(),
                    target.clone(),
                )),
                _ => None,
            })
        });
        Self {
            table: map.source.table.clone(),
            table_no,
            keys: map.keys.clone(),
            column: own,
        }
    }
}

/// A plan in the making.
struct Composer<'a> {
    spec: ComposeSpec<'a>,
    /// The source, then the joined tables.
    tables: Vec<&'a LegacyTable>,
    columns: Vec<ColumnPlan>,
    lenses: Vec<LensPlan>,
    scopes: Vec<Scope>,
    crosswalks: Vec<Crosswalk>,
    key_fields: Vec<KeyField>,
}

/// Compiles one table map.
pub fn compose(spec: &ComposeSpec<'_>) -> Result<TablePlan, CompileError> {
    let source = &spec.map.source;
    let tables = joins::tables(spec)?;
    let names = std::iter::once(&source.table).chain(source.joins.iter().map(|join| &join.name));
    let mut composer = Composer {
        spec: *spec,
        scopes: names
            .map(|name| Scope {
                name: name.clone(),
                columns: Vec::new(),
            })
            .collect(),
        tables,
        columns: Vec::new(),
        lenses: Vec::new(),
        crosswalks: Vec::new(),
        key_fields: Vec::new(),
    };
    let key = composer.key()?;
    let joins = composer.joins()?;
    if let Some(filter) = &source.filter {
        composer.expression(filter)?;
    }
    let targets = composer.targets()?;
    let legacy = composer.tables[0];
    let chunkable = source
        .key
        .iter()
        .all(|name| legacy.column(name).is_some_and(orders_as_it_compares));
    Ok(TablePlan {
        table_no: spec.table_no,
        fire_id: spec.link_key << 20 | u64::from(spec.table_no),
        source: SourceTable {
            database: spec.legacy.database.clone(),
            table: source.table.clone(),
            outbox_schema: spec.outbox_schema.to_owned(),
        },
        target: TargetTable {
            schema: spec.map.target.schema.clone(),
            table: spec.map.target.table.clone(),
        },
        shape: legacy.columns.iter().map(ShapeColumn::from).collect(),
        chunkable,
        key,
        joins,
        columns: composer.columns,
        lenses: composer.lenses,
        key_fields: composer.key_fields,
        adapter: Some(std::sync::Arc::new(Adapter {
            link: spec.link.to_owned(),
            scopes: composer.scopes,
            filter: source.filter.clone(),
            crosswalks: composer.crosswalks,
            targets,
        })),
    })
}

impl Composer<'_> {
    /// The key's own columns, first in the row.
    fn key(&mut self) -> Result<Vec<usize>, CompileError> {
        let source = &self.spec.map.source;
        if source.key.is_empty() {
            return Err(CompileError::KeyNotMapped {
                table: source.table.clone(),
                column: String::new(),
            });
        }
        source
            .key
            .iter()
            .map(|name| {
                let found = self.find(name)?;
                self.natural(found)
            })
            .collect()
    }

    /// Lets expressions name a field.
    fn scoped(&mut self, (from, column): Found<'_>, field: usize) {
        let Some(scope) = self.scopes.get_mut(from) else {
            return;
        };
        if !scope.columns.iter().any(|(name, _)| *name == column.name) {
            scope.columns.push((column.name.clone(), field));
        }
    }

    /// The place in the key of a field, when it is one of the key's.
    fn in_key(&self, field: usize) -> Option<usize> {
        let column = self.columns.get(field)?;
        let key = &self.spec.map.source.key;
        let own = column.from == 0;
        own.then(|| {
            key.iter()
                .position(|name| name.eq_ignore_ascii_case(&column.source))
        })?
    }

    fn wrong(&self, code: Code, reason: impl Into<String>) -> CompileError {
        CompileError::Map {
            table: self.spec.map.source.table.clone(),
            reason: reason.into(),
            code,
        }
    }
}

#[cfg(test)]
mod tests;
