//! A pull with the keys of the log: which of them fit the snapshot that is open.

use std::time::Duration;

use mysql::prelude::Queryable;
use tandem_shared::binlog::{Place, Taken};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::drawn as sql;

use super::log::Log;
use super::server;
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;

/// How long a pull waits for the log to come in.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the open snapshot shows of the log.
#[derive(Debug, Clone, Copy)]
pub struct Horizon {
    /// Groups that begin before this place are visible for certain.
    pub proven: Place,
    /// False when there is more in the log than was read so far.
    pub all: bool,
}

/// Finds out, in the snapshot that was just opened. `proven` is the newest proof from before; with `wait` everything that is visible is waited for.
pub fn horizon(
    session: &mut Session,
    log: &Log,
    proven: Place,
    wait: bool,
) -> Result<Horizon, LegacyError> {
    let all = wait && log.wait_read(server::end(session)?.1, PATIENCE)?;
    Ok(Horizon { proven, all })
}

/// Puts keys where the statement that reads their rows finds them.
pub fn fill(session: &mut Session, plan: &TablePlan, taken: &Taken) -> Result<(), LegacyError> {
    session.conn.query_drop(sql::clear(plan))?;
    let keys = taken.keys.iter().map(|(id, key)| (*id, key.as_ref()));
    for statement in sql::fill(plan, keys) {
        session.conn.query_drop(statement)?;
    }
    Ok(())
}

/// Makes the temporary table of a plan. It is not part of the open transaction, and does not end it.
pub fn prepare(session: &mut Session, plan: &TablePlan) -> Result<(), LegacyError> {
    Ok(session.conn.query_drop(sql::create(plan))?)
}
