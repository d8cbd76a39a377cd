//! The initial copy, from the link worker's side: backfill workers are started while there is something to copy, and what they have finished
//! joins the loop.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::Worker;
use crate::report::Result;
use crate::stat::shm::Trouble;
use crate::state::table::{self, Phase};
use crate::upgrade::transaction::transaction;
use crate::worker::spawn::{self, Kind, Started};

/// The backfill workers of a link.
pub struct Copying {
    started: Vec<Started>,
    phases: HashMap<u32, Phase>,
    /// When workers may be started again after trouble, and how long to wait the next time.
    retry_at: Instant,
    delay: Duration,
}

/// The waits between two attempts to copy while there is trouble: first and longest.
const DELAY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

impl Copying {
    /// Nothing started yet; `phases` are the tables as the loop knows them.
    pub fn new(phases: HashMap<u32, Phase>) -> Self {
        Self {
            started: Vec::new(),
            phases,
            retry_at: Instant::now(),
            delay: DELAY.0,
        }
    }

    /// True while a table is being copied.
    pub fn active(&self) -> bool {
        self.phases.values().any(|phase| *phase == Phase::Backfill)
    }

    /// A table has left the loop with an error; this worker knows, so it is no change.
    pub fn set_aside(&mut self, number: u32) {
        self.phases.insert(number, Phase::Errored);
    }

    /// True when every table that is not set aside is live.
    pub fn all_live(&self) -> bool {
        self.phases
            .values()
            .all(|phase| matches!(phase, Phase::Live | Phase::Errored | Phase::Other))
    }

    /// Keeps as many workers going as the link wants, and returns the tables whose phase has changed.
    pub fn tend(&mut self, worker: &Worker, wanted: u32) -> Result<Vec<(u32, Phase)>> {
        self.started.retain(Started::running);
        if !self.active() {
            worker.shm.set_trouble(Trouble::None);
        }
        let trouble = worker.shm.trouble() != Trouble::None;
        if !trouble {
            self.delay = DELAY.0;
        }
        if self.active() && (!trouble || Instant::now() >= self.retry_at) {
            self.start(worker, wanted);
            if trouble {
                self.retry_at = Instant::now() + self.delay;
                self.delay = (self.delay * 2).min(DELAY.1);
            }
        }
        self.changed(worker)
    }

    fn start(&mut self, worker: &Worker, wanted: u32) {
        while self.started.len() < wanted as usize {
            let errand = spawn::errand(&worker.name, worker.shm.handle());
            match spawn::start(Kind::Backfill, &errand) {
                Ok(started) => self.started.push(started),
                // Without a free slot the workers that there are go on alone; at the next look it is tried again.
                Err(failure) => {
                    worker.shm.set_error(&failure.line());
                    break;
                }
            }
        }
    }

    /// Tables whose phase is another than this worker knows; one that it does not know counts when it is to be copied.
    fn changed(&mut self, worker: &Worker) -> Result<Vec<(u32, Phase)>> {
        let rows = transaction(|| table::all(&worker.name))?;
        let mut changed = Vec::new();
        // A table that is mapped no more leaves the loop as one that is to be copied anew does: all is prepared again.
        let gone: Vec<u32> = self
            .phases
            .keys()
            .copied()
            .filter(|number| !rows.iter().any(|row| row.number == *number))
            .collect();
        for number in gone {
            self.phases.remove(&number);
            changed.push((number, Phase::Init));
        }
        for row in rows {
            let news = match self.phases.get(&row.number) {
                Some(known) => *known != row.phase,
                None => row.phase == Phase::Init,
            };
            if news {
                self.phases.insert(row.number, row.phase);
                changed.push((row.number, row.phase));
            }
        }
        Ok(changed)
    }

    /// Ends the workers; what they had not committed is copied again.
    pub fn end(&mut self) {
        for started in self.started.drain(..) {
            started.terminate();
        }
    }
}

impl Copying {
    /// As [`Copying::end`], and none of them runs any more.
    pub fn end_and_wait(&mut self) {
        for started in &self.started {
            started.terminate();
        }
        for started in self.started.drain(..) {
            started.wait_for_end();
        }
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        self.end();
    }
}
