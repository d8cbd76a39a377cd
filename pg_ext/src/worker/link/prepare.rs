//! Before the loop: both catalogues read, every table compiled, outboxes and triggers in place.

use std::sync::Arc;

use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::cascade::cascade_triggers;

use super::Worker;
use crate::legacy::install::{Capture, Installed};
use crate::legacy::options::LinkOptions;
use crate::legacy::{catalog, install, task};
use crate::report::Result;
use crate::stat::shm::Doing;
use crate::state::event::{self, Severity};
use crate::state::link::{self, Link};
use crate::state::table::{self, Phase, Table};
use crate::upgrade::transaction::transaction;
use crate::worker::plans::{Planned, compile_all};
use crate::worker::wake::answer;

/// A link that can run.
pub struct Ready {
    /// How to reach the legacy server.
    pub options: LinkOptions,
    /// Tables that have a plan, with their phases.
    pub tables: Vec<(Table, Arc<TablePlan>)>,
    /// The link's triggers on the legacy server.
    pub capture: Capture,
}

/// Prepares a link; everything is idempotent and retried as a whole.
pub fn prepare(worker: &Worker, row: &Link) -> Result<Ready> {
    worker.shm.set_doing(Doing::Connecting);
    let options = transaction(|| link::options(&row.name, row.owner))?;
    let (database, family) = (options.dbname.clone(), row.family);
    let task = task::run(&options, worker.bell.wake(), move |session| {
        Ok(catalog::read(&mut session.conn, &database, family)?)
    })?;
    let catalog = answer(&worker.bell, &task)?;
    let planned = transaction(|| compile_all(row, &options, &catalog, table::all(&row.name)?))?;
    let mut tables = transaction(|| set_aside(row, planned))?;
    worker.shm.set_doing(Doing::Installing);
    let capture = install_missing(worker, row, &options, &catalog, &mut tables)?;
    Ok(Ready {
        options,
        tables,
        capture,
    })
}

/// Keeps the tables that have a plan; the others are marked with their error.
fn set_aside(row: &Link, planned: Vec<Planned>) -> Result<Vec<(Table, Arc<TablePlan>)>> {
    let mut tables = Vec::new();
    for Planned { table, plan } in planned {
        match plan {
            Ok(plan) => tables.push((table, plan)),
            Err(failure) => {
                let source = &table.map.source.table;
                table::set_errored(&row.name, table.number, &failure.line())?;
                event::write(
                    &row.name,
                    Severity::Error,
                    "table_errored",
                    Some(source),
                    &failure.line(),
                    failure.hint.as_deref(),
                )?;
            }
        }
    }
    Ok(tables)
}

/// Creates outboxes and triggers that are missing. A live table whose trigger was missing may have changed unseen: it is compared again.
fn install_missing(
    worker: &Worker,
    row: &Link,
    options: &LinkOptions,
    catalog: &LegacyCatalog,
    tables: &mut [(Table, Arc<TablePlan>)],
) -> Result<Capture> {
    let owner = transaction(|| link::owner(row, options))?;
    let plans: Vec<Arc<TablePlan>> = tables.iter().map(|(_, plan)| Arc::clone(plan)).collect();
    let cascades = cascade_triggers(catalog, &plans, &owner.outbox_schema);
    let numbers: Vec<u32> = transaction(|| table::all(&row.name))?
        .iter()
        .map(|table| table.number)
        .collect();
    let database = options.dbname.clone();
    let task = task::run(options, worker.bell.wake(), move |session| {
        install::install(
            session,
            &install::Wanted {
                owner: &owner,
                database: &database,
                plans: &plans,
                cascades: &cascades,
                numbers: &numbers,
            },
        )
    })?;
    let Installed { lacking, capture } = answer(&worker.bell, &task)?;
    transaction(|| {
        for (table, _) in tables.iter_mut() {
            let unseen = lacking.contains(&table.number) && table.phase == Phase::Live;
            if table.phase == Phase::Init {
                table.phase = Phase::Backfill;
                let empty = is_empty(table)?;
                table.merge = !empty;
                table::begin_backfill(&row.name, table.number, !empty)?;
            } else if unseen {
                table.phase = Phase::Backfill;
                table.merge = true;
                table::begin_backfill(&row.name, table.number, true)?;
                let source = &table.map.source.table;
                let message =
                    format!("capture of table \"{source}\" was interrupted and has been put back");
                event::write(
                    &row.name,
                    Severity::Warning,
                    "capture_restored",
                    Some(source),
                    &message,
                    Some("The table is compared with the legacy server and mended."),
                )?;
            }
        }
        Ok(())
    })?;
    Ok(capture)
}

fn is_empty(table: &Table) -> Result<bool> {
    let target = &table.map.target;
    let name = pgrx::spi::quote_qualified_identifier(&target.schema, &target.table);
    let any = pgrx::Spi::get_one::<bool>(&format!("SELECT EXISTS (SELECT FROM {name})"))?;
    Ok(!any.unwrap_or(true))
}
