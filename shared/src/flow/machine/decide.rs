//! What to do next: the loop, in the order of its worth.
//!
//! Promise: reading ahead is ordered before the batch in hand is applied, so both go on at once; nothing is read that could not be
//! applied; a `Wait` always ends later than now.

use super::{Machine, Read, Ready, Run};
use crate::flow::batch::{Apply, PullOrder, TableFloor};
use crate::flow::command::{Command, Report};
use crate::flow::event::Failure;
use crate::flow::lanes::Pulling;
use crate::flow::looks::{Expected, Scope};
use crate::flow::names::{Lane, Receipt, Session, TableId};

impl<P> Machine<P> {
    /// The next command. Call again until it is `Wait` or `Stopped`.
    pub fn next(&mut self, now_ms: u64) -> Command<P> {
        self.give_up_silent_lanes(now_ms);
        if let Some(command) = self.out.pop_front() {
            return command;
        }
        match self.run {
            Run::Running => self
                .serve_without_tables()
                .or_else(|| self.read_ahead(now_ms))
                .or_else(|| self.look(now_ms))
                .or_else(|| self.apply())
                .unwrap_or_else(|| self.wait(now_ms)),
            Run::Leaving { stop, until_ms } => self.leaving(now_ms, stop, until_ms),
            Run::Paused => Command::Wait { until_ms: None },
            Run::Stopped => Command::Stopped,
        }
    }

    fn give_up_silent_lanes(&mut self, now_ms: u64) {
        for lane in Lane::BOTH {
            let state = self.lanes.get(lane);
            if let (Some(session), Some(deadline_ms)) = (state.session(), state.deadline_ms())
                && now_ms >= deadline_ms
            {
                self.lane_failed(now_ms, lane, session, Failure::Transient);
            }
        }
    }

    /// Nobody has to wait for a link in which nothing is wanted.
    fn serve_without_tables(&mut self) -> Option<Command<P>> {
        if self.tables.live_count() > 0 || self.tables.any_pending() || self.tickets.is_empty() {
            return None;
        }
        Some(Command::Serve(self.tickets.served_by(u64::MAX)))
    }

    /// While a cut batch is applied, the other lane reads what comes after it.
    fn read_ahead(&mut self, now_ms: u64) -> Option<Command<P>> {
        let head = self.only_batch()?;
        let receipt = head.pull.receipt;
        let alive = self.lanes.get(receipt.lane).session() == Some(receipt.session);
        let enough = self.floored_in_row >= self.limits.floored_pulls;
        if !head.cut || !alive || enough || self.lanes.any_pulling() {
            return None;
        }
        let lane = receipt.lane.other();
        if self.lanes.get(lane).session().is_none() && self.second_lane.until(now_ms).is_none() {
            return Some(self.connect(now_ms, lane));
        }
        if !self.lanes.get(lane).is_free() {
            return None;
        }
        let (full, wanted) = (head.pull.full, head.pull.tables.clone());
        let floors: Vec<_> = head.taken.iter().map(|t| (t.table, t.last_id)).collect();
        let mut tables = self.tables.live_after(self.start_after);
        tables.retain(|t| full || wanted.contains(t) || self.looks.rang(*t));
        if tables.is_empty() {
            return None;
        }
        self.floored_in_row += 1;
        Some(self.pull(
            now_ms,
            lane,
            tables,
            full,
            Some(&floors),
            Expected::default(),
        ))
    }

    /// The batch in flight, when there is exactly one.
    fn only_batch(&self) -> Option<&Read> {
        match (&self.applying, self.ready.len()) {
            (Some(read), 0) => Some(read),
            (None, 1) => self.ready.front().map(|ready| &ready.read),
            _ => None,
        }
    }

