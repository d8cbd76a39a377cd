//! Making writers rest and go on.
//!
//! Promises: a writer rests only between two transactions; `closed` returns when all of them rest. Called by the writers of `load` and `sakila`.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::condition::until_so;

/// Time within which writers come back after a fault and reach the end of a transaction.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct State {
    /// How many want it closed.
    closed: usize,
    resting: usize,
    gone: usize,
}

/// What writers pass between two transactions.
#[derive(Default)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes; rests first for as long as the gate is closed.
    pub fn pass(&self) {
        let mut state = self.state();
        state.resting += 1;
        while state.closed > 0 {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.resting -= 1;
    }

    /// A writer will not come again.
    pub fn leave(&self) {
        self.state().gone += 1;
    }

    /// Closes the gate and waits until all of `writers` rest; it opens when the result is dropped.
    pub fn close(&self, writers: usize) -> Result<Closed<'_>> {
        self.state().closed += 1;
        let closed = Closed(self);
        until_so("every writer rests", PATIENCE, || {
            let state = self.state();
            Ok(state.resting + state.gone >= writers)
        })?;
        Ok(closed)
    }
}

/// While this value lives nobody writes.
pub struct Closed<'a>(&'a Gate);

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.0.state().closed -= 1;
        self.0.changed.notify_all();
    }
}
