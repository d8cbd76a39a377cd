//! A backfill worker: copies chunk after chunk until none is left, then finishes the tables that are complete.
//!
//! Reading overlaps writing: a thread reads and translates a chunk while the main thread stores what came before. A chunk goes into an
//! empty table by COPY; where that fails on a row, and into tables that were not empty, it is merged row set by row set.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use pgrx::{check_for_interrupts, pg_guard, pg_sys};
use tandem_shared::change::TableBatch;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{adapter, keys};
use tandem_shared::row::RowBuf;

use super::plans::{Planned, compile_all};
use super::spawn::{self, Errand};
use super::wake::{Bell, answer, interrupts};
use crate::legacy::chunk::{self as legacy_chunk, Keys, Range};
use crate::legacy::error::LegacyError;
use crate::legacy::options::LinkOptions;
use crate::legacy::{catalog, task};
use crate::report::{Failure, Result};
use crate::reverse::pull::{self, Outbox};
use crate::stat::shm::{Shm, Trouble};
use crate::state::chunk::{self, Chunk, Taken};
use crate::state::ddl;
use crate::state::event::{self, Severity};
use crate::state::link::{self, Desired, Link};
use crate::state::lock::Lock;
use crate::state::memory::{self, Aside, Cause};
use crate::state::table::{self, Phase};
use crate::upgrade::apply::Applier;
use crate::upgrade::batch;
use crate::upgrade::copy::copy_into;
use crate::upgrade::park;
use crate::upgrade::transaction::transaction;

/// Pieces read ahead of the writer.
const PIECES: usize = 8;

/// The worker's function.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_backfill_main(_arg: pg_sys::Datum) {
    let Some(errand) = Errand::of_this_worker() else {
        return;
    };
    spawn::begin(&errand);
    let Ok(Some(row)) = transaction(|| link::find(&errand.link)) else {
        return;
    };
    let shm = Shm::attach(errand.number, row.key).map(Shm::keep);
    // What fails is left for the link's worker, which says it once and decides when to try again.
    if let Err(failure) = work(row, shm.as_ref())
        && let Some(shm) = &shm
    {
        let away = failure.sqlstate().starts_with("08");
        shm.set_error(&failure.line());
        shm.set_trouble(if away {
            Trouble::Legacy
        } else {
            Trouble::Target
        });
        shm.wake_worker();
    }
}

fn work(row: Link, shm: Option<&Shm>) -> Result<()> {
    if row.desired != Desired::Running {
        return Ok(());
    }
    let mut copier = Copier::new(row, shm)?;
    loop {
        // What was read before the trouble began says nothing of its end.
        let troubled = shm.filter(|shm| shm.trouble() != Trouble::None);
        // A table that is complete goes first: the sooner it is live, the shorter its outbox stays.
        if !(copier.finish_one()? || copier.one_chunk()?) {
            break;
        }
        if let Some(shm) = troubled {
            shm.set_trouble(Trouble::None);
        }
        check_for_interrupts!();
    }
    Ok(())
}

struct Copier<'a> {
    row: Link,
    options: LinkOptions,
    bell: Bell,
    shm: Option<&'a Shm>,
    plans: HashMap<u32, (Arc<TablePlan>, bool)>,
    applier: Applier,
    /// Tables whose rows may wait to go back.
    outboxes: Vec<Outbox>,
    /// What is shown in the progress of the chunk under way.
    shown: Cell<Size>,
}

/// Rows and bytes of a chunk.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    rows: u64,
    bytes: u64,
}

impl<'a> Copier<'a> {
    fn new(row: Link, shm: Option<&'a Shm>) -> Result<Self> {
        let bell = Bell::new();
        let options = transaction(|| link::options(&row.name, row.owner))?;
        let (database, family) = (options.dbname.clone(), row.family);
        let task = task::run(&options, bell.wake(), move |session| {
            Ok(catalog::read(&mut session.conn, &database, family)?)
        })?;
        let catalog = answer(&bell, &task)?;
        let planned =
            transaction(|| compile_all(&row, &options, &catalog, table::all(&row.name)?))?;
        let plans: HashMap<u32, (Arc<TablePlan>, bool)> = planned
            .into_iter()
            .filter(|planned| planned.table.phase == Phase::Backfill)
            .filter_map(|Planned { table, plan }| Some((table.number, (plan.ok()?, table.merge))))
            .collect();
        let mut applier = Applier::new(&row.name);
        let copied: Vec<Arc<TablePlan>> =
            plans.values().map(|(plan, _)| Arc::clone(plan)).collect();
        let outboxes = transaction(|| pull::outboxes(&row.name, &copied))?;
        applier.heed(outboxes.clone());
        Ok(Self {
            row,
            options,
            bell,
            shm,
            plans,
            applier,
            outboxes,
            shown: Cell::default(),
        })
    }

