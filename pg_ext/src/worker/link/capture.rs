//! Which way a link's changes are noticed, and what a change of that way means.
//!
//! Promise: when it is not certain that every change since a table was last right will be noticed, the table is compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use tandem_shared::binlog::{Place, Resume, Watch};
use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::plan::TablePlan;

use super::Worker;
use crate::legacy::binlog::{server, watch};
use crate::legacy::options::{Capture, LinkOptions};
use crate::legacy::task;
use crate::report::Result;
use crate::state::binlog;
use crate::state::event::{self, Severity};
use crate::state::link::Link;
use crate::state::table::{self, Phase, Table};
use crate::upgrade::transaction::transaction;
use crate::worker::wake::answer;

/// How a log is read.
pub struct Reading {
    /// Where reading begins.
    pub resume: Resume,
    /// From where on tables' notifications count.
    pub since: BTreeMap<u32, Place>,
    /// What is looked for.
    pub watch: Watch,
}

/// What the server's log is like; `None` for capture by triggers.
pub fn traits(worker: &Worker, options: &LinkOptions) -> Result<Option<server::Traits>> {
    if options.capture == Capture::Triggers {
        return Ok(None);
    }
    let task = task::run(options, worker.bell.wake(), server::traits)?;
    answer(&worker.bell, &task).map(Some)
}

/// Finds out where reading begins, and has the tables compared that may have changed unseen. Called when everything is in place on the legacy server
/// and no copy has begun.
pub fn begin(
    worker: &Worker,
    row: &Link,
    options: &LinkOptions,
    traits: Option<server::Traits>,
    catalog: &LegacyCatalog,
    tables: &mut [(Table, Arc<TablePlan>)],
) -> Result<Option<Reading>> {
    let stored = transaction(|| binlog::load(&row.name))?;
    let Some(traits) = traits else {
        if stored.is_some() {
            transaction(|| {
                binlog::forget(&row.name)?;
                again(row, tables, "changes are noticed by triggers from now on")
            })?;
        }
        return Ok(None);
    };
    let known = stored.filter(|stored| stored.resume.server == traits.identity);
    let stored = match known {
        Some(stored) => stored,
        None => {
            let schema = options.outbox_schema.clone();
            let task = task::run(options, worker.bell.wake(), move |session| {
                server::here(session, &schema)
            })?;
            let resume = answer(&worker.bell, &task)?;
            transaction(|| {
                binlog::begin(&row.name, &resume)?;
                let why = "changes are noticed in the binary log of this server from now on";
                again(row, tables, why)
            })?;
            binlog::Stored {
                resume,
                since: BTreeMap::new(),
            }
        }
    };
    let plans: Vec<Arc<TablePlan>> = tables.iter().map(|(_, plan)| Arc::clone(plan)).collect();
    Ok(Some(Reading {
        resume: stored.resume,
        since: stored.since,
        watch: watch::watch(catalog, &plans, traits.case_matters),
    }))
}

/// Has the tables compared that were copied before.
fn again(row: &Link, tables: &mut [(Table, Arc<TablePlan>)], why: &str) -> Result<()> {
    let mut any = false;
    for (table, _) in tables {
        if matches!(table.phase, Phase::Live | Phase::Backfill) {
            table.phase = Phase::Init;
            table::begin_again(&row.name, table.number)?;
            any = true;
        }
    }
    if !any {
        return Ok(());
    }
    pgrx::log!("link \"{}\": {why}", row.name);
    let hint = "All tables are compared with the legacy server and mended.";
    event::write(
        &row.name,
        Severity::Info,
        "capture_changed",
        None,
        why,
        Some(hint),
    )
}
