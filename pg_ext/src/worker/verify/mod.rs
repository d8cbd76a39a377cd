//! A verify worker: compares both sides exactly, each in one snapshot, while the link goes on.
//!
//! 1. The link's worker is asked to stand still (it finishes its batch first).
//! 2. This worker opens a snapshot of the legacy database, applies what is pending in it, and takes a snapshot of this database: both now
//!    show the same committed state of the legacy database.
//! 3. The link's worker goes on; the comparison reads both snapshots for as long as it takes: digests of all rows first (`quick`), and where those
//!    differ the rows themselves.

mod quick;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use pgrx::{PgSqlErrorCode, Spi, pg_guard, pg_sys};
use tandem_shared::change::{BadRow, TableBatch, plain};
use tandem_shared::digest::Marks;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::adapter::{self, Census};
use tandem_shared::plan::sql::upgrade as sql;
use tandem_shared::row::RowBuf;

use super::plans::compile_all;
use super::side_log::SideLog;
use super::spawn::{self, Errand};
use super::wake::{Bell, answer, interrupts};
use crate::legacy::binlog::log::Log;
use crate::legacy::chunk::{Range, all_keys, read_chunk};
use crate::legacy::error::LegacyError;
use crate::legacy::options::LinkOptions;
use crate::legacy::pull::{self, Learned, Wanted};
use crate::legacy::{catalog, task};
use crate::report::{Failure, Result};
use crate::reverse;
use crate::stat::shm::Shm;
use crate::state::link::{self, Desired, Link};
use crate::state::table::{self, Phase};
use crate::upgrade::apply::Applier;
use crate::upgrade::batch;
use crate::upgrade::jsonb::Jsonb;
use crate::upgrade::transaction::transaction;

/// How long the link's worker may take to stand still.
const HOLD: Duration = Duration::from_secs(120);
/// Differences of one table that are kept in full; more are only counted.
const KEPT: i64 = 10_000;

/// The worker's function.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_verify_main(_arg: pg_sys::Datum) {
    let Some(errand) = Errand::of_this_worker() else {
        return;
    };
    spawn::begin(&errand);
    for (name, value) in [
        (c"session_replication_role", c"replica"),
        (c"search_path", c"pg_catalog, tandem"),
        (c"client_encoding", c"UTF8"),
        (c"statement_timeout", c"0"),
        (c"work_mem", c"64MB"),
    ] {
        spawn::set(name, value);
    }
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

/// One question to the legacy snapshot.
enum Ask {
    /// All rows, piece by piece; `None` says that it was all.
    Table(Arc<TablePlan>, Sender<Option<TableBatch>>),
    /// All keys.
    Keys(Arc<TablePlan>, Sender<RowBuf>),
    /// The digest of all rows.
    Digest(Arc<TablePlan>, u64, Sender<quick::Summary>),
    /// The rows of the marked buckets, as with `Table`.
    Marked(Arc<TablePlan>, Arc<Marks>, Sender<Option<TableBatch>>),
}

/// The legacy snapshot, in a thread.
struct Legacy {
    asks: Sender<Ask>,
    pending: Receiver<std::result::Result<Vec<TableBatch>, LegacyError>>,
    ended: Receiver<std::result::Result<(), LegacyError>>,
}

impl Legacy {
    fn open(
        options: &LinkOptions,
        plans: &[Arc<TablePlan>],
        log: Option<Arc<Log>>,
        bell: &Bell,
    ) -> Result<Self> {
        let (asks, questions) = bounded::<Ask>(1);
        let (first, pending) = bounded(1);
        let wanted: Vec<Wanted> = plans
            .iter()
            .map(|plan| Wanted {
                plan: Arc::clone(plan),
                floor: 0,
            })
            .collect();
        let wake = bell.wake();
        let ended = task::run(options, bell.wake(), move |session| {
            pull::begin_snapshot(session)?;
            let pulled = pull::pull_in_snapshot(
                session,
                &wanted,
                (u64::MAX >> 1, u64::MAX),
                &mut Learned::default(),
                log.as_deref().map(|log| (log, log.proven())),
            );
            let _ = first.send(
                pulled
                    .map(|pulled| pulled.tables)
                    .map_err(|failed| failed.error),
            );
            wake();
            for ask in questions {
                match ask {
                    Ask::Table(plan, sender) => {
                        let all = Range {
                            low: None,
                            high: None,
                        };
                        read_chunk(session, &plan, &all, |piece| {
                            let taken = sender.send(Some(piece)).is_ok();
                            wake();
                            taken
                        })?;
                        let _ = sender.send(None);
                        wake();
                    }
                    Ask::Keys(plan, sender) => {
                        let _ = sender.send(all_keys(session, &plan)?.translated);
                        wake();
                    }
                    Ask::Digest(plan, seed, sender) => {
                        let _ = sender.send(quick::summary(session, &plan, seed)?);
                        wake();
                    }
                    Ask::Marked(plan, marks, sender) => {
                        quick::read_marked(session, &plan, &marks, &sender)?;
                        let _ = sender.send(None);
                        wake();
                    }
                }
            }
            Ok(())
        })?;
        Ok(Self {
            asks,
            pending,
            ended,
        })
    }

