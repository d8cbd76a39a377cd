//! XA branches between `XA PREPARE` and their decision, which may come from any session.
//!
//! What a branch changed is remembered under the branch's name. A decision about a branch that is not remembered (it was
//! prepared before the plugin was there, or its name was spelled differently) rings for every table, at most once a
//! second. Branches that changed no captured table are remembered too, so that their commits ring for nothing.

use std::collections::{HashMap, VecDeque};

use super::session::Rings;
use crate::limits::{PREPARED_BRANCHES, RING_ALL_GAP_MS};
use crate::statement::Branch;

/// The undecided branches.
#[derive(Debug, Default)]
pub struct Prepared {
    branches: HashMap<Branch, Rings>,
    /// Oldest first; decided branches stay here until room is needed.
    order: VecDeque<Branch>,
    /// From when on a ring for every table may follow the last one.
    next_all_ms: u64,
    /// When the ring for every table is due that came too early.
    due_all_ms: Option<u64>,
}

impl Prepared {
    /// Remembers a branch. The oldest one makes room if need be; its commit will ring for every table.
    pub fn put(&mut self, branch: Branch, rings: Rings) {
        if self.order.len() >= PREPARED_BRANCHES {
            let branches = &self.branches;
            self.order.retain(|known| branches.contains_key(known));
        }
        if self.order.len() >= PREPARED_BRANCHES
            && let Some(oldest) = self.order.pop_front()
        {
            self.branches.remove(&oldest);
        }
        self.order.push_back(branch);
        // A name may be used again; what the earlier branch changed is then rung once more.
        self.branches.entry(branch).or_default().absorb(rings);
    }

    /// Forgets a decided branch and returns what it changed; `None` if it is not remembered.
    pub fn take(&mut self, branch: Branch) -> Option<Rings> {
        self.branches.remove(&branch)
    }

    /// A branch that is not remembered was committed: whether to ring for every table now. If not, it is due later.
    pub fn unknown(&mut self, now_ms: u64) -> bool {
        if now_ms < self.next_all_ms {
            self.due_all_ms = Some(self.next_all_ms);
            return false;
        }
        self.next_all_ms = now_ms + RING_ALL_GAP_MS;
        self.due_all_ms = None;
        true
    }

    /// When a ring for every table is due.
    pub fn due_ms(&self) -> Option<u64> {
        self.due_all_ms
    }

    /// The number of branches remembered.
    pub fn len(&self) -> usize {
        self.branches.len()
    }

    /// Whether no branch is remembered.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }
}
