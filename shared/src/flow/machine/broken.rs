//! What the machine does when a rule is broken on purpose (`sim::broken`). Only in tests.

use super::Machine;
use crate::flow::command::Report;
use crate::flow::names::{Lane, Receipt, Ticket};

impl<P> Machine<P> {
    pub(super) fn wait_for_an_earlier_pull(&mut self, ticket: Ticket) {
        self.tickets.add(ticket, self.pulls.saturating_sub(1));
    }

    pub(super) fn retry_ack(&mut self, now_ms: u64, lane: Lane) {
        let acking = self.lanes.get_mut(lane).take_acking();
        self.close_lanes();
        if self.source.fail(now_ms, false) {
            self.report(Report::SourceAway);
        }
        if let Some(receipt) = acking {
            let connect = self.connect(now_ms, lane);
            self.out.push_back(connect);
            let session = self.lanes.get(lane).session().unwrap_or(receipt.session);
            let receipt = Receipt { session, ..receipt };
            self.lanes.get_mut(lane).hold(receipt);
            self.ack(now_ms, receipt);
        }
    }

    pub(super) fn keep_read_ahead(&mut self, now_ms: u64, failed: Receipt) {
        self.lanes.get_mut(failed.lane).drop_held(None);
        self.looks.want_full();
        if self.target.fail(now_ms, false) {
            self.report(Report::TargetFailing);
        }
    }

    pub(super) fn take_lost_for_empty(&mut self, lane: Lane) {
        if let Some(pull) = self.lanes.get(lane).pulling().cloned()
            && self.is_complete(&pull, false)
        {
            self.reached(&pull);
        }
    }
}
