//! What a pull is asked and what it brings: the order and the batch.
//!
//! Promise: a batch is one consistent snapshot, the notifications and the rows' states alike. Whether applying it makes the target
//! equal to that snapshot is decided by the machine alone: the lane says only whether it had to cut.

use super::names::{Receipt, TableId};

/// What one pull has to read, in one snapshot opened after the order was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullOrder {
    /// The name of this pull. Starting it makes every earlier receipt of the lane void.
    pub receipt: Receipt,
    /// The tables to look at, in this order; never empty.
    pub tables: Vec<TableFloor>,
    /// Notifications to take, at most; more where they name no more rows than that.
    pub rows: u32,
    /// Bytes of rows after which to take no more; at least one row is always taken.
    pub bytes: u64,
}

/// A table to look at, and where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableFloor {
    /// The table.
    pub table: TableId,
    /// Take only notifications with a greater id. `None`: all of them.
    pub after: Option<u64>,
}

/// What one pull has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<P> {
    /// The order's receipt.
    pub receipt: Receipt,
    /// The tables of which something was taken, in the order's order. Empty: there was nothing.
    pub taken: Vec<Taken>,
    /// True when the snapshot held more notifications than were taken of the ordered tables, beyond the floors. A lane that took
    /// exactly as many as allowed must have looked whether there is one more.
    pub cut: bool,
    /// The rows; the machine never looks inside.
    pub payload: P,
}

/// What a batch took of one table: the lowest pending ids, without leaving one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The table.
    pub table: TableId,
    /// The highest id taken.
    pub last_id: u64,
    /// Notifications taken, 1 or more.
    pub notifications: u64,
}

/// A batch on its way to the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apply<P> {
    /// The batch's receipt; the answer repeats it.
    pub receipt: Receipt,
    /// The rows to apply, in one transaction.
    pub payload: P,
    /// True when the target, after this, equals the batch's snapshot in every table that is live now. The driver may store that in the
    /// same transaction.
    pub complete: bool,
    /// When the pull was ordered, by the machine's clock: no older commit is missing in the snapshot.
    pub started_ms: u64,
}
