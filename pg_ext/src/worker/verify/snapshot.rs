//! The legacy snapshot of a comparison, in a thread that answers one question after the other.
//!
//! Promise: everything is read in one snapshot; a lost connection is an error, never the end of the rows.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use tandem_shared::change::TableBatch;
use tandem_shared::digest::Marks;
use tandem_shared::plan::TablePlan;

use super::quick;
use crate::legacy::binlog::log::Log;
use crate::legacy::chunk::{Keys, Range, all_keys, read_chunk};
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::options::LinkOptions;
use crate::legacy::pull::{self, Learned, Wanted};
use crate::legacy::task;
use crate::report::{Failure, Result};
use crate::worker::wake::{Bell, answer, interrupts};

/// One question to the legacy snapshot.
pub(super) enum Ask {
    /// All rows, piece by piece; `None` says that it was all.
    Table(Arc<TablePlan>, Sender<Option<TableBatch>>),
    /// All keys, as with `Table`.
    Keys(Arc<TablePlan>, Sender<Option<Keys>>),
    /// The digest of all rows.
    Digest(Arc<TablePlan>, u64, Sender<quick::Summary>),
    /// The rows of the marked buckets, as with `Table`.
    Marked(Arc<TablePlan>, Arc<Marks>, Sender<Option<TableBatch>>),
}

impl Ask {
    /// Reads what is asked for. In the thread; `wake` tells the asker that there is something.
    fn answer(
        self,
        session: &mut Session,
        wake: &dyn Fn(),
    ) -> std::result::Result<(), LegacyError> {
        match self {
            Self::Table(plan, sender) => {
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
            }
            Self::Keys(plan, sender) => {
                all_keys(session, &plan, |piece| {
                    let taken = sender.send(Some(piece)).is_ok();
                    wake();
                    taken
                })?;
                let _ = sender.send(None);
            }
            Self::Digest(plan, seed, sender) => {
                let _ = sender.send(quick::summary(session, &plan, seed)?);
            }
            Self::Marked(plan, marks, sender) => {
                quick::read_marked(session, &plan, &marks, &sender)?;
                let _ = sender.send(None);
            }
        }
        wake();
        Ok(())
    }
}

/// The legacy snapshot, in a thread.
pub(super) struct Legacy {
    asks: Sender<Ask>,
    pending: Receiver<std::result::Result<Vec<TableBatch>, LegacyError>>,
    ended: Receiver<std::result::Result<(), LegacyError>>,
}

impl Legacy {
    pub(super) fn open(
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
                ask.answer(session, wake.as_ref())?;
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
    pub(super) fn pending(&self, bell: &Bell) -> Result<Vec<TableBatch>> {
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

    /// The next answer of the thread.
    pub(super) fn receive<T>(&self, answers: &Receiver<T>, bell: &Bell) -> Result<T> {
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

    /// Has all rows of a table looked at, piece by piece.
    pub(super) fn pieces(
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

    pub(super) fn ask(&self, ask: Ask, bell: &Bell) -> Result<()> {
        self.asks.send(ask).map_err(|_| self.why(bell))
    }
}
