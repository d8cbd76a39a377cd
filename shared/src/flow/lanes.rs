//! The two connections to the source as the machine sees them.
//!
//! Promise: an answer is accepted only from the session and for the command that is open; a receipt is held from its pull's answer until
//! it is acknowledged or dropped, and never outlives its session.

use super::looks::Expected;
use super::names::{Lane, Receipt, Session, TableId};

/// One lane.
#[derive(Debug, Default)]
pub(super) struct LaneState {
    session: Option<Session>,
    up: bool,
    acking: Option<Receipt>,
    pulling: Option<Pulling>,
    held: Option<Receipt>,
    deadline_ms: Option<u64>,
    /// When it was last asked for something.
    asked_ms: u64,
}

/// A pull and what must be remembered of it until its batch is applied.
#[derive(Debug, Clone)]
pub(super) struct Pulling {
    pub(super) receipt: Receipt,
    pub(super) started_ms: u64,
    pub(super) tables: Vec<TableId>,
    /// All tables that were live when it started.
    pub(super) full: bool,
    /// It continued after a batch in flight, so it may have left out what became visible late.
    pub(super) floored: bool,
    /// The number of joins when it started.
    pub(super) joins: u64,
    pub(super) expected: Expected,
    /// Its answer must be thrown away.
    pub(super) discard: bool,
}

impl LaneState {
    pub(super) fn session(&self) -> Option<Session> {
        self.session
    }

    pub(super) fn is_up(&self) -> bool {
        self.up
    }

    pub(super) fn is_connecting(&self) -> bool {
        self.session.is_some() && !self.up
    }

    pub(super) fn acking(&self) -> bool {
        self.acking.is_some()
    }

    pub(super) fn pulling(&self) -> Option<&Pulling> {
        self.pulling.as_ref()
    }

    pub(super) fn pulling_mut(&mut self) -> Option<&mut Pulling> {
        self.pulling.as_mut()
    }

    /// Able to take a pull now. An acknowledgement under way is no obstacle: the lane keeps the order.
    pub(super) fn is_free(&self) -> bool {
        self.up && self.pulling.is_none() && self.held.is_none()
    }

    /// When the lane counts as lost.
    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }

    /// Since when the lane has had nothing to do, if it has nothing to do.
    pub(super) fn idle_since_ms(&self) -> Option<u64> {
        (self.is_free() && self.acking.is_none()).then_some(self.asked_ms)
    }

    pub(super) fn connect(&mut self, session: Session, deadline_ms: u64) {
        *self = Self {
            session: Some(session),
            deadline_ms: Some(deadline_ms),
            ..Self::default()
        };
    }

    /// True when this opened the session that was asked for.
    pub(super) fn connected(&mut self, session: Session, now_ms: u64) -> bool {
        let opened = self.session == Some(session) && !self.up;
        if opened {
            self.up = true;
            self.asked_ms = now_ms;
            self.deadline_ms = None;
        }
        opened
    }

    pub(super) fn pull(&mut self, pulling: Pulling, deadline_ms: u64) {
        self.asked_ms = pulling.started_ms;
        self.pulling = Some(pulling);
        self.deadline_ms = Some(deadline_ms);
    }

    /// Takes the open pull when the answer is for it.
    pub(super) fn pulled(&mut self, receipt: Receipt, deadline_ms: u64) -> Option<Pulling> {
        let pulling = self.pulling.take_if(|p| p.receipt == receipt)?;
        self.renew(deadline_ms);
        Some(pulling)
    }

    /// Keeps the receipt until it is acknowledged or dropped.
    pub(super) fn hold(&mut self, receipt: Receipt) {
        self.held = Some(receipt);
    }

    /// Forgets the receipt that is held, except this one.
    pub(super) fn drop_held(&mut self, except: Option<Receipt>) {
        self.held.take_if(|held| Some(*held) != except);
    }

    /// Moves the receipt from held to "being acknowledged", if the session still holds it.
    pub(super) fn ack(&mut self, receipt: Receipt, deadline_ms: u64) -> bool {
        let held = self.held.take_if(|held| *held == receipt);
        if held.is_some() {
            self.acking = held;
            self.deadline_ms = Some(deadline_ms);
        }
        held.is_some()
    }

    /// True when this answers the acknowledgement that is under way.
    pub(super) fn acked(&mut self, receipt: Receipt, deadline_ms: u64) -> bool {
        let acked = self.acking.take_if(|r| *r == receipt).is_some();
        if acked {
            self.renew(deadline_ms);
        }
        acked
    }

    #[cfg(test)]
    pub(super) fn take_acking(&mut self) -> Option<Receipt> {
        self.acking.take()
    }

    /// Ends the session, if there is one; its name.
    pub(super) fn close(&mut self) -> Option<Session> {
        std::mem::take(self).session
    }

    /// The lane has shown that it lives, or could not: it gets its time again.
    pub(super) fn renew(&mut self, deadline_ms: u64) {
        let open = self.is_connecting() || self.acking.is_some() || self.pulling.is_some();
        self.deadline_ms = open.then_some(deadline_ms);
    }
}

/// Both lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes([LaneState; 2]);

impl Lanes {
    pub(super) fn get(&self, lane: Lane) -> &LaneState {
        &self.0[lane.index()]
    }

    pub(super) fn get_mut(&mut self, lane: Lane) -> &mut LaneState {
        &mut self.0[lane.index()]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Lane, &LaneState)> {
        Lane::BOTH.into_iter().map(|lane| (lane, self.get(lane)))
    }

    pub(super) fn any_pulling(&self) -> bool {
        self.0.iter().any(|lane| lane.pulling.is_some())
    }

    pub(super) fn any_acking(&self) -> bool {
        self.0.iter().any(|lane| lane.acking.is_some())
    }

    /// The earliest time at which a lane counts as lost.
    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.0.iter().filter_map(|lane| lane.deadline_ms).min()
    }
}
