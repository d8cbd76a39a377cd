//! What the driver tells the machine.
//!
//! Promise: every event may arrive at any time and in any order; one that belongs to a dead session or to no open question is ignored.
//! Made by the driver (a background worker) and by the simulator.

use super::batch::Batch;
use super::names::{Lane, Receipt, Session, TableId, Ticket};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<P> {
    /// The lane's session is open and ready.
    Connected {
        /// The lane.
        lane: Lane,
        /// The session that the `Connect` named.
        session: Session,
    },
    /// A pull was answered.
    Pulled(Batch<P>),
    /// The notifications of this receipt are deleted and the deletion is committed.
    Acked(Receipt),
    /// A command of this session failed or its connection was lost. Nothing is assumed about what was under way: it may have happened.
    LaneFailed {
        /// The lane.
        lane: Lane,
        /// Its session.
        session: Session,
        /// What kind of trouble.
        failure: Failure,
    },
    /// The batch is committed on the target **durably**: as safe as `ack_after` asks for.
    Applied {
        /// The batch's receipt.
        receipt: Receipt,
        /// Rows inserted, updated or deleted; 0 when the target had everything.
        changed: u64,
        /// Rows set aside with their error.
        parked: u64,
    },
    /// The batch is not committed, or it is not known whether it is.
    ApplyFailed {
        /// The batch's receipt.
        receipt: Receipt,
        /// What kind of trouble.
        failure: Failure,
    },
    /// The doorbell rang.
    Bell(Dirty),
    /// The doorbell is heard from now on, or no longer.
    Doorbell {
        /// True when bells will be delivered.
        present: bool,
    },
    /// A table of the link has a new state. Every table is announced before anything is pulled of it.
    Table {
        /// The table.
        table: TableId,
        /// Its state from now on.
        state: TableState,
    },
    /// Somebody waits until everything committed before now is visible on the target.
    Wait(Ticket),
    /// Nobody waits for this ticket any more.
    Withdraw(Ticket),
    /// Leave the source alone until `Resume`.
    Pause,
    /// Go on after `Pause`; without a pause: do not wait for the end of a backoff.
    Resume,
    /// Come to an end; cannot be taken back.
    Stop,
}

/// What kind of trouble an end has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Lost connection, deadlock, timeout, full disk: may pass by itself, so it is tried again with backoff.
    Transient,
    /// This table cannot go on without the operator: it leaves the live set, the others go on.
    Table(TableId),
    /// Nothing can go on without the operator (rights, password): tried again at the longest backoff.
    Link,
}

/// Which tables a bell rang for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dirty {
    /// Not known: any table may have changed.
    All,
    /// These tables.
    Tables(Vec<TableId>),
}

/// Where a table stands, as far as the loop is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableState {
    /// Wanted, but its rows are still being copied: its notifications wait.
    Pending,
    /// Part of the loop.
    Live,
    /// Set aside (errored, paused): its notifications wait, and nobody waits for it.
    Excluded,
    /// No longer part of the link.
    Gone,
}