    /// What is pending in the snapshot, with the rows.
    fn pending(&self, bell: &Bell) -> Result<Vec<TableBatch>> {
        loop {
            match self.pending.try_recv() {
                Ok(pending) => return Ok(pending?),
                Err(crossbeam_channel::TryRecvError::Disconnected) => return Err(self.why(bell)),
                Err(crossbeam_channel::TryRecvError::Empty) => {
                    bell.wait(Some(Duration::from_secs(1)));
                }
            }
        }
    }

    /// Why the thread has ended.
    fn why(&self, bell: &Bell) -> Failure {
        match answer(bell, &self.ended) {
            Err(failure) => failure,
            Ok(()) => LegacyError::other("the legacy snapshot ended early").into(),
        }
    }

    /// Compares one table.
    fn table(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Compared> {
        let mut compared = match self.quick(plan, bell)? {
            Some(compared) => compared,
            None => self.rows(plan, bell)?,
        };
        // SAFETY: the server's clock.
        compared.finished_at = unsafe { pg_sys::GetCurrentTimestamp() };
        Ok(compared)
    }

    /// Compares one table row by row.
    fn rows(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Compared> {
        let mut compared = Compared {
            table: plan.source.table.clone(),
            ..Compared::default()
        };
        self.pieces(plan, bell, |piece| compared.piece(plan, piece))?;
        compared.upgrade_rows = Spi::get_one::<i64>(&sql::count(plan))?.unwrap_or(0);
        if compared.expected_extras() != 0 {
            self.extras(plan, &mut compared, bell)?;
        }
        Ok(compared)
    }

    /// Finds the rows here that the legacy table has not, by all of its keys.
    fn extras(&self, plan: &Arc<TablePlan>, compared: &mut Compared, bell: &Bell) -> Result<()> {
        let (sender, keys) = bounded(1);
        self.ask(Ask::Keys(Arc::clone(plan), sender), bell)?;
        compared.extras(plan, &self.receive(&keys, bell)?)
    }

    /// The next answer of the thread.
    fn receive<T>(&self, answers: &Receiver<T>, bell: &Bell) -> Result<T> {
        loop {
            match answers.recv_timeout(Duration::from_millis(200)) {
                Ok(answer) => return Ok(answer),
                Err(crossbeam_channel::RecvTimeoutError::Timeout) => interrupts(),
                Err(crossbeam_channel::RecvTimeoutError::Disconnected) => {
                    return Err(self.why(bell));
                }
            }
        }
    }

    /// Compares the targets of a table whose map has a second stage.
    fn targets(&self, plan: &Arc<TablePlan>, bell: &Bell) -> Result<Vec<Compared>> {
        let census = adapter::census(plan);
        let mut all: Vec<Compared> = census
            .iter()
            .map(|target| Compared {
                table: format!("{} -> {}", plan.source.table, target.label),
                ..Compared::default()
            })
            .collect();
        for target in &census {
            Spi::run(&target.create)?;
        }
        self.pieces(plan, bell, |piece| {
            let targets = census.iter().zip(&mut all);
            targets
                .enumerate()
                .try_for_each(|(at, (target, compared))| {
                    compared.mapped(plan, target, piece, at == 0)
                })
        })?;
        Spi::run("SET LOCAL enable_nestloop = off")?;
        for (target, compared) in census.iter().zip(&mut all) {
            Spi::run(&target.analyze)?;
            compared.upgrade_rows = Spi::get_one::<i64>(&target.count)?.unwrap_or(0);
            let found = select(&target.extras)?;
            found
                .into_iter()
                .for_each(|difference| compared.add(difference));
            Spi::run(&target.drop)?;
            // SAFETY: the server's clock.
            compared.finished_at = unsafe { pg_sys::GetCurrentTimestamp() };
        }
        Spi::run("SET LOCAL enable_nestloop = on")?;
        Ok(all)
    }

    /// Has all rows of a table looked at, piece by piece.
    fn pieces(
        &self,
        plan: &Arc<TablePlan>,
        bell: &Bell,
        mut look: impl FnMut(&TableBatch) -> Result<()>,
    ) -> Result<()> {
        let (sender, pieces) = bounded(8);
        self.ask(Ask::Table(Arc::clone(plan), sender), bell)?;
        loop {
            match pieces.recv_timeout(Duration::from_millis(200)) {
                Ok(Some(piece)) => look(&piece)?,
                Ok(None) => return Ok(()),
                Err(crossbeam_channel::RecvTimeoutError::Timeout) => interrupts(),
                Err(crossbeam_channel::RecvTimeoutError::Disconnected) => {
                    return Err(self.why(bell));
                }
            }
        }
    }

    fn ask(&self, ask: Ask, bell: &Bell) -> Result<()> {
        self.asks.send(ask).map_err(|_| self.why(bell))
    }
}

/// One row that differs.
struct Difference {
    kind: String,
    key: Jsonb,
    legacy: Option<Jsonb>,
    upgrade: Option<Jsonb>,
}

/// What the comparison of a table found.
#[derive(Default)]
struct Compared {
    table: String,
    legacy_rows: i64,
    upgrade_rows: i64,
    missing: i64,
    differences: i64,
    kept: Vec<Difference>,
    /// Microseconds of the server's clock.
    finished_at: pg_sys::TimestampTz,
}

impl Compared {
    fn piece(&mut self, plan: &TablePlan, piece: &TableBatch) -> Result<()> {
        let rows = piece.upserts.len();
        self.legacy_rows += i64::try_from(rows).unwrap_or(0);
        self.untranslatable(plan, piece);
        self.differing(&piece.upserts, &sql::differences(plan))
    }

    /// As [`Compared::piece`], for one target of a map with a second stage. A row that cannot be translated is one of the first target's.
    fn mapped(
        &mut self,
        plan: &TablePlan,
        target: &Census,
        piece: &TableBatch,
        first: bool,
    ) -> Result<()> {
        if first {
            self.untranslatable(plan, piece);
        }
        let rows = &piece.upserts;
        let collected = batch::with(rows, 0..rows.len(), || {
            Spi::connect_mut(|client| {
                Ok::<_, pgrx::spi::Error>(client.update(&target.collect, None, &[])?.len())
            })
        })?;
        self.legacy_rows += i64::try_from(collected).unwrap_or(0);
        self.differing(&piece.upserts, &target.differences)
    }

    fn untranslatable(&mut self, plan: &TablePlan, piece: &TableBatch) {
        self.legacy_rows += i64::try_from(piece.bad.len()).unwrap_or(0);
        for bad in &piece.bad {
            self.set_aside(plan, bad);
        }
    }

    /// One row that cannot be translated.
    fn set_aside(&mut self, plan: &TablePlan, bad: &BadRow) {
        self.missing += 1;
        let names = plan.columns.iter().map(|column| plan.label(column));
        let legacy: serde_json::Map<_, _> = names.zip(bad.row.iter().map(plain)).collect();
        let names = plan.key_columns().map(|column| match plan.adapter {
            Some(_) => column.source.clone(),
            None => column.target.clone(),
        });
        let key: serde_json::Map<_, _> = names.zip(bad.key.iter().map(plain)).collect();
        self.add(Difference {
            kind: "untranslatable".to_owned(),
            key: key.into(),
            legacy: Some(legacy.into()),
            upgrade: None,
        });
    }

    /// How many rows there are here that the legacy table has not.
    fn expected_extras(&self) -> i64 {
        self.upgrade_rows - (self.legacy_rows - self.missing)
    }

    fn differing(&mut self, rows: &RowBuf, query: &str) -> Result<()> {
        let found = batch::with(rows, 0..rows.len(), || select(query))?;
        for difference in found {
            if difference.kind == "missing" {
                self.missing += 1;
            }
            self.add(difference);
        }
        Ok(())
    }

    fn extras(&mut self, plan: &TablePlan, keys: &RowBuf) -> Result<()> {
        // As when pruning: never each with each.
        Spi::run("SET LOCAL enable_nestloop = off")?;
        let found = batch::with(keys, 0..keys.len(), || select(&sql::extras(plan)))?;
        Spi::run("SET LOCAL enable_nestloop = on")?;
        found
            .into_iter()
            .for_each(|difference| self.add(difference));
        Ok(())
    }

    fn add(&mut self, difference: Difference) {
        self.differences += 1;
        if self.differences <= KEPT {
            self.kept.push(difference);
        }
    }
}

/// Runs a query that returns `kind`, `key`, `legacy`, `upgrade`.
fn select(query: &str) -> Result<Vec<Difference>> {
    // As a statement that may write, so that it sees what was collected before it.
    Spi::connect_mut(|client| {
        client
            .update(query, None, &[])?
            .map(|row| {
                Ok(Difference {
                    kind: row.get::<String>(1)?.unwrap_or_default(),
                    key: row.get(2)?.unwrap_or_else(Jsonb::null),
                    legacy: row.get(3)?,
                    upgrade: row.get(4)?,
                })
            })
            .collect()
    })
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
