//! The group of events that is being read: a transaction, or a statement of its own.

use super::place::Place;

/// A key of a table, and the id of the outbox row that held it.
pub type Noted = (u32, String, u64);

/// What is known of the group under way.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Where it begins: the end of the one before.
    pub begin: Place,
    /// True after the event that announces a group, until its end.
    pub open: bool,
    /// True within BEGIN and COMMIT: a statement does not end it.
    pub transaction: bool,
    /// True for an XA branch: what it says counts only when the branch is committed.
    pub branch: bool,
    /// The keys of a branch.
    pub keys: Vec<Noted>,
    /// Tables of a branch that are whole.
    pub wholes: Vec<u32>,
}

/// A prepared branch.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Where it was prepared: reading goes on no later than there.
    pub begin: Place,
    /// Its keys.
    pub keys: Vec<Noted>,
    /// Tables that are whole when it is committed.
    pub wholes: Vec<u32>,
}
