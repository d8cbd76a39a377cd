//! Compiling a link's mapping against both catalogues.

use std::sync::Arc;

use pgrx::PgSqlErrorCode;
use tandem_shared::mapping::catalog::{Family, LegacyCatalog};
use tandem_shared::mapping::document::TableMap;
use tandem_shared::plan::{
    ColumnSpec, ComposeSpec, KeySource, TablePlan, TableSpec, TargetSpec, TargetTable,
    UpgradeColumn, compile, compose,
};

use crate::legacy::options::LinkOptions;
use crate::report::{Failure, Result};
use crate::state::link::Link;
use crate::state::table::Table;
use crate::upgrade::catalog::{self, TargetColumn};

/// A table with its plan, or with why it has none.
pub struct Planned {
    /// The table.
    pub table: Table,
    /// Its plan.
    pub plan: Result<Arc<TablePlan>>,
}

/// Compiles every table. Called in a transaction.
pub fn compile_all(
    link: &Link,
    options: &LinkOptions,
    catalog: &LegacyCatalog,
    tables: Vec<Table>,
) -> Result<Vec<Planned>> {
    let keys: Vec<KeySource> = tables
        .iter()
        .map(|table| KeySource::of(table.number, &table.map))
        .collect();
    tables
        .into_iter()
        .map(|table| {
            let plan = compile_one(link, options, catalog, (table.number, &table.map), &keys)?;
            let plan = plan.map(Arc::new);
            Ok(Planned { table, plan })
        })
        .collect()
}

/// Compiles one table's map. The outer error is one of reading the catalogue, the inner one is the map's.
pub fn compile_one(
    link: &Link,
    options: &LinkOptions,
    legacy: &LegacyCatalog,
    (number, map): (u32, &TableMap),
    keys: &[KeySource],
) -> Result<Result<TablePlan>> {
    if map.is_plain() {
        let columns = catalog::columns(&map.target.schema, &map.target.table)?;
        return Ok(one(link, options, legacy, (number, map), &columns));
    }
    let mut targets = Vec::new();
    for part in map.parts() {
        let target = target_spec(&part.target.schema, &part.target.table)?;
        if target.columns.is_empty() {
            return Ok(Err(no_table(&part.target.schema, &part.target.table)));
        }
        targets.push(target);
    }
    let composed = compose(&ComposeSpec {
        table_no: number,
        link_key: link.key,
        link: &link.name,
        family: link.family,
        legacy,
        outbox_schema: &options.outbox_schema,
        map,
        targets: &targets,
        keys,
    });
    Ok(composed.map_err(|error| {
        Failure::new(PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH, error.to_string())
    }))
}

/// What the catalogue says of a target.
fn target_spec(schema: &str, table: &str) -> Result<TargetSpec> {
    let columns = catalog::columns(schema, table)?.into_iter();
    Ok(TargetSpec {
        columns: columns
            .map(|column| UpgradeColumn {
                name: column.name,
                type_name: column.type_name,
                upgrade: column.upgrade,
                identity_always: column.identity_always,
            })
            .collect(),
        unique: catalog::unique_columns(schema, table)?,
    })
}

fn no_table(schema: &str, table: &str) -> Failure {
    Failure::new(
        PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
        format!("table \"{schema}.{table}\" does not exist"),
    )
}

fn one(
    link: &Link,
    options: &LinkOptions,
    legacy: &LegacyCatalog,
    (number, map): (u32, &TableMap),
    columns: &[TargetColumn],
) -> Result<TablePlan> {
    let object = |message: String| Failure::new(PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT, message);
    let source = legacy
        .tables
        .iter()
        .find(|candidate| candidate.name == map.source.table)
        .ok_or_else(|| {
            object(format!(
                "legacy table \"{}\" does not exist",
                map.source.table
            ))
        })?;
    if columns.is_empty() {
        return Err(no_table(&map.target.schema, &map.target.table));
    }
    let specs = column_specs(map, columns)?;
    let family: Family = link.family;
    compile(&TableSpec {
        table_no: number,
        link_key: link.key,
        family,
        database: &legacy.database,
        outbox_schema: &options.outbox_schema,
        legacy: source,
        key: &map.source.key,
        target: TargetTable {
            schema: map.target.schema.clone(),
            table: map.target.table.clone(),
        },
        columns: &specs,
    })
    .map_err(|error| Failure::new(PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH, error.to_string()))
}

fn column_specs<'a>(map: &'a TableMap, columns: &'a [TargetColumn]) -> Result<Vec<ColumnSpec<'a>>> {
    map.columns
        .iter()
        .map(|column| {
            let target = columns
                .iter()
                .find(|candidate| candidate.name == column.target())
                .ok_or_else(|| {
                    let message = format!(
                        "column \"{}\" of table \"{}.{}\" does not exist",
                        column.target(),
                        map.target.schema,
                        map.target.table
                    );
                    Failure::new(PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN, message)
                })?;
            Ok(ColumnSpec {
                source: column.source(),
                target: &target.name,
                target_type: &target.type_name,
                upgrade: &target.upgrade,
                identity_always: target.identity_always,
                misfit: column.misfit(),
                map: Some(column),
            })
        })
        .collect()
}