    /// Takes a chunk and copies it; false when nothing is left to take.
    fn one_chunk(&mut self) -> Result<bool> {
        let Some((number, chunk)) = self.take()? else {
            return Ok(false);
        };
        let Some((plan, merge)) = self.plans.get(&number).cloned() else {
            return Err(Failure::new(
                pgrx::PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!("table number {number} began its copy after this worker did"),
            ));
        };
        let stored = self.store(&plan, merge, &chunk);
        self.unshow(number);
        match stored {
            Err(failure) if failure.of_a_table() => self.set_aside(&plan, &failure)?,
            other => other?,
        }
        self.wake_link();
        Ok(true)
    }

    /// Sets a table aside that cannot be copied; the others go on.
    fn set_aside(&self, plan: &TablePlan, failure: &Failure) -> Result<()> {
        let (link, line) = (&self.row.name, failure.line());
        let source = &plan.source.table;
        let cause = match failure.sqlstate().as_str() {
            "HV00R" => Cause::Unreadable,
            _ => Cause::Other,
        };
        transaction(|| {
            let aside = Aside {
                cause,
                error: &line,
                hint: None,
            };
            memory::set_errored(link, plan.table_no, &aside, None)?;
            event::write(
                link,
                Severity::Error,
                "table_errored",
                Some(source),
                &line,
                failure.hint.as_deref(),
            )
        })
    }

    /// Stores a chunk: by COPY where the table was empty, merged where it was not or where COPY stumbled over a row.
    fn store(&mut self, plan: &Arc<TablePlan>, merge: bool, chunk: &Chunk) -> Result<()> {
        if !merge && plan.adapter.is_none() {
            match self.copy(plan, chunk) {
                Err(failure) if failure.of_a_row() => self.unshow(plan.table_no),
                other => return other,
            }
        }
        self.merge(plan, chunk)
    }

    /// Takes the next chunk, planning it when it is new.
    fn take(&mut self) -> Result<Option<(u32, Chunk)>> {
        let link = self.row.name.clone();
        transaction(|| {
            let Some((number, taken)) = chunk::take(&link)? else {
                return Ok(None);
            };
            let (chunk_no, low) = match taken {
                Taken::Again(chunk) => return Ok(Some((number, chunk))),
                Taken::Plan {
                    number: chunk_no,
                    low,
                } => (chunk_no, low),
            };
            let Some((plan, _)) = self.plans.get(&number) else {
                return Ok(Some((number, no_chunk())));
            };
            let (plan, rows, from) = (Arc::clone(plan), self.options.chunk_rows, low.clone());
            let task = task::run(&self.options, self.bell.wake(), move |session| {
                legacy_chunk::end_of_chunk(session, &plan, from.as_deref(), rows)
            })?;
            let high = answer(&self.bell, &task)?;
            let chunk = Chunk {
                number: chunk_no,
                range: Range { low, high },
            };
            chunk::plan(&link, number, &chunk)?;
            Ok(Some((number, chunk)))
        })
    }

    /// Starts reading a chunk in a thread.
    fn read(&self, plan: &Arc<TablePlan>, range: &Range) -> Result<Pieces<TableBatch, u64>> {
        let (sender, pieces) = bounded::<TableBatch>(PIECES);
        let (plan, range, wake) = (Arc::clone(plan), range.clone(), self.bell.wake());
        let ended = task::run(&self.options, self.bell.wake(), move |session| {
            legacy_chunk::read_chunk(session, &plan, &range, |piece| {
                let taken = sender.send(piece).is_ok();
                wake();
                taken
            })
        })?;
        Ok(Pieces { pieces, ended })
    }

