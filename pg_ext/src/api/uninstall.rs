//! `tandem.uninstall`: takes a link away from both servers.

use pgrx::{PgSqlErrorCode, Spi, pg_extern};

use super::legacy::ask;
use crate::legacy::install;
use crate::report::{Failure, Result, or_raise};
use crate::stat::shm::Shm;
use crate::state::link::{self, Desired};
use crate::state::lock::Lock;

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
fn end_worker(row: &link::Link) -> Result<()> {
    if let Some(shm) = row
        .shm_handle
        .and_then(|handle| Shm::attach(handle, row.key))
    {
        Spi::run_with_args("SELECT pg_terminate_backend($1)", &[shm.pid().into()])?;
    }
    if Lock::Worker(row.key).take(true) {
        Ok(())
    } else {
        Err(Failure::new(
            PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
            format!("the worker of link \"{}\" does not end", row.name),
        ))
    }
}

fn remove(name: &str, row: &link::Link) -> Result<()> {
    let options = link::options(name, row.owner)?;
    let owner = link::owner(row, &options)?;
    // Here first: if anything fails after the legacy server was cleaned, both are rolled back or found clean.
    Spi::run_with_args(
        "DELETE FROM tandem.verify_run WHERE link = $1",
        &[name.into()],
    )?;
    Spi::run_with_args(
        "DELETE FROM tandem.event_log WHERE link = $1",
        &[name.into()],
    )?;
    Spi::run_with_args("DELETE FROM tandem.link WHERE link = $1", &[name.into()])?;
    let database = options.dbname.clone();
    ask(&options, move |session| {
        install::uninstall(session, &owner, &database)
    })
}
