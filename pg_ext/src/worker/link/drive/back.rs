//! Writes here that go back to the legacy database: the same loop with its ends swapped, a step at a time between the commands of the forward one.
//!
//! The two take turns in this process: while a batch goes back nothing is applied here, so that each sees what the other has done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::TryRecvError;
use tandem_shared::change::{Runs, TableBatch};
use tandem_shared::flow::{Receipt, TableId};
use tandem_shared::plan::{Back, TablePlan};

use super::Driver;
use crate::legacy::error::LegacyError;
use crate::legacy::reverse::{Done, Outcome, Refusal, Work, Writer};
use crate::report::{Failure, Result};
use crate::reverse::pull::{self, Outbox, Pending};
use crate::reverse::record;
use crate::reverse::settle::{Settled, settle};
use crate::upgrade::apply::Applier;
use crate::upgrade::transaction::transaction;

/// Notifications of one table in one batch.
const BATCH_ROWS: i64 = 500;
/// Milliseconds between two looks when nobody wakes the worker: a prepared transaction that commits does not.
const POLL_MS: u64 = 2_000;
/// Milliseconds between two attempts after an error: first and longest.
const RETRY_MS: (u64, u64) = (100, 10_000);

/// The reverse direction of a link.
pub(super) struct Reverse {
    outboxes: Vec<Outbox>,
    writer: Option<Writer>,
    /// When to look again.
    at_ms: u64,
    retry_ms: u64,
    /// True when rows have been sent since those were tried again that waited for another one.
    sent: bool,
    /// What has been applied here and is not acknowledged on the legacy server yet, by table.
    applied: HashMap<u32, Vec<(Receipt, Runs)>>,
}

/// The reverse direction, and the applier of the forward one, which sees to rows that wait to go back.
pub(super) fn begin(link: &str, plans: &[Arc<TablePlan>]) -> Result<(Applier, Reverse)> {
    let outboxes = transaction(|| pull::outboxes(link, plans))?;
    let mut applier = Applier::new(link);
    applier.heed(outboxes.clone());
    Ok((applier, Reverse::new(outboxes)))
}

/// One table of a batch.
struct Part {
    pending: Pending,
    backs: Vec<Back>,
    keyless: Vec<(Vec<u8>, Refusal)>,
    /// Keys that could not be translated and name no row any more.
    gone: Vec<Vec<u8>>,
}

impl Reverse {
    fn new(outboxes: Vec<Outbox>) -> Self {
        Self {
            outboxes,
            writer: None,
            at_ms: 0,
            retry_ms: RETRY_MS.0,
            sent: true,
            applied: HashMap::new(),
        }
    }

    /// When it wants to look again; `None` when no table's writes go back.
    pub(super) fn due_ms(&self) -> Option<u64> {
        (!self.outboxes.is_empty()).then_some(self.at_ms)
    }

    /// Somebody may have written.
    pub(super) fn woken(&mut self) {
        self.at_ms = 0;
    }

    /// A forward batch has been applied here.
    pub(super) fn applied(&mut self, receipt: Receipt, tables: &[TableBatch]) {
        for table in tables {
            let number = table.plan.table_no;
            if self.outboxes.iter().any(|one| one.plan.table_no == number) {
                let runs = self.applied.entry(number).or_default();
                runs.push((receipt, table.ids.clone()));
            }
        }
    }

    /// A forward batch has been acknowledged: its notifications are gone.
    pub(super) fn acked(&mut self, receipt: Receipt) {
        for runs in self.applied.values_mut() {
            runs.retain(|(known, _)| *known != receipt);
        }
    }
}

