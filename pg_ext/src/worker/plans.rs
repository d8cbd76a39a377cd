//! Compiling a link's mapping against both catalogues.

use std::sync::Arc;

use pgrx::PgSqlErrorCode;
use tandem_shared::mapping::catalog::{Family, LegacyCatalog};
use tandem_shared::mapping::document::TableMap;
use tandem_shared::plan::{ColumnSpec, TablePlan, TableSpec, TargetTable, compile};

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
    tables
        .into_iter()
        .map(|table| {
            let columns = catalog::columns(&table.map.target.schema, &table.map.target.table)?;
            let plan = one(link, options, catalog, &table, &columns).map(Arc::new);
            Ok(Planned { table, plan })
        })
        .collect()
}

fn one(
    link: &Link,
    options: &LinkOptions,
    legacy: &LegacyCatalog,
    table: &Table,
    columns: &[TargetColumn],
) -> Result<TablePlan> {
    let map = &table.map;
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
        return Err(object(format!(
            "table \"{}.{}\" does not exist",
            map.target.schema, map.target.table
        )));
    }
    let specs = column_specs(map, columns)?;
    let family: Family = link.family;
    compile(&TableSpec {
        table_no: table.number,
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
