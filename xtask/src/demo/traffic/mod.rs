//! The people and programs that use the telephone system while it moves.
//!
//! Promises: an ordinary account without special rights writes, in transactions as an application would; everything they do
//! keeps the schema's rules. Threads end when the value is dropped. Never looks at the upgrade database. Called by the story
//! of the demo.

mod change;
mod counts;
mod desk;
mod directory;
mod groups;
mod moves;
mod numbers;
mod pace;
mod personal;
mod session;
mod staff;
mod switches;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use anyhow::{Result, bail};
use mysql::Opts;

use super::world::{Dice, World};
pub use change::Change;
pub use counts::Counts;
use counts::Shared;
use desk::Desk;
use pace::Pace;

/// Threads that write, each over its own connection.
pub const WRITERS: u64 = 4;

/// Running traffic.
pub struct Traffic {
    shared: Arc<Shared>,
    pace: Pace,
    writers: Vec<JoinHandle<()>>,
}

impl Traffic {
    /// Sets the writers to work on `world` through connections made with `options`.
    pub fn start(world: &World, options: &Opts) -> Self {
        let shared = Arc::new(Shared::default());
        let writers = (0..WRITERS)
            .map(|number| {
                let desk = Desk::new(world, Dice::new(world.seed ^ (number + 1)));
                let (shared, options) = (Arc::clone(&shared), options.clone());
                std::thread::spawn(move || writer::write(&shared, options, desk))
            })
            .collect();
        Self {
            shared,
            pace: Pace::begin(),
            writers,
        }
    }

    /// What has been done until now.
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }

    /// Committed transactions a second, over the last second or so.
    pub fn rate(&self) -> f64 {
        self.pace.rate(self.counts().all())
    }

    /// Fails when a writer has met an error that no application should see.
    pub fn check(&self) -> Result<()> {
        match self.shared.failure() {
            Some(failure) => bail!("the traffic on the legacy server failed: {failure}"),
            None => Ok(()),
        }
    }

    /// Whether writers may lose their connections without that being a failure.
    pub fn expect_outage(&self, expected: bool) {
        self.shared
            .outage_expected
            .store(expected, Ordering::SeqCst);
    }

    /// Ends the writers after the transactions they are in, and says what was done.
    pub fn stop(mut self) -> Counts {
        self.end();
        self.shared.counts()
    }

    fn end(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for writer in self.writers.drain(..) {
            // A writer that panicked has left its word in `failure`.
            let _ = writer.join();
        }
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.end();
    }
}
