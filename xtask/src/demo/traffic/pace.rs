//! How fast the writers are.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Time over which a rate is taken.
const WINDOW: Duration = Duration::from_secs(1);

/// Transactions a second, over the last second or so.
#[derive(Debug)]
pub struct Pace {
    at: Cell<Instant>,
    count: Cell<u64>,
    rate: Cell<f64>,
}

impl Pace {
    /// Begins to measure.
    pub fn begin() -> Self {
        Self {
            at: Cell::new(Instant::now()),
            count: Cell::new(0),
            rate: Cell::new(0.0),
        }
    }

    /// The rate now, when so many transactions have been committed since the beginning.
    pub fn rate(&self, count: u64) -> f64 {
        let elapsed = self.at.get().elapsed();
        if elapsed >= WINDOW {
            self.rate
                .set((count - self.count.get()) as f64 / elapsed.as_secs_f64());
            self.at.set(Instant::now());
            self.count.set(count);
        }
        self.rate.get()
    }
}
