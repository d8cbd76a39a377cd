//! What writers have done, counted together.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::change::{Change, KINDS};

/// What all writers share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Set to end the writers.
    pub stop: AtomicBool,
    /// Whether connections may be lost.
    pub outage_expected: AtomicBool,
    made: [AtomicU64; KINDS],
    retried: AtomicU64,
    lost: AtomicU64,
    failure: Mutex<Option<String>>,
}

/// Counters at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    made: [u64; KINDS],
    /// Transactions that the server rolled back because of a deadlock or a number that was taken, and that were tried again.
    pub retried: u64,
    /// Connections lost.
    pub lost: u64,
}

impl Shared {
    /// Counts one committed change.
    pub fn made(&self, change: Change) {
        self.made[change as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one transaction that has to be tried again.
    pub fn retried(&self) {
        self.retried.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one lost connection.
    pub fn lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Keeps the first failure and ends all writers.
    pub fn fail(&self, failure: String) {
        let mut kept = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(failure);
        self.stop.store(true, Ordering::SeqCst);
    }

    /// The first failure.
    pub fn failure(&self) -> Option<String> {
        let kept = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Counters now.
    pub fn counts(&self) -> Counts {
        Counts {
            made: self
                .made
                .each_ref()
                .map(|count| count.load(Ordering::Relaxed)),
            retried: self.retried.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}

impl Counts {
    /// Committed transactions of one kind.
    pub fn of(&self, change: Change) -> u64 {
        self.made[change as usize]
    }

    /// Committed transactions.
    pub fn all(&self) -> u64 {
        self.made.iter().sum()
    }
}