impl Driver<'_> {
    /// Reads which tables' writes go back, and who wins: the operator may have said otherwise.
    pub(super) fn read_outboxes(&mut self) -> Result<()> {
        let outboxes = transaction(|| pull::outboxes(&self.row.name, &self.plans))?;
        self.applier.heed(outboxes.clone());
        self.reverse.outboxes = outboxes;
        Ok(())
    }

    /// Sends what is pending, if it is time to look. An error is shown and tried again; only what this database says ends the loop.
    pub(super) fn send_back(&mut self) -> Result<()> {
        let due = self.reverse.due_ms().is_some_and(|at| self.now_ms() >= at);
        if !due || self.holding || self.stopping {
            return Ok(());
        }
        // A table that is being compared waits: what is only here must not be taken for a row that went there.
        let live = |outbox: &&Outbox| self.machine.is_live(TableId(outbox.plan.table_no));
        let outboxes: Vec<Outbox> = self.reverse.outboxes.iter().filter(live).cloned().collect();
        let pending = transaction(|| pull::pull(&outboxes, BATCH_ROWS))?;
        if pending.is_empty() && std::mem::take(&mut self.reverse.sent) {
            let name = self.row.name.as_str();
            transaction(|| {
                let mut tables = outboxes.iter();
                tables.try_for_each(|outbox| record::requeue(name, outbox))
            })?;
            return Ok(());
        }
        if pending.is_empty() {
            self.reverse.at_ms = self.now_ms() + POLL_MS;
            return Ok(());
        }
        match self.batch_back(pending.into_iter().map(part).collect()) {
            Ok(()) => {
                self.reverse.retry_ms = RETRY_MS.0;
                self.reverse.at_ms = 0;
            }
            Err(failure) => {
                self.worker.shm.set_error(&failure.line());
                self.reverse.writer = None;
                self.reverse.at_ms = self.now_ms() + self.reverse.retry_ms;
                self.reverse.retry_ms = (self.reverse.retry_ms * 2).min(RETRY_MS.1);
            }
        }
        Ok(())
    }

    fn batch_back(&mut self, parts: Vec<Part>) -> Result<()> {
        let work = parts.iter().map(|part| self.work(part)).collect();
        let outcomes = self.written(work)?;
        let written = |row: &Outcome| matches!(row.done, Done::Written | Done::Altered(_));
        self.reverse.sent |= outcomes.iter().flatten().any(written);
        let name = self.row.name.as_str();
        transaction(|| {
            parts
                .iter()
                .zip(&outcomes)
                .try_for_each(|(part, outcomes)| {
                    let settled = Settled {
                        pending: &part.pending,
                        backs: &part.backs,
                        outcomes,
                        keyless: &part.keyless,
                        gone: &part.gone,
                    };
                    settle(name, &settled)
                })
        })
    }

    fn work(&self, part: &Part) -> Work {
        let outbox = &part.pending.outbox;
        let applied = self.reverse.applied.get(&outbox.plan.table_no);
        let applied = applied.into_iter().flatten();
        Work {
            plan: Arc::clone(&outbox.plan),
            upgrade_wins: outbox.upgrade_wins,
            applied: applied.flat_map(|(_, runs)| runs.iter().copied()).collect(),
            rows: part.backs.clone(),
        }
    }

    /// Has a batch written and waits for the answer.
    fn written(&mut self, work: Vec<Work>) -> Result<Vec<Vec<Outcome>>> {
        if self.reverse.writer.is_none() {
            let wake = self.worker.bell.wake();
            self.reverse.writer = Some(Writer::start(&self.ready.options, wake)?);
        }
        let Some(writer) = &self.reverse.writer else {
            return Err(LegacyError::other("no session to write back with").into());
        };
        writer.order(work);
        let answers = writer.answers().clone();
        loop {
            match answers.try_recv() {
                Ok(answer) => return answer.map_err(Failure::from),
                Err(TryRecvError::Disconnected) => {
                    return Err(LegacyError::other("a thread ended without an answer").into());
                }
                Err(TryRecvError::Empty) => {}
            }
            if self.worker.bell.wait(Some(Duration::from_millis(500))) {
                self.look_at_ms = 0;
            }
        }
    }
}

fn part(pending: Pending) -> Part {
    let plan = Arc::clone(&pending.outbox.plan);
    let mut backs = Vec::new();
    let mut keyless = Vec::new();
    let mut gone = Vec::new();
    for notified in &pending.rows {
        match Back::new(&plan, notified.key.clone(), notified.row.clone()) {
            Ok(back) => backs.push(back),
            Err(_) if notified.row.is_none() => gone.push(notified.key.clone()),
            Err(reason) => {
                let refusal = Refusal {
                    column: Some(reason.column),
                    code: reason.error.code.to_owned(),
                    message: reason.error.message,
                };
                keyless.push((notified.key.clone(), refusal));
            }
        }
    }
    Part {
        pending,
        backs,
        keyless,
        gone,
    }
}
