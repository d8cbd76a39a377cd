//! What each event changes, the answers of lanes and target aside (`answers`).
//!
//! Promise: an event of a dead session changes nothing; what is thrown away is read again.

use super::{Machine, Ready, Run};
use crate::flow::command::Report;
use crate::flow::event::{Dirty, Event, Failure, TableState};
use crate::flow::lanes::Pulling;
use crate::flow::names::{Lane, TableId, Ticket};
use crate::flow::tables::Change;

impl<P> Machine<P> {
    /// Takes note of an event.
    pub fn handle(&mut self, now_ms: u64, event: Event<P>) {
        match event {
            Event::Connected { lane, session } => {
                if self.lanes.get_mut(lane).connected(session, now_ms) && lane == Lane::B {
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
            Event::Bell(dirty) => self.bell(dirty),
            Event::Doorbell { present } => self.looks.doorbell(present),
            Event::Table { table, state } => self.table(table, state),
            Event::Wait(ticket) => self.wait_for(ticket),
            Event::Withdraw(ticket) => self.tickets.withdraw(ticket),
            Event::Pause => self.leave(now_ms, false),
            Event::Stop => self.leave(now_ms, true),
            Event::Resume => self.resume(),
        }
    }

    fn bell(&mut self, dirty: Dirty) {
        let heard = match dirty {
            Dirty::All => Dirty::All,
            // Tables that are not live are looked at when they join.
            Dirty::Tables(mut tables) => {
                tables.retain(|table| self.tables.is_live(*table));
                if tables.is_empty() {
                    return;
                }
                Dirty::Tables(tables)
            }
        };
        self.caught_up = false;
        self.looks.bell(heard);
    }

    fn wait_for(&mut self, ticket: Ticket) {
        broken!(self, TicketServedEarly => return self.wait_for_an_earlier_pull(ticket));
        self.tickets.add(ticket, self.pulls);
    }

    fn table(&mut self, table: TableId, state: TableState) {
        broken!(self, LeftTableKept => if state != TableState::Live {
            self.tables.set(table, state);
            return;
        });
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
    pub(super) fn exclude(&mut self, failure: Failure) -> bool {
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

    /// True when something of the table was read, or is being read, and is not with the target yet.
    fn in_flight(&self, table: TableId) -> bool {
        let took = |ready: &Ready<P>| ready.read.taken.iter().any(|t| t.table == table);
        let asks = |pulling: &Pulling| pulling.tables.contains(&table);
        let mut lanes = self.lanes.iter();
        self.ready.iter().any(took) || lanes.any(|(_, lane)| lane.pulling().is_some_and(asks))
    }

    fn leave(&mut self, now_ms: u64, stop: bool) {
        match &mut self.run {
            Run::Stopped => {}
            Run::Paused if !stop => {}
            Run::Leaving { stop: already, .. } => *already |= stop,
            Run::Running | Run::Paused => {
                self.drop_pipeline();
                let until_ms = now_ms + self.limits.leave_grace_ms;
                self.run = Run::Leaving { stop, until_ms };
            }
        }
    }

    fn resume(&mut self) {
        if matches!(self.run, Run::Paused | Run::Leaving { stop: false, .. }) {
            self.run = Run::Running;
        }
        self.source.retry_now();
        self.target.retry_now();
        self.second_lane.retry_now();
    }
}
