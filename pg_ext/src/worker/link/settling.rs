//! The worker's resolver: looks after branches in doubt beside the loop, without ever waiting for the legacy server.

use crossbeam_channel::{Receiver, TryRecvError};
use tandem_shared::xid::BranchName;

use super::Worker;
use crate::legacy::error::LegacyError;
use crate::legacy::options::LinkOptions;
use crate::legacy::task;
use crate::report::Result;
use crate::state::link::Link;
use crate::two_phase::decision;
use crate::two_phase::resolve::{self, Verdict};
use crate::upgrade::transaction::transaction;

/// Milliseconds between two looks.
const EVERY_MS: u64 = 5_000;

type Answer<T> = Receiver<std::result::Result<T, LegacyError>>;

/// How far a look is.
enum Step {
    /// The next one begins at this time.
    Until(u64),
    /// The list was asked for.
    Listing(Vec<BranchName>, Answer<Option<Vec<BranchName>>>),
    /// Branches are being ended.
    Ending(Vec<BranchName>, bool, Answer<Vec<Verdict>>),
}

/// The resolver of one link.
pub struct Settling(Step);

impl Settling {
    /// Looks at once.
    pub fn new() -> Self {
        Self(Step::Until(0))
    }

    /// When there is something to do by itself, in milliseconds of the loop's clock; the bell rings for the rest.
    pub fn due_ms(&self) -> u64 {
        match self.0 {
            Step::Until(at) => at,
            _ => u64::MAX,
        }
    }

    /// Goes on as far as it can without waiting.
    pub fn tend(
        &mut self,
        worker: &Worker,
        row: &Link,
        options: &LinkOptions,
        now_ms: u64,
    ) -> Result<()> {
        let later = Step::Until(now_ms + EVERY_MS);
        let next = match &self.0 {
            Step::Until(at) if *at > now_ms => return Ok(()),
            Step::Until(_) => {
                if transaction(|| decision::any(&row.name))? {
                    let open = transaction(|| decision::open(&row.name))?;
                    let key = row.key;
                    let wake = worker.bell.wake();
                    let work = task::run(options, wake, move |session| resolve::list(session, key));
                    work.map_or(later, |answer| Step::Listing(open, answer))
                } else {
                    later
                }
            }
            Step::Listing(open, answer) => match answer.try_recv() {
                Err(TryRecvError::Empty) => return Ok(()),
                Ok(Ok(listed)) => {
                    let (verdicts, done) = transaction(|| resolve::judge(open, listed.as_deref()))?;
                    self.end(worker, row, options, verdicts, done, listed.is_some())?
                        .unwrap_or(later)
                }
                _ => later,
            },
            Step::Ending(done, listed, answer) => match answer.try_recv() {
                Err(TryRecvError::Empty) => return Ok(()),
                Ok(Ok(verdicts)) => {
                    transaction(|| resolve::note(&row.name, &verdicts, done, *listed))?;
                    later
                }
                _ => later,
            },
        };
        self.0 = next;
        Ok(())
    }

    /// Has the branches ended; `None` when there is none to end.
    fn end(
        &self,
        worker: &Worker,
        row: &Link,
        options: &LinkOptions,
        mut verdicts: Vec<Verdict>,
        done: Vec<BranchName>,
        listed: bool,
    ) -> Result<Option<Step>> {
        if verdicts.is_empty() {
            transaction(|| resolve::note(&row.name, &verdicts, &done, listed))?;
            return Ok(None);
        }
        let work = task::run(options, worker.bell.wake(), move |session| {
            resolve::end(session, &mut verdicts);
            Ok(verdicts)
        });
        Ok(work.ok().map(|answer| Step::Ending(done, listed, answer)))
    }
}
