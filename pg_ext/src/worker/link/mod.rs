//! The worker of one link: installs what is missing on the legacy server, sees to the initial copy, and runs the loop.
//!
//! ```text
//! tandem_link_main ─► prepare (connect, compile, install) ─► drive (the loop, until the operator or the mapping says otherwise) ─┐
//!        ▲                                                                                                                       │
//!        └───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod capture;
mod copying;
mod drift;
mod drive;
mod identity;
mod prepare;
mod settling;

use std::sync::atomic::Ordering;
use std::time::Duration;

use pgrx::{pg_guard, pg_sys};

use super::spawn::{self, Errand};
use super::wake::Bell;
use crate::report::{Failure, Result};
use crate::stat::shm::{Doing, Shm};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Desired, Link};
use crate::state::lock::Lock;
use crate::state::table;
use crate::upgrade::transaction::transaction;

/// Seconds between two attempts to prepare a link: first and longest.
const RETRY_S: (u64, u64) = (1, 30);

/// What a worker has for its whole life.
struct Worker {
    name: String,
    bell: Bell,
    shm: Shm,
}

/// Why the loop came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The operator stopped the link.
    Stopped,
    /// The mapping or the phases changed: compile again.
    Changed,
}

/// The worker's function.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_link_main(_arg: pg_sys::Datum) {
    let Some(errand) = Errand::of_this_worker() else {
        return;
    };
    spawn::begin(&errand);
    spawn::set(c"synchronous_commit", c"on");
    if let Err(failure) = work(&errand.link) {
        // The server starts this worker again after its restart time.
        failure.raise();
    }
}

fn work(name: &str) -> Result<()> {
    let Some(row) = transaction(|| link::find(name))? else {
        return Ok(());
    };
    if row.desired == Desired::Stopped || !Lock::Worker(row.key).take(false) {
        return Ok(());
    }
    let numbers: Vec<u32> = transaction(|| table::all(name))?
        .iter()
        .map(|table| table.number)
        .collect();
    let shm = Shm::create(row.key, &numbers);
    transaction(|| link::set_shm(name, shm.handle()))?;
    let worker = Worker {
        name: name.to_owned(),
        bell: Bell::new(),
        shm,
    };
    worker.serve()
}

impl Worker {
    fn serve(&self) -> Result<()> {
        let mut retry_s = RETRY_S.0;
        loop {
            let Some(row) = transaction(|| link::find(&self.name))? else {
                return Ok(());
            };
            if self.shm.leave.load(Ordering::SeqCst) {
                return Ok(());
            }
            match row.desired {
                Desired::Stopped => return Ok(()),
                Desired::Paused => {
                    self.shm.set_doing(Doing::Paused);
                    self.shm.caught_up.store(false, Ordering::Relaxed);
                    self.shm.quiet.store(false, Ordering::Relaxed);
                    self.bell.wait(Some(Duration::from_secs(10)));
                    continue;
                }
                Desired::Running => {}
            }
            match prepare::prepare(self, &row) {
                Ok(ready) => {
                    retry_s = RETRY_S.0;
                    if drive::drive(self, &row, ready)? == End::Stopped {
                        return Ok(());
                    }
                }
                Err(failure) => {
                    self.report(&row, &failure, retry_s == RETRY_S.0)?;
                    self.bell.wait(Some(Duration::from_secs(retry_s)));
                    retry_s = (retry_s * 2).min(RETRY_S.1);
                }
            }
        }
    }

    /// Shows a failure that is retried; `first` says whether it goes to the log and the events, too.
    fn report(&self, row: &Link, failure: &Failure, first: bool) -> Result<()> {
        let away = failure.sqlstate().starts_with("08");
        self.shm.set_doing(if away {
            Doing::LegacyAway
        } else {
            Doing::Connecting
        });
        self.shm.set_error(&failure.line());
        if first {
            pgrx::warning!("link \"{}\" cannot start: {}", row.name, failure.line());
            let code = if away { "legacy_away" } else { "start_failed" };
            transaction(|| {
                event::write(
                    &self.name,
                    Severity::Warning,
                    code,
                    None,
                    &failure.line(),
                    failure.hint.as_deref(),
                )
            })?;
        }
        Ok(())
    }
}