    /// Copies a chunk into an empty table, in one transaction.
    fn copy(&mut self, plan: &Arc<TablePlan>, chunk: &Chunk) -> Result<()> {
        let mut pieces = self.read(plan, &chunk.range)?;
        let link = self.row.name.clone();
        let mut bytes = 0;
        let mut bad = Vec::new();
        transaction(|| {
            let mut failed = None;
            let rows = copy_into(plan, || match pieces.next(&self.bell) {
                Ok(Some(piece)) => {
                    self.show(plan.table_no, &piece);
                    bytes += piece.upserts.bytes().len() as u64;
                    bad.extend(piece.bad);
                    Some(piece.upserts.bytes().to_vec())
                }
                Ok(None) => None,
                Err(failure) => {
                    failed = Some(failure);
                    None
                }
            })?;
            // COPY has seen an end that was none: everything is rolled back.
            if let Some(failure) = failed {
                return Err(failure);
            }
            for bad in &bad {
                park::record(&link, plan, &park::Parked::untranslatable(plan, bad))?;
            }
            chunk::done(
                &link,
                plan.table_no,
                chunk.number,
                rows + bad.len() as u64,
                bytes,
            )
        })
    }

    /// Merges a chunk, piece by piece; the chunk is done when its last piece is in.
    fn merge(&mut self, plan: &Arc<TablePlan>, chunk: &Chunk) -> Result<()> {
        let mut pieces = self.read(plan, &chunk.range)?;
        let link = self.row.name.clone();
        let mut stored = Size::default();
        while let Some(piece) = pieces.next(&self.bell)? {
            self.show(plan.table_no, &piece);
            stored.rows += (piece.upserts.len() + piece.bad.len()) as u64;
            stored.bytes += piece.upserts.bytes().len() as u64;
            self.applier
                .apply(&[piece], true, || Ok(()))
                .map_err(|failed| failed.failure)?;
        }
        transaction(|| {
            chunk::done(
                &link,
                plan.table_no,
                chunk.number,
                stored.rows,
                stored.bytes,
            )
        })
    }

    /// Shows a piece in the progress.
    fn show(&self, number: u32, piece: &TableBatch) {
        let Some(counters) = self.shm.and_then(|shm| shm.table(number)) else {
            return;
        };
        let (rows, bytes) = (
            piece.upserts.len() as u64,
            piece.upserts.bytes().len() as u64,
        );
        counters.copied_rows.fetch_add(rows, Ordering::Relaxed);
        counters.copied_bytes.fetch_add(bytes, Ordering::Relaxed);
        let shown = self.shown.get();
        self.shown.set(Size {
            rows: shown.rows + rows,
            bytes: shown.bytes + bytes,
        });
    }

    /// Takes back what was shown of a chunk that is done or given up: a chunk that is done counts by its row.
    fn unshow(&self, number: u32) {
        let shown = self.shown.take();
        let Some(counters) = self.shm.and_then(|shm| shm.table(number)) else {
            return;
        };
        counters
            .copied_rows
            .fetch_sub(shown.rows, Ordering::Relaxed);
        counters
            .copied_bytes
            .fetch_sub(shown.bytes, Ordering::Relaxed);
    }

    fn wake_link(&self) {
        if let Some(shm) = self.shm {
            shm.wake_worker();
        }
    }

    /// Finishes a table whose rows are all here; false when there is none.
    fn finish_one(&mut self) -> Result<bool> {
        let link = self.row.name.clone();
        let Some(number) = transaction(|| chunk::finished(&link))? else {
            return Ok(false);
        };
        let Some((plan, merge)) = self.plans.get(&number).cloned() else {
            return Ok(false);
        };
        // Another worker that finishes it holds the lock until it has ended or the table is live.
        let lock = Lock::Finish(self.row.key, number);
        if !lock.take(false) {
            return Ok(false);
        }
        if merge && plan.adapter.is_some() {
            self.prune_targets(&plan)?;
        } else if merge {
            self.prune(&plan)?;
        }
        let indexes = transaction(|| ddl::after(&link, number))?;
        ddl::run(&link, &indexes)?;
        transaction(|| {
            for table in adapter::tables(&plan) {
                pgrx::Spi::run(&format!("ANALYZE {table}"))?;
            }
            table::set_live(&link, number)
        })?;
        lock.release();
        self.wake_link();
        Ok(true)
    }