    /// With nothing in flight: looks from the start, if there is a reason to.
    fn look(&mut self, now_ms: u64) -> Option<Command<P>> {
        let busy = self.applying.is_some() || !self.ready.is_empty() || self.lanes.any_pulling();
        let waiting = self.source.until(now_ms).is_some() || self.target.until(now_ms).is_some();
        if busy || waiting {
            return None;
        }
        let live = self.tables.live_count();
        if live == 0 {
            return None;
        }
        let waited_for = !self.tickets.is_empty() && !self.tables.any_pending();
        let scope = if waited_for {
            Scope::Full
        } else {
            self.looks.due(now_ms, live)?
        };
        let lane = self.lane_to_look()?;
        if self.lanes.get(lane).session().is_none() {
            return Some(self.connect(now_ms, lane));
        }
        if !self.lanes.get(lane).is_free() {
            return None;
        }
        let mut tables = self.tables.live_after(self.start_after);
        if let Scope::Dirty(dirty) = &scope {
            tables.retain(|table| dirty.contains(*table));
        }
        let expected = self.looks.started(now_ms, &scope);
        if tables.is_empty() {
            // Bells of tables that are not live: those tables are looked at when they join.
            return None;
        }
        self.floored_in_row = 0;
        Some(self.pull(now_ms, lane, tables, scope == Scope::Full, None, expected))
    }

    /// A look must not see what is being acknowledged: it goes behind the acknowledgement, on the same lane.
    fn lane_to_look(&self) -> Option<Lane> {
        let acking: Vec<Lane> = self
            .lanes
            .iter()
            .filter(|(_, state)| state.acking())
            .map(|(lane, _)| lane)
            .collect();
        match acking[..] {
            [] => Some(Lane::A),
            [lane] => Some(lane),
            _ => None,
        }
    }

    fn pull(
        &mut self,
        now_ms: u64,
        lane: Lane,
        tables: Vec<TableId>,
        full: bool,
        floors: Option<&[(TableId, u64)]>,
        expected: Expected,
    ) -> Command<P> {
        let state = self.lanes.get_mut(lane);
        let session = state.session().unwrap_or(Session(0));
        self.pulls += 1;
        let receipt = Receipt {
            lane,
            session,
            pull: self.pulls,
        };
        let after = |table| {
            let floor = floors?.iter().find(|(floored, _)| *floored == table)?;
            Some(floor.1)
        };
        let order = PullOrder {
            receipt,
            tables: tables
                .iter()
                .map(|&table| TableFloor {
                    table,
                    after: after(table),
                })
                .collect(),
            rows: self.limits.batch_rows,
            bytes: self.limits.batch_bytes,
        };
        let pulling = Pulling {
            receipt,
            started_ms: now_ms,
            tables,
            full,
            floored: floors.is_some(),
            joins: self.tables.joins(),
            expected,
            discard: false,
        };
        state.pull(pulling, now_ms + self.limits.answer_timeout_ms);
        Command::Pull(order)
    }

    fn connect(&mut self, now_ms: u64, lane: Lane) -> Command<P> {
        self.sessions += 1;
        let session = Session(self.sessions);
        let deadline_ms = now_ms + self.limits.answer_timeout_ms;
        self.lanes.get_mut(lane).connect(session, deadline_ms);
        Command::Connect { lane, session }
    }

    fn apply(&mut self) -> Option<Command<P>> {
        if self.applying.is_some() {
            return None;
        }
        let Ready { read, payload } = self.ready.pop_front()?;
        let apply = Apply {
            receipt: read.pull.receipt,
            payload,
            complete: self.is_complete(&read.pull, read.cut),
            started_ms: read.pull.started_ms,
        };
        self.applying = Some(read);
        Some(Command::Apply(apply))
    }

    fn wait(&self, now_ms: u64) -> Command<P> {
        let look_ms = (self.tables.live_count() > 0).then(|| self.looks.next_ms());
        let until_ms = [
            look_ms,
            self.lanes.deadline_ms(),
            self.source.until(now_ms),
            self.target.until(now_ms),
            self.second_lane.until(now_ms),
        ];
        Command::Wait {
            until_ms: until_ms.into_iter().flatten().filter(|t| *t > now_ms).min(),
        }
    }

    fn leaving(&mut self, now_ms: u64, stop: bool, until_ms: u64) -> Command<P> {
        let busy = self.applying.is_some() || self.lanes.any_acking();
        if busy && now_ms < until_ms {
            let lane_ms = self.lanes.deadline_ms().unwrap_or(u64::MAX);
            return Command::Wait {
                until_ms: Some(until_ms.min(lane_ms)),
            };
        }
        self.close_lanes();
        self.run = if stop { Run::Stopped } else { Run::Paused };
        if !stop {
            self.report(Report::Paused);
        }
        self.next(now_ms)
    }
}
