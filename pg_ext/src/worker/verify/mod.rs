//! A verify worker: compares both sides exactly, each in one snapshot, while the link goes on.
//!
//! 1. The link's worker is asked to stand still (it finishes its batch first).
//! 2. This worker opens a snapshot of the legacy database, applies what is pending in it, and takes a snapshot of this database: both now
//!    show the same committed state of the legacy database.
//! 3. The link's worker goes on; the comparison reads both snapshots for as long as it takes: digests of all rows first (`quick`), and where those
//!    differ the rows themselves.

mod compared;
mod exact;
mod quick;
mod snapshot;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use compared::Compared;
use pgrx::{PgSqlErrorCode, Spi, pg_guard, pg_sys};
use snapshot::Legacy;
use tandem_shared::plan::TablePlan;

use super::plans::compile_all;
use super::side_log::SideLog;
use super::spawn::{self, Errand};
use super::wake::{Bell, answer};
use crate::legacy::options::LinkOptions;
use crate::legacy::{catalog, task};
use crate::report::{Failure, Result};
use crate::reverse;
use crate::stat::shm::Shm;
use crate::state::link::{self, Desired, Link};
use crate::state::table::{self, Phase};
use crate::upgrade::apply::Applier;
use crate::upgrade::transaction::transaction;

/// How long the link's worker may take to stand still.
const HOLD: Duration = Duration::from_secs(120);

/// The worker's function.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_verify_main(_arg: pg_sys::Datum) {
    let Some(errand) = Errand::of_this_worker() else {
        return;
    };
    spawn::begin(&errand);
    let run = errand.number;
    let noted = transaction(|| {
        let query =
            "INSERT INTO tandem.verify_run (run_id, link) OVERRIDING SYSTEM VALUE VALUES ($1, $2)";
        Ok(Spi::run_with_args(
            query,
            &[run.into(), errand.link.as_str().into()],
        )?)
    });
    if let Err(failure) = noted.and_then(|()| compare(&errand.link, run)) {
        let kept = transaction(|| {
            let query = "UPDATE tandem.verify_run SET state = 'failed', error = $2, finished_at = clock_timestamp() WHERE run_id = $1";
            Ok(Spi::run_with_args(
                query,
                &[run.into(), failure.line().into()],
            )?)
        });
        if let Err(kept) = kept {
            pgrx::warning!(
                "verify of link \"{}\": {}; {}",
                errand.link,
                failure.line(),
                kept.line()
            );
        }
    }
}

/// Lets the link's worker go on, however this ends.
struct Hold<'a>(&'a Shm);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.held.store(0, Ordering::SeqCst);
        self.0.wake_worker();
    }
}

fn compare(name: &str, run: i64) -> Result<()> {
    let row = transaction(|| link::get(name))?;
    if row.desired != Desired::Running {
        let message = format!("link \"{name}\" is {}", row.desired.word());
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            message,
        )
        .hint(row.desired.hint(name)));
    }
    let bell = Bell::new();
    let options = transaction(|| link::options(name, row.owner))?;
    let plans = live_plans(&row, &options, &bell)?;
    let shm = row
        .shm_handle
        .and_then(|handle| Shm::attach(handle, row.key))
        .map(Shm::keep)
        .ok_or_else(|| {
            Failure::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!("link \"{name}\" has no worker"),
            )
            .hint(format!("Start it with SELECT tandem.start('{name}')."))
        })?;
    let hold = stand_still(&shm, &bell)?;
    let side = SideLog::begin(&row, &options, &plans, &bell)?;
    let log = side.as_ref().map(SideLog::log);
    let legacy = Legacy::open(&options, &plans, log, &bell)?;
    let pending = legacy.pending(&bell)?;
    let mut applier = Applier::new(name);
    applier.heed(transaction(|| reverse::pull::outboxes(name, &plans))?);
    applier
        .apply(&pending, true, || Ok(()))
        .map_err(|failed| failed.failure)?;
    // SAFETY: the one transaction that everything is compared in; a failure below aborts it in `finish`.
    unsafe {
        pg_sys::StartTransactionCommand();
        pg_sys::XactIsoLevel = pg_sys::XACT_REPEATABLE_READ as i32;
        pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
    }
    drop(hold);
    let compared = in_snapshot(|| {
        let mut compared = Vec::new();
        for plan in &plans {
            if plan.adapter.is_some() {
                compared.extend(legacy.targets(plan, &bell)?);
            } else {
                compared.push(legacy.table(plan, &bell)?);
            }
        }
        Ok(compared)
    });
    // SAFETY: ends the transaction begun above, whatever state it is in; it has written nothing.
    unsafe { pg_sys::AbortCurrentTransaction() };
    finish(run, &compared?)
}