    /// Deletes the rows that the legacy table has not: all its keys are read, and what is not among them goes, parked rows too.
    ///
    /// A row that came after the keys were read has its own notification, which puts it back.
    fn prune(&mut self, plan: &Arc<TablePlan>) -> Result<()> {
        let (sender, pieces) = bounded::<Keys>(PIECES);
        let (reader, wake) = (Arc::clone(plan), self.bell.wake());
        let ended = task::run(&self.options, self.bell.wake(), move |session| {
            legacy_chunk::all_keys(session, &reader, |piece| {
                let taken = sender.send(piece).is_ok();
                wake();
                taken
            })
        })?;
        let mut pieces = Pieces { pieces, ended };
        let (link, bell) = (&self.row.name, &self.bell);
        let back = self
            .outboxes
            .iter()
            .find(|one| one.plan.table_no == plan.table_no);
        let keys = keys::keys(
            plan,
            back.map(|outbox| (link.as_str(), outbox.name.as_str())),
        );
        transaction(|| {
            pgrx::Spi::run(&keys.create)?;
            let mut others = park::Others::all(link, plan)?;
            while let Some(piece) = pieces.next(bell)? {
                others.seen(&piece.translated, &piece.untranslatable)?;
                let all = 0..piece.translated.len();
                batch::with(&piece.translated, all, || pgrx::Spi::run(&keys.collect))?;
            }
            others.forget()?;
            // Whatever is known of the table: comparing each with each must not be the planner's choice.
            pgrx::Spi::run("SET LOCAL enable_nestloop = off")?;
            for statement in [&keys.analyze, &keys.delete_others, &keys.drop] {
                pgrx::Spi::run(statement)?;
            }
            Ok(())
        })
    }
}

impl Copier<'_> {
    /// As [`Copier::prune`], for a map with a second stage: which rows its targets should have is known only when all rows have been read.
    fn prune_targets(&mut self, plan: &Arc<TablePlan>) -> Result<()> {
        let all = Range {
            low: None,
            high: None,
        };
        let mut pieces = self.read(plan, &all)?;
        let bell = &self.bell;
        let link = &self.row.name;
        let census = adapter::census(plan);
        transaction(|| {
            for target in &census {
                pgrx::Spi::run(&target.create)?;
            }
            let mut others = park::Others::all(link, plan)?;
            while let Some(piece) = pieces.next(bell)? {
                let rows = &piece.upserts;
                for target in &census {
                    batch::with(rows, 0..rows.len(), || pgrx::Spi::run(&target.collect))?;
                }
                let (mut keys, mut bad) = (RowBuf::new(), Vec::new());
                for key in piece
                    .keys
                    .iter()
                    .chain(piece.bad.iter().map(|bad| &bad.key))
                {
                    if plan.key_up(key, &mut keys).is_err() {
                        bad.push(key.clone());
                    }
                }
                others.seen(&keys, &bad)?;
            }
            others.forget()?;
            pgrx::Spi::run("SET LOCAL enable_nestloop = off")?;
            for target in &census {
                pgrx::Spi::run(&target.analyze)?;
                pgrx::Spi::run(&target.delete_others)?;
                pgrx::Spi::run(&target.drop)?;
            }
            Ok(())
        })
    }
}

fn no_chunk() -> Chunk {
    Chunk {
        number: 0,
        range: Range {
            low: None,
            high: None,
        },
    }
}

/// The pieces of what is read, as they come, and how it ended.
struct Pieces<T, R> {
    pieces: Receiver<T>,
    ended: Receiver<std::result::Result<R, LegacyError>>,
}

impl<T, R> Pieces<T, R> {
    /// The next piece; `None` only when the legacy server has given every row: a lost connection is an error, never an end.
    fn next(&mut self, bell: &Bell) -> Result<Option<T>> {
        loop {
            match self
                .pieces
                .recv_timeout(std::time::Duration::from_millis(100))
            {
                Ok(piece) => return Ok(Some(piece)),
                Err(RecvTimeoutError::Timeout) => interrupts(),
                Err(RecvTimeoutError::Disconnected) => {
                    answer(bell, &self.ended)?;
                    return Ok(None);
                }
            }
        }
    }
}
