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

/// What a pull is to look at.
struct Look {
    tables: Vec<TableId>,
    /// These are all live tables.
    full: bool,
    /// The batch in flight after which it continues.
    floors: Option<Vec<(TableId, u64)>>,
    expected: Expected,
}

impl<P> Machine<P> {
    /// The next command; `now_ms` never goes back. Call again until it is `Wait` or `Stopped`, or, if the driver applies by itself, until it is `Apply`.
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
                .or_else(|| self.close_idle_lane(now_ms))
                .unwrap_or_else(|| self.wait(now_ms)),
            Run::Leaving { stop, until_ms } => self.leaving(now_ms, stop, until_ms),
            Run::Paused => Command::Wait { until_ms: None },
            Run::Stopped => Command::Stopped,
        }
    }

    fn give_up_silent_lanes(&mut self, now_ms: u64) {
        for lane in Lane::BOTH {
            let state = self.lanes.get(lane);
            let late = state.deadline_ms().is_some_and(|at_ms| now_ms >= at_ms);
            if let Some(session) = state.session().filter(|_| late) {
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
        let full = head.pull.full;
        let wanted = |t: &TableId| full || head.pull.tables.contains(t) || self.looks.rang(*t);
        let mut tables = self.tables.live_after(self.start_after);
        tables.retain(wanted);
        let floors = head.taken.iter().map(|t| (t.table, t.last_id)).collect();
        let look = Look {
            tables,
            full,
            floors: Some(floors),
            expected: Expected::default(),
        };
        self.floored_in_row += 1;
        self.pull(now_ms, lane, look)
    }

    /// The batch in flight, when there is exactly one.
    fn only_batch(&self) -> Option<&Read> {
        match (&self.applying, self.ready.len()) {
            (Some(read), 0) => Some(read),
            (None, 1) => self.ready.front().map(|ready| &ready.read),
            _ => None,
        }
    }

    /// True while something is in flight: its answer comes before the next look from the start.
    fn busy(&self) -> bool {
        self.applying.is_some() || !self.ready.is_empty() || self.lanes.any_pulling()
    }

    /// With nothing in flight: looks from the start, if there is a reason to.
    fn look(&mut self, now_ms: u64) -> Option<Command<P>> {
        let waiting = self.source.until(now_ms).is_some() || self.target.until(now_ms).is_some();
        let live = self.tables.live_count();
        if self.busy() || waiting || live == 0 {
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
        self.floored_in_row = 0;
        let look = Look {
            tables,
            full: scope == Scope::Full,
            floors: None,
            expected: self.looks.started(now_ms, &scope),
        };
        self.pull(now_ms, lane, look)
    }

    /// A look must not see what is being acknowledged: it goes behind the acknowledgement, on the same lane.
    fn lane_to_look(&self) -> Option<Lane> {
        let acking = |lane| self.lanes.get(lane).acking();
        match (acking(Lane::A), acking(Lane::B)) {
            (true, true) => None,
            (false, true) => Some(Lane::B),
            (_, false) => Some(Lane::A),
        }
    }

    /// Nothing when the tables have all left in the meantime.
    fn pull(&mut self, now_ms: u64, lane: Lane, look: Look) -> Option<Command<P>> {
        let session = self.lanes.get(lane).session()?;
        if look.tables.is_empty() {
            return None;
        }
        self.pulls += 1;
        let receipt = Receipt {
            lane,
            session,
            pull: self.pulls,
        };
        let after = |table| {
            let floors = look.floors.as_ref()?;
            let floor = floors.iter().find(|(floored, _)| *floored == table)?;
            Some(floor.1)
        };
        let floor = |&table: &TableId| TableFloor {
            table,
            after: after(table),
        };
        let order = PullOrder {
            receipt,
            tables: look.tables.iter().map(floor).collect(),
            rows: self.limits.batch_rows,
            bytes: self.limits.batch_bytes,
        };
        let pulling = Pulling {
            receipt,
            started_ms: now_ms,
            full: look.full,
            floored: look.floors.is_some(),
            tables: look.tables,
            joins: self.tables.joins(),
            expected: look.expected,
            discard: false,
        };
        let deadline_ms = self.deadline_ms(now_ms);
        self.lanes.get_mut(lane).pull(pulling, deadline_ms);
        Some(Command::Pull(order))
    }

    pub(super) fn connect(&mut self, now_ms: u64, lane: Lane) -> Command<P> {
        self.sessions += 1;
        let session = Session(self.sessions);
        let deadline_ms = self.deadline_ms(now_ms);
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

    /// The second lane costs the source a connection: it goes when the backlog is long over.
    fn close_idle_lane(&mut self, now_ms: u64) -> Option<Command<P>> {
        if now_ms < self.second_lane_closes_ms()? {
            return None;
        }
        let (lane, session) = (Lane::B, self.lanes.get_mut(Lane::B).close()?);
        Some(Command::Close { lane, session })
    }

    fn second_lane_closes_ms(&self) -> Option<u64> {
        let idle_since_ms = self.lanes.get(Lane::B).idle_since_ms()?;
        Some(idle_since_ms + self.limits.second_lane_idle_ms)
    }

    fn wait(&self, now_ms: u64) -> Command<P> {
        let times_ms = [
            (!self.busy() && self.tables.live_count() > 0).then(|| self.looks.next_ms()),
            self.lanes.deadline_ms(),
            self.source.until(now_ms),
            self.target.until(now_ms),
            self.second_lane.until(now_ms),
            self.second_lane_closes_ms(),
        ];
        let to_come = times_ms.into_iter().flatten().filter(|t| *t > now_ms);
        Command::Wait {
            until_ms: to_come.min(),
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
