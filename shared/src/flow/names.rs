//! The small names that commands and events share: tables, lanes, sessions, receipts, tickets.
//!
//! Promise: a session number is used once in a machine's life, so a name of a dead session can never be mistaken for a living one.

/// A table of the link, by the number that its triggers and its bells use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// One of the two connections to the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The lane that carries everything while there is no backlog.
    A,
    /// The lane that reads ahead; opened when first needed.
    B,
}

impl Lane {
    /// Both lanes.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other lane.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// 0 or 1.
    pub fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
        }
    }
}

/// One connection of a lane from its opening to its end. Numbered by the machine, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session(pub u64);

/// Names one pull and what it read. The lane's side keeps the notifications' ids under it; only the same session can acknowledge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The lane that pulled.
    pub lane: Lane,
    /// Its session at that time.
    pub session: Session,
    /// The pull's number, rising in the order in which pulls were started, from 1.
    pub pull: u64,
}

/// Somebody waits until what is committed now is visible on the target. Numbered by the driver, any way it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);
