//! The machine: what is known of both ends, and the two things that are done with it.
//!
//! Promise: see the invariants in `flow`. It never blocks, never reads a clock and never looks into a payload. The driver calls `handle`
//! for everything that happens (`react`) and `next` for what to do (`decide`).

/// Breaks a rule on purpose, to see whether the simulator notices: only in tests, see `sim::broken`.
macro_rules! broken {
    ($machine:expr, $rule:ident => $instead:expr) => {
        #[cfg(test)]
        if $machine.broken == Some(crate::flow::sim::broken::Broken::$rule) {
            $instead;
        }
    };
}

mod answers;
#[cfg(test)]
mod broken;
mod decide;
mod react;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::backoff::Backoff;
use super::batch::Taken;
use super::command::{Command, Report};
use super::lanes::{Lanes, Pulling};
use super::limits::Limits;
use super::looks::Looks;
use super::names::{Lane, TableId};
use super::status::{Consistent, Counts, Phase, Status};
use super::tables::Tables;
use super::tickets::Tickets;

/// One direction of one link. `P` is the batch's payload.
#[derive(Debug)]
pub struct Machine<P> {
    limits: Limits,
    run: Run,
    tables: Tables,
    lanes: Lanes,
    looks: Looks,
    tickets: Tickets,
    /// Trouble with the source, with the target, and with opening the second lane alone.
    source: Backoff,
    target: Backoff,
    second_lane: Backoff,
    /// Read and not yet given to the target, oldest first; at most one for each lane.
    ready: VecDeque<Ready<P>>,
    /// Given to the target.
    applying: Option<Read>,
    sessions: u64,
    pulls: u64,
    floored_in_row: u32,
    /// Where the last cut batch ended: the next pull begins with the table after it.
    start_after: Option<TableId>,
    caught_up: bool,
    consistent: Option<Consistent>,
    counts: Counts,
    /// Commands that are decided and only wait to be handed out.
    out: VecDeque<Command<P>>,
    #[cfg(test)]
    pub(in crate::flow) broken: Option<super::sim::broken::Broken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Running,
    Leaving { stop: bool, until_ms: u64 },
    Paused,
    Stopped,
}

/// A batch without its rows.
#[derive(Debug)]
struct Read {
    pull: Pulling,
    taken: Vec<Taken>,
    cut: bool,
}

#[derive(Debug)]
struct Ready<P> {
    read: Read,
    payload: P,
}

impl<P> Machine<P> {
    /// A machine that knows no table and has no lane. `jitter` is any number; different ones spread the retries of different links.
    pub fn new(limits: Limits, jitter: u64) -> Self {
        let limits = limits.clamped();
        let backoff = |n| Backoff::new(limits.backoff_first_ms, limits.backoff_max_ms, jitter ^ n);
        Self {
            limits,
            run: Run::Running,
            tables: Tables::default(),
            lanes: Lanes::default(),
            looks: Looks::new(limits),
            tickets: Tickets::default(),
            source: backoff(1),
            target: backoff(2),
            second_lane: backoff(3),
            ready: VecDeque::new(),
            applying: None,
            sessions: 0,
            pulls: 0,
            floored_in_row: 0,
            start_after: None,
            caught_up: false,
            consistent: None,
            counts: Counts::default(),
            out: VecDeque::new(),
            #[cfg(test)]
            broken: None,
        }
    }

    /// How things stand.
    pub fn status(&self) -> Status {
        Status {
            phase: self.phase(),
            caught_up: self.caught_up,
            consistent: self.consistent,
            source_away_since_ms: self.source.since_ms(),
            target_failing_since_ms: self.target.since_ms(),
            open_tickets: self.tickets.len(),
            counts: self.counts,
        }
    }

    /// True while the loop reads and applies this table.
    pub fn is_live(&self, table: TableId) -> bool {
        self.tables.is_live(table)
    }

    fn phase(&self) -> Phase {
        match self.run {
            Run::Leaving { .. } => Phase::Leaving,
            Run::Paused => Phase::Paused,
            Run::Stopped => Phase::Stopped,
            Run::Running if self.applying.is_some() || self.target.since_ms().is_some() => {
                Phase::Applying
            }
            Run::Running if self.tables.live_count() == 0 => Phase::NoTables,
            Run::Running if !self.lanes.get(Lane::A).is_up() => Phase::Connecting,
            Run::Running if self.lanes.any_pulling() || !self.ready.is_empty() => Phase::Pulling,
            Run::Running => Phase::Idle,
        }
    }

    /// True when applying this batch makes the target equal to its snapshot, in all tables that are live now.
    fn is_complete(&self, pull: &Pulling, cut: bool) -> bool {
        broken!(self, CompleteWithFloors => if pull.floored { return !cut });
        broken!(self, JoinIgnored => return pull.full && !pull.floored && !cut);
        pull.full && !pull.floored && !cut && pull.joins == self.tables.joins()
    }

    /// The target is equal to this pull's snapshot.
    fn reached(&mut self, pull: &Pulling) {
        self.caught_up = self.looks.quiet();
        self.consistent = Some(Consistent {
            pull: pull.receipt.pull,
            started_ms: pull.started_ms,
        });
        if self.tables.any_pending() {
            return;
        }
        let served = self.tickets.served_by(pull.receipt.pull);
        if !served.is_empty() {
            self.out.push_back(Command::Serve(served));
        }
    }

    /// Throws away everything that was read and is not with the target yet; it will be read again.
    fn drop_pipeline(&mut self) {
        self.caught_up = false;
        self.looks.want_full();
        self.floored_in_row = 0;
        for ready in self.ready.drain(..) {
            self.looks.lost(ready.read.pull.expected);
        }
        let applying = self.applying.as_ref().map(|read| read.pull.receipt);
        for lane in Lane::BOTH {
            let state = self.lanes.get_mut(lane);
            state.drop_held(applying);
            if let Some(pulling) = state.pulling_mut() {
                pulling.discard = true;
                self.looks.lost(std::mem::take(&mut pulling.expected));
            }
        }
    }

    /// Ends both lanes and forgets all that depended on them.
    fn close_lanes(&mut self) {
        self.drop_pipeline();
        for lane in Lane::BOTH {
            self.close_lane(lane);
        }
    }

    fn close_lane(&mut self, lane: Lane) {
        if let Some(session) = self.lanes.get_mut(lane).close() {
            self.out.push_back(Command::Close { lane, session });
        }
    }

    /// When a lane that is asked now counts as lost.
    fn deadline_ms(&self, now_ms: u64) -> u64 {
        now_ms + self.limits.answer_timeout_ms
    }

    fn report(&mut self, report: Report) {
        self.out.push_back(Command::Report(report));
    }
}
