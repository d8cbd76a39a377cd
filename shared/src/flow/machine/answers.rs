//! What the answers of the lanes and of the target change.
//!
//! Promise: only a batch that the target has durably is acknowledged, and only by the session that read it; a failure is never taken for
//! an answer; after any failure nothing is assumed and everything in flight is read again.

use super::{Machine, Read, Ready};
use crate::flow::batch::Batch;
use crate::flow::command::{Command, Report};
use crate::flow::event::Failure;
use crate::flow::names::{Lane, Receipt, Session, TableId};

impl<P> Machine<P> {
    pub(super) fn pulled(&mut self, now_ms: u64, batch: Batch<P>) {
        let receipt = batch.receipt;
        let deadline_ms = self.deadline_ms(now_ms);
        let lane = self.lanes.get_mut(receipt.lane);
        let Some(pull) = lane.pulled(receipt, deadline_ms) else {
            return;
        };
        if batch.cut && batch.taken.is_empty() {
            // "There is more" without a first one: not an answer that the loop could go on from.
            let session = receipt.session;
            self.looks.lost(pull.expected);
            return self.lane_failed(now_ms, receipt.lane, session, Failure::Transient);
        }
        self.counts.pulls += 1;
        if pull.discard {
            return;
        }
        broken!(self, BellForgotten => self.looks.forget_bells());
        let found: Vec<TableId> = batch.taken.iter().map(|taken| taken.table).collect();
        if !pull.floored {
            let expected = pull.expected.clone();
            self.looks.answered(now_ms, pull.full, expected, &found);
        }
        if pull.floored || batch.cut {
            self.looks.want_full();
        }
        self.start_after = found.last().copied().filter(|_| batch.cut);
        if found.is_empty() {
            // Nothing to apply and nothing to acknowledge: the round is over.
            self.source_works();
            if self.is_complete(&pull, false) {
                self.reached(&pull);
            }
            return;
        }
        self.caught_up = false;
        self.counts.notifications += batch.taken.iter().map(|t| t.notifications).sum::<u64>();
        self.lanes.get_mut(receipt.lane).hold(receipt);
        broken!(self, AckBeforeApply => self.ack(now_ms, receipt));
        let (taken, cut) = (batch.taken, batch.cut);
        self.ready.push_back(Ready {
            read: Read { pull, taken, cut },
            payload: batch.payload,
        });
    }

    pub(super) fn applied(&mut self, now_ms: u64, receipt: Receipt, changed: u64, parked: u64) {
        let Some(read) = self.applying.take_if(|r| r.pull.receipt == receipt) else {
            return;
        };
        self.counts.batches += 1;
        self.counts.changed += changed;
        self.counts.parked += parked;
        if self.target.succeed() {
            self.report(Report::TargetBack);
        }
        self.excuse_lanes(now_ms);
        self.ack(now_ms, receipt);
        if self.is_complete(&read.pull, read.cut) {
            self.reached(&read.pull);
        }
    }

    pub(super) fn apply_failed(&mut self, now_ms: u64, receipt: Receipt, failure: Failure) {
        let Some(read) = self.applying.take_if(|r| r.pull.receipt == receipt) else {
            return;
        };
        self.excuse_lanes(now_ms);
        self.looks.lost(read.pull.expected);
        broken!(self, KeepReadAhead => return self.keep_read_ahead(now_ms, receipt));
        self.drop_pipeline();
        if self.exclude(failure) {
            return;
        }
        if self.target.fail(now_ms, failure == Failure::Link) {
            self.report(Report::TargetFailing);
        }
    }

    pub(super) fn acked(&mut self, now_ms: u64, receipt: Receipt) {
        let deadline_ms = self.deadline_ms(now_ms);
        if self.lanes.get_mut(receipt.lane).acked(receipt, deadline_ms) {
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
        if self.lanes.get(lane).session() != Some(session) {
            return;
        }
        broken!(self, ReceiptOutlivesSession => return self.retry_ack(now_ms, lane));
        broken!(self, LostIsEmpty => self.take_lost_for_empty(lane));
        if lane == Lane::B && self.lanes.get(lane).is_connecting() {
            // Reading ahead is a gain, not a need: the other lane goes on.
            self.close_lane(lane);
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
        broken!(self, NoBackoff => self.source.retry_now());
    }

    /// Acknowledges what is durable now. After a reset the lane no longer holds the receipt: then the rows are read again, and found
    /// equal.
    pub(super) fn ack(&mut self, now_ms: u64, receipt: Receipt) {
        let deadline_ms = self.deadline_ms(now_ms);
        if self.lanes.get_mut(receipt.lane).ack(receipt, deadline_ms) {
            self.out.push_back(Command::Ack(receipt));
        }
    }

    /// While it was applying, the driver may have been deaf to the lanes: they get their time again.
    fn excuse_lanes(&mut self, now_ms: u64) {
        let deadline_ms = self.deadline_ms(now_ms);
        for lane in Lane::BOTH {
            self.lanes.get_mut(lane).renew(deadline_ms);
        }
    }

    fn source_works(&mut self) {
        if self.source.succeed() {
            self.report(Report::SourceBack);
        }
    }
}
