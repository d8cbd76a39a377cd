//! What is going to happen, in order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::model::Rows;
use crate::flow::{Dirty, Event, PullOrder, Receipt};

/// Something that will happen.
#[derive(Debug)]
pub enum Happening {
    /// A writer does something.
    Writer,
    /// A request reaches the source, on the session with this index. `late`: its client has already given up.
    Arrive {
        session: usize,
        request: Request,
        late: bool,
    },
    /// The source notices that the session's client has gone.
    SessionEnds(usize),
    /// An event reaches the worker of this life.
    Deliver {
        life: u32,
        event: Event<Rows>,
    },
    /// The doorbell rings for these tables.
    Bell(Dirty),
    /// The doorbell's own connection is made again.
    DoorbellBack {
        life: u32,
    },
    /// The target goes on with the batch in hand.
    ApplyStep {
        life: u32,
    },
    /// A transaction that the driver gave up commits after all; only when it is broken.
    LateCommit(Rows),
    /// The worker's timer.
    Wake {
        life: u32,
        at_ms: u64,
    },
    /// A table's copy goes on with this key; of the copy with this number.
    Copy {
        table: usize,
        key: usize,
        number: u32,
    },
    SourceUp,
    TargetUp,
    WorkerUp,
    /// The operator lets a table in again.
    TableBack(usize),
    Resume,
    Fault,
    /// Nothing; lets time pass.
    Tick,
}

#[derive(Debug, Clone)]
pub enum Request {
    Connect,
    Pull(PullOrder),
    Ack(Receipt),
}

#[derive(Debug, Default)]
pub struct Agenda {
    heap: BinaryHeap<Entry>,
    count: u64,
}

#[derive(Debug)]
struct Entry {
    at: Reverse<(u64, u64)>,
    happening: Happening,
}

impl Agenda {
    pub fn add(&mut self, at_ms: u64, happening: Happening) {
        self.count += 1;
        self.heap.push(Entry {
            at: Reverse((at_ms, self.count)),
            happening,
        });
    }

    pub fn pop(&mut self) -> Option<(u64, Happening)> {
        let entry = self.heap.pop()?;
        Some((entry.at.0.0, entry.happening))
    }

    pub fn next_ms(&self) -> Option<u64> {
        self.heap.peek().map(|entry| entry.at.0.0)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}