/// Runs `body` in the open transaction; its errors come back as values.
fn in_snapshot<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    crate::upgrade::transaction::subtransaction(body)
}

fn live_plans(row: &Link, options: &LinkOptions, bell: &Bell) -> Result<Vec<Arc<TablePlan>>> {
    let (database, family) = (options.dbname.clone(), row.family);
    let task = task::run(options, bell.wake(), move |session| {
        Ok(catalog::read(&mut session.conn, &database, family)?)
    })?;
    let catalog = answer(bell, &task)?;
    let planned = transaction(|| compile_all(row, options, &catalog, table::all(&row.name)?))?;
    let mut plans = Vec::new();
    for planned in planned {
        if planned.table.phase == Phase::Errored {
            // The caller is warned that it was left out.
            continue;
        }
        if planned.table.phase != Phase::Live {
            let message = format!("table \"{}\" is not live", planned.table.map.source.table);
            return Err(Failure::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
                .hint("Wait for the initial copy with tandem.wait, or see tandem.stat_table for its error."));
        }
        plans.push(planned.plan?);
    }
    Ok(plans)
}

/// Asks the link's worker to stand still and waits until it does.
fn stand_still<'a>(shm: &'a Shm, bell: &Bell) -> Result<Hold<'a>> {
    // SAFETY: a plain read.
    let pid = u32::try_from(unsafe { pg_sys::MyProcPid }).unwrap_or(0);
    let taken = shm
        .held
        .compare_exchange(0, pid, Ordering::SeqCst, Ordering::SeqCst);
    if taken.is_err() {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
            "another comparison of this link is beginning",
        )
        .hint("Try again in a moment."));
    }
    let hold = Hold(shm);
    let begun = Instant::now();
    while !shm.holding.load(Ordering::SeqCst) {
        shm.wake_worker();
        bell.wait(Some(Duration::from_millis(5)));
        if begun.elapsed() > HOLD || !shm.alive() {
            return Err(Failure::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the link's worker did not come to a point where both sides can be compared",
            )
            .hint("See tandem.stat_link for what it is doing."));
        }
    }
    Ok(hold)
}

/// Writes down what was compared and what differs.
fn finish(run: i64, compared: &[Compared]) -> Result<()> {
    transaction(|| {
        for table in compared {
            Spi::run_with_args(
                "INSERT INTO tandem.verify_table (run_id, table_name, legacy_rows, upgrade_rows, differences, finished_at) \
                 VALUES ($1, $2, $3, $4, $5, timestamptz '2000-01-01 00:00:00+00' + make_interval(secs => $6::double precision / 1000000.0))",
                &[
                    run.into(),
                    table.table.as_str().into(),
                    table.legacy_rows.into(),
                    table.upgrade_rows.into(),
                    table.differences.into(),
                    table.finished_at.into(),
                ],
            )?;
            for difference in &table.kept {
                Spi::run_with_args(
                    "INSERT INTO tandem.verify_difference (run_id, table_name, kind, key, legacy, upgrade) VALUES ($1, $2, $3, $4, $5, $6)",
                    &[
                        run.into(),
                        table.table.as_str().into(),
                        difference.kind.as_str().into(),
                        difference.key.clone().into(),
                        difference.legacy.clone().into(),
                        difference.upgrade.clone().into(),
                    ],
                )?;
            }
        }
        let query = "UPDATE tandem.verify_run SET state = 'done', finished_at = clock_timestamp() WHERE run_id = $1";
        Ok(Spi::run_with_args(query, &[run.into()])?)
    })
}
