//! `tandem.uninstall`: takes a link away from both servers.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pgrx::{PgSqlErrorCode, Spi, pg_extern};

use super::legacy::ask;
use crate::legacy::install;
use crate::report::{Result, or_raise};
use crate::stat::shm::Shm;
use crate::state::link::{self, Desired, Link};
use crate::state::lock::Lock;
use crate::two_phase::decision;
use crate::worker::wake::Bell;

/// How long a worker may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Removes outboxes, triggers and schema from the legacy server and the link's rows here. The copied tables stay.
#[pg_extern]
fn uninstall(link: &str) {
    or_raise(run(link));
}

fn run(name: &str) -> Result<()> {
    let row = link::get(name)?;
    link::set_desired(name, Desired::Stopped)?;
    end_worker(&row)?;
    let removed = remove(name, &row);
    Lock::Worker(row.key).release();
    removed
}

/// Ends the worker and keeps another from starting: the link's lock is held until this function is done.
fn end_worker(row: &Link) -> Result<()> {
    let lock = Lock::Worker(row.key);
    let begun = Instant::now();
    let mut asked = false;
    while !lock.take(false) {
        let shm = row
            .shm_handle
            .and_then(|handle| Shm::attach(handle, row.key));
        if let Some(shm) = shm {
            // Asked, it ends for good; terminated, the server would start it again.
            if begun.elapsed() < PATIENCE {
                shm.leave.store(true, Ordering::SeqCst);
                shm.wake_worker();
            } else if !asked {
                asked = true;
                Spi::run_with_args("SELECT pg_terminate_backend($1)", &[shm.pid().into()])?;
            }
        }
        Bell::new().wait(Some(Duration::from_millis(20)));
    }
    Ok(())
}

fn remove(name: &str, row: &Link) -> Result<()> {
    let options = link::options(name, row.owner);
    // Here first: if the legacy server then refuses, everything is as it was.
    super::route::take_all_back(name)?;
    if let Ok(options) = &options
        && decision::any(name)?
    {
        super::settle::settle_all(row, options)?;
    }
    for table in ["branch", "branch_seen", "verify_run", "event_log", "link"] {
        let delete = format!("DELETE FROM tandem.{table} WHERE link = $1");
        Spi::run_with_args(&delete, &[name.into()])?;
    }
    let options = match options {
        Ok(options) => options,
        Err(failure) if failure.code == PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT => {
            pgrx::warning!(
                "the legacy server of link \"{name}\" was not cleaned up: {}",
                failure.message
            );
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    let owner = link::owner(row, &options)?;
    let database = options.dbname.clone();
    ask(&options, move |session| {
        install::uninstall(session, &owner, &database)
    })
}
