//! What a check finds by trying: statements on this server, rows of the legacy tables, the legacy server's copy of the mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use pgrx::Spi;
use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::mapping::check::Probe;
use tandem_shared::mapping::document::ColumnMap;
use tandem_shared::plan::sql::adapter;
use tandem_shared::plan::{KeySource, TablePlan};

use super::legacy::ask;
use crate::legacy::chunk::{Range, end_of_chunk, read_chunk};
use crate::legacy::install::mapping::remembered;
use crate::legacy::options::LinkOptions;
use crate::report::Result;
use crate::state::link::Link;
use crate::state::mapping;
use crate::state::table::Table;
use crate::upgrade::transaction::subtransaction;
use crate::worker::plans::compile_one;

/// Has PostgreSQL parse and plan the statements of every map with a second stage. What does not compile is found by the check itself.
pub fn expressions(
    row: &Link,
    options: &LinkOptions,
    legacy: &LegacyCatalog,
    tables: &[Table],
) -> Result<Vec<Probe>> {
    let keys: Vec<KeySource> = tables
        .iter()
        .map(|table| KeySource::of(table.number, &table.map))
        .collect();
    let mut probes = Vec::new();
    for table in tables.iter().filter(|table| !table.map.is_plain()) {
        let map = (table.number, &table.map);
        let Ok(plan) = compile_one(row, options, legacy, map, &keys)? else {
            continue;
        };
        if let Err(message) = planned(&plan) {
            probes.push(Probe::Expression {
                table: plan.source.table.clone(),
                message,
            });
        }
    }
    Ok(probes)
}

/// Asks the legacy server which mapping it remembers.
pub fn mapping(row: &Link, options: &LinkOptions) -> Result<Option<Probe>> {
    let schema = options.outbox_schema.clone();
    let there = ask(options, move |session| remembered(session, &schema))?;
    let Some((number, hash)) = there else {
        return Ok(None);
    };
    if mapping::knows(&row.name, number, &hash)? {
        return Ok(None);
    }
    let here = mapping::newest(&row.name)?;
    Ok(Some(Probe::Mapping {
        there: format!("{number} ({hash:.12})"),
        here: here.map_or_else(
            || "none".to_owned(),
            |version| format!("{} ({:.12})", version.number, version.hash),
        ),
    }))
}

/// Rows of each table that are tried.
const TRIED: u64 = 20_000;

/// Reads rows of every table whose map is more than copies, and translates them: those that cannot be are counted by column.
pub fn values(
    row: &Link,
    options: &LinkOptions,
    legacy: &LegacyCatalog,
    tables: &[Table],
) -> Result<Vec<Probe>> {
    let keys: Vec<KeySource> = tables
        .iter()
        .map(|table| KeySource::of(table.number, &table.map))
        .collect();
    let mut probes = Vec::new();
    for table in tables {
        let columns = || table.map.parts().flat_map(|part| part.columns);
        if table.map.is_plain() && columns().all(|it| matches!(it, ColumnMap::Copy { .. })) {
            continue;
        }
        let map = (table.number, &table.map);
        let Ok(plan) = compile_one(row, options, legacy, map, &keys)? else {
            continue;
        };
        let found = tried(options, Arc::new(plan))?;
        for (column, (rows, message)) in found {
            probes.push(Probe::Values {
                table: table.map.source.table.clone(),
                column,
                rows,
                message,
            });
        }
    }
    Ok(probes)
}

/// Columns at fault, with the number of rows and what is wrong with the first of them.
type Faults = BTreeMap<String, (u64, String)>;

fn tried(options: &LinkOptions, plan: Arc<TablePlan>) -> Result<Faults> {
    ask(options, move |session| {
        let high = end_of_chunk(session, &plan, None, TRIED)?;
        let mut faults = Faults::new();
        read_chunk(session, &plan, &Range { low: None, high }, |piece| {
            for bad in piece.bad {
                let fault = faults
                    .entry(bad.reason.column)
                    .or_insert_with(|| (0, bad.reason.error.message));
                fault.0 += 1;
            }
            true
        })?;
        Ok(faults)
    })
}

/// Plans the statements of a plan; the first that is refused says why.
fn planned(plan: &TablePlan) -> std::result::Result<(), String> {
    let statements = adapter::upserts(plan).into_iter();
    let mut statements = statements.chain(adapter::deletes(plan));
    statements.try_for_each(|statement| {
        subtransaction(|| Ok(Spi::run(&format!("EXPLAIN {statement}"))?))
            .map_err(|failure| failure.message)
    })
}
