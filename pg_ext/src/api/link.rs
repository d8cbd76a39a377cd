//! `tandem.start`, `pause`, `resume`, `stop`, `resync`, `unmap`: the operator's verbs.

use pgrx::{PgSqlErrorCode, PgXactCallbackEvent, Spi, pg_extern, register_xact_callback};

use super::check::errors;
use super::legacy::read_catalog;
use crate::report::{Failure, Result, or_raise};
use crate::stat::shm::{self, Shm};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Desired, Link};
use crate::state::{mapping, table};
use crate::worker::spawn::{self, Kind};

/// Starts a link; refused while `tandem.check` finds errors.
#[pg_extern]
fn start(link: &str) {
    or_raise(run(link));
}

fn run(name: &str) -> Result<()> {
    let row = link::get(name)?;
    let found = errors(name)?;
    if !found.is_empty() {
        let detail = found
            .iter()
            .map(|f| format!("{}: {}", f.object, f.message))
            .collect::<Vec<_>>()
            .join("\n");
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "link \"{name}\" cannot start: {} error(s) found",
                found.len()
            ),
        )
        .detail(detail)
        .hint(format!(
            "See SELECT * FROM tandem.check('{name}'), mend what it says, and start again."
        )));
    }
    go(&row)
}

/// Wants the link running: tells its worker, and starts one when there is none.
fn go(row: &Link) -> Result<()> {
    link::set_desired(&row.name, Desired::Running)?;
    event::write(
        &row.name,
        Severity::Info,
        "started",
        None,
        "started by the operator",
        None,
    )?;
    wake_at_commit(row);
    // One that is already there keeps the link's lock, and this one ends at once.
    spawn::start(Kind::Link, &spawn::errand(&row.name, 0))?;
    Ok(())
}

/// Stops applying until `tandem.resume`.
#[pg_extern]
fn pause(link: &str) {
    or_raise(want(link, Desired::Paused, "paused"));
}

/// Goes on after `tandem.pause`.
#[pg_extern]
fn resume(link: &str) {
    or_raise(continue_paused(link));
}

fn continue_paused(name: &str) -> Result<()> {
    let row = link::get(name)?;
    if row.desired == Desired::Stopped {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("link \"{name}\" is not paused but stopped"),
        )
        .hint(format!("SELECT tandem.start('{name}').")));
    }
    go(&row)
}

/// Ends the link's worker.
#[pg_extern]
fn stop(link: &str) {
    or_raise(want(link, Desired::Stopped, "stopped"));
}

fn want(name: &str, desired: Desired, code: &str) -> Result<()> {
    let row = link::get(name)?;
    if row.desired == desired {
        return Ok(());
    }
    if row.desired == Desired::Stopped && desired == Desired::Paused {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("link \"{name}\" is not running"),
        ));
    }
    link::set_desired(name, desired)?;
    event::write(
        name,
        Severity::Info,
        code,
        None,
        &format!("{code} by the operator"),
        None,
    )?;
    wake_at_commit(&row);
    Ok(())
}

/// Wakes the link's worker when this transaction has committed: before that it would see nothing new.
pub(crate) fn wake_at_commit(row: &Link) {
    let found = row
        .shm_handle
        .and_then(|handle| Shm::attach(handle, row.key));
    let Some(pid) = found.map(|shm| shm.pid()) else {
        return;
    };
    // Nothing in a commit callback may fail: a look-up and a latch cannot.
    register_xact_callback(PgXactCallbackEvent::Commit, move || shm::wake(pid));
}

/// Compares one table with the legacy server and mends it, while the other tables go on.
#[pg_extern]
fn resync(link: &str, table_name: &str) {
    or_raise(again(link, table_name));
}

fn again(name: &str, table_name: &str) -> Result<()> {
    let row = link::get(name)?;
    let number = number_of(name, table_name)?;
    table::begin_again(name, number)?;
    link::changed(name)?;
    event::write(
        name,
        Severity::Info,
        "resync",
        Some(table_name),
        "comparison and repair asked for by the operator",
        None,
    )?;
    wake_at_commit(&row);
    Ok(())
}

/// Takes a table out of the mapping of a link that does not run.
#[pg_extern]
fn unmap(link: &str, table_name: &str) {
    or_raise(take_out(link, table_name));
}

fn take_out(name: &str, table_name: &str) -> Result<()> {
    let row = link::get(name)?;
    match find_number(name, table_name)? {
        Some(number) => unmap_mapped(&row, number)?,
        // One that has no map yet can be left out, too, so that a check no longer asks about it.
        None => must_exist(&row, table_name)?,
    }
    Spi::run_with_args(
        "UPDATE tandem.link SET unmapped = array_append(array_remove(unmapped, $2), $2), generation = generation + 1 \
         WHERE link = $1",
        &[name.into(), table_name.into()],
    )?;
    mapping::keep(name)?;
    let message = "left out of the mapping by the operator";
    event::write(
        name,
        Severity::Info,
        "unmapped",
        Some(table_name),
        message,
        None,
    )
}

/// Takes a table's map away. Its triggers and its outbox go when the link starts again.
fn unmap_mapped(row: &Link, number: u32) -> Result<()> {
    let name = row.name.as_str();
    if row.desired != Desired::Stopped {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
            format!("link \"{name}\" is running"),
        )
        .hint(format!("Stop it first: SELECT tandem.stop('{name}').")));
    }
    super::route::take_back(name, number)?;
    table::remove(name, number)
}

fn must_exist(row: &Link, table_name: &str) -> Result<()> {
    let options = link::options(&row.name, row.owner)?;
    let catalog = read_catalog(&options)?;
    if catalog.tables.iter().any(|table| table.name == table_name) {
        Ok(())
    } else {
        Err(Failure::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!(
                "legacy database \"{}\" has no table \"{table_name}\"",
                options.dbname
            ),
        ))
    }
}

fn find_number(name: &str, table_name: &str) -> Result<Option<u32>> {
    let number = Spi::get_one_with_args::<i32>(
        "SELECT (SELECT table_no FROM tandem.table_map WHERE link = $1 AND source_table = $2)",
        &[name.into(), table_name.into()],
    )?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

pub(super) fn number_of(name: &str, table_name: &str) -> Result<u32> {
    find_number(name, table_name)?.ok_or_else(|| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            format!("legacy table \"{table_name}\" is not mapped by link \"{name}\""),
        )
        .hint("Mapped tables are listed in tandem.stat_table.")
    })
}
