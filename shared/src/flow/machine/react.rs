//! What each event changes.
//!
//! Promise: an event of a dead session changes nothing; a failure is never taken for an answer.

use super::{Machine, Read, Ready, Run};
use crate::flow::batch::Batch;
use crate::flow::command::{Command, Report};
use crate::flow::event::{Event, Failure, TableState};
use crate::flow::names::{Lane, Receipt, Session, TableId};
use crate::flow::status::Counts;
use crate::flow::tables::Change;

impl<P> Machine<P> {
    /// Takes note of an event. Hand in everything that has arrived before asking for the next command.
    pub fn handle(&mut self, now_ms: u64, event: Event<P>) {
        match event {
            Event::Connected { lane, session } => {
                if self.lanes.get_mut(lane).connected(session) && lane == Lane::B {
                    self.second_lane.succeed();
                }
            }
            Event::Pulled(batch) => self.pulled(now_ms, batch),
            Event::Acked(receipt) => self.acked(now_ms, receipt),
            Event::LaneFailed {
                lane,
                session,
                failure,
            } => self.lane_failed(now_ms, lane, session, failure),
            Event::Applied {
                receipt,
                changed,
                parked,
            } => self.applied(now_ms, receipt, changed, parked),
            Event::ApplyFailed { receipt, failure } => self.apply_failed(now_ms, receipt, failure),
            Event::Bell(dirty) => {
                self.caught_up = false;
                self.looks.bell(dirty);
            }
            Event::Doorbell { present } => self.looks.doorbell(present),
            Event::Table { table, state } => self.table(table, state),
            Event::Wait(ticket) => self.tickets.add(ticket, self.pulls),
            Event::Withdraw(ticket) => self.tickets.withdraw(ticket),
            Event::Pause => self.leave(now_ms, false),
            Event::Stop => self.leave(now_ms, true),
            Event::Resume => self.resume(),
        }
    }

    fn pulled(&mut self, now_ms: u64, batch: Batch<P>) {
        let receipt = batch.receipt;
        let deadline_ms = now_ms + self.limits.answer_timeout_ms;
        let lane = self.lanes.get_mut(receipt.lane);
        let Some(pull) = lane.pulled(receipt, deadline_ms) else {
            return;
        };
        self.counts.pulls += 1;
        if pull.discard {
            return;
        }
        let found: Vec<TableId> = batch.taken.iter().map(|taken| taken.table).collect();
        if pull.floored {
            self.looks.want_full();
        } else {
            self.looks
                .answered(now_ms, pull.full, pull.expected.clone(), &found);
        }
        if batch.cut {
            self.looks.want_full();
        }
        self.start_after = found.last().copied().filter(|_| batch.cut);
        if found.is_empty() {
            self.source_works();
            if self.is_complete(&pull, batch.cut) {
                self.reached(&pull);
            }
            return;
        }
        self.caught_up = false;
        self.counts.notifications += batch.taken.iter().map(|t| t.notifications).sum::<u64>();
        self.lanes.get_mut(receipt.lane).hold(receipt);
        self.ready.push_back(Ready {
            read: Read {
                pull,
                taken: batch.taken,
                cut: batch.cut,
            },
            payload: batch.payload,
        });
    }

    fn applied(&mut self, now_ms: u64, receipt: Receipt, changed: u64, parked: u64) {
        let Some(read) = self.applying.take_if(|r| r.pull.receipt == receipt) else {
            return;
        };
        let Counts {
            batches,
            changed: all_changed,
            parked: all_parked,
            ..
        } = &mut self.counts;
        *batches += 1;
        *all_changed += changed;
        *all_parked += parked;
        if self.target.succeed() {
            self.report(Report::TargetBack);
        }
        let deadline_ms = now_ms + self.limits.answer_timeout_ms;
        // After a reset the lane no longer holds the receipt: then the rows are read again, and found equal.
        if self.lanes.get_mut(receipt.lane).ack(receipt, deadline_ms) {
            self.out.push_back(Command::Ack(receipt));
        }
        if self.is_complete(&read.pull, read.cut) {
            self.reached(&read.pull);
        }
    }

    fn apply_failed(&mut self, now_ms: u64, receipt: Receipt, failure: Failure) {
        let Some(read) = self.applying.take_if(|r| r.pull.receipt == receipt) else {
            return;
        };
        self.looks.lost(read.pull.expected);
        self.drop_pipeline();
        if self.exclude(failure) {
            return;
        }
        if self.target.fail(now_ms, failure == Failure::Link) {
            self.report(Report::TargetFailing);
        }
    }

    fn acked(&mut self, now_ms: u64, receipt: Receipt) {
        let deadline_ms = now_ms + self.limits.answer_timeout_ms;
        let lane = self.lanes.get_mut(receipt.lane);
        if lane.acked(receipt, deadline_ms) {
            self.counts.acks += 1;
            self.source_works();
        }
    }

    /// Also called when a lane has not answered in time.
    pub(super) fn lane_failed(
        &mut self,
        now_ms: u64,
        lane: Lane,
        session: Session,
        failure: Failure,
    ) {
        let state = self.lanes.get_mut(lane);
        if state.session() != Some(session) {
            return;
        }
        if lane == Lane::B && state.is_connecting() {
            // Reading ahead is a gain, not a need: the other lane goes on.
            state.close();
            self.out.push_back(Command::Close { lane, session });
            self.second_lane.fail(now_ms, false);
            return;
        }
        self.counts.resets += 1;
        self.close_lanes();
        if self.exclude(failure) {
            return;
        }
        if self.source.fail(now_ms, failure == Failure::Link) {
            self.report(Report::SourceAway);
        }
    }

    fn table(&mut self, table: TableId, state: TableState) {
        match self.tables.set(table, state) {
            Change::Joined => {
                self.caught_up = false;
                self.looks.want_full();
            }
            // What was read of it may be older than what its next copy will bring.
            Change::Left if self.in_flight(table) => self.drop_pipeline(),
            Change::Left | Change::Other => {}
        }
    }

    /// Takes the failing table out; false when the failure is about something else.
    fn exclude(&mut self, failure: Failure) -> bool {
        let Failure::Table(table) = failure else {
            return false;
        };
        if !self.tables.is_live(table) {
            return false;
        }
        self.table(table, TableState::Excluded);
        self.report(Report::TableExcluded(table));
        true
    }

    fn in_flight(&self, table: TableId) -> bool {
        let taken = |ready: &Ready<P>| ready.read.taken.iter().any(|t| t.table == table);
        let read = self.ready.iter().any(taken);
        let reading = |pulling: &super::Pulling| pulling.tables.contains(&table);
        read || self
            .lanes
            .iter()
            .any(|(_, lane)| lane.pulling().is_some_and(reading))
    }

    fn source_works(&mut self) {
        if self.source.succeed() {
            self.report(Report::SourceBack);
        }
    }

    fn leave(&mut self, now_ms: u64, stop: bool) {
        match self.run {
            Run::Stopped => {}
            Run::Paused if !stop => {}
            Run::Leaving {
                stop: already,
                until_ms,
            } => {
                self.run = Run::Leaving {
                    stop: stop || already,
                    until_ms,
                };
            }
            Run::Running | Run::Paused => {
                self.drop_pipeline();
                self.run = Run::Leaving {
                    stop,
                    until_ms: now_ms + self.limits.leave_grace_ms,
                };
            }
        }
    }

    fn resume(&mut self) {
        if matches!(self.run, Run::Paused | Run::Leaving { stop: false, .. }) {
            self.run = Run::Running;
        }
    }
}
