//! Triggers on the application's tables: seen, created, dropped.
//!
//! CREATE TRIGGER waits for every open transaction on the table, and everybody else waits behind it: so it waits briefly, and says so.
//!
//! MariaDB needs care for the statements that applications have prepared. One that was prepared before a trigger came does not know the
//! outbox that the trigger writes to, and fails with error 1146. MariaDB prepares it anew only if one of the table's triggers, *the first of
//! each event and time*, was created after it was prepared, and it compares hundredths of a second. So there:
//! - the table is locked first, and a step of that clock passes: nobody prepares anything in the step in which the triggers are created;
//! - Tandem's AFTER triggers stand before those of the application. What an application's AFTER trigger does cannot change the row, so the
//!   order makes no difference to what is notified;
//! - all triggers of a table are created behind one lock: a statement meets none of them or all.

use std::time::Duration;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::sql::legacy::Trigger;
use tandem_shared::plan::sql::quote;

use crate::legacy::connect::Session;
use crate::legacy::error::{Kind, LegacyError};

/// More than a step of the clock that MariaDB compares.
const CLOCK_STEP: Duration = Duration::from_millis(25);

/// A trigger that is there, the application's or one of ours.
#[derive(Debug, Clone)]
pub struct Present {
    /// Its name.
    pub name: String,
    /// The table that it is on.
    pub table: String,
    /// `BEFORE` or `AFTER`.
    timing: String,
    /// `INSERT`, `UPDATE` or `DELETE`.
    event: String,
    /// What it does, as the server prints it.
    body: String,
}

impl Present {
    /// True for the trigger as this build would create it. The catalogue prints characters outside of the basic plane as question marks.
    pub fn is(&self, trigger: &Trigger) -> bool {
        let printed = trigger
            .body
            .chars()
            .map(|c| if c > '\u{ffff}' { '?' } else { c });
        self.name == trigger.name
            && self.table.eq_ignore_ascii_case(&trigger.table)
            && self.body.chars().eq(printed)
    }
}

/// The triggers of a database, in the order in which they fire.
pub fn present(session: &mut Session, database: &str) -> Result<Vec<Present>, LegacyError> {
    let triggers: Vec<(String, String, String, String, String)> = session.conn.exec(
        "SELECT trigger_name AS n, event_object_table AS t, action_timing AS a, event_manipulation AS e, action_statement AS b \
         FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY t, a, e, action_order",
        (database,),
    )?;
    let present = triggers
        .into_iter()
        .map(|(name, table, timing, event, body)| Present {
            name,
            table,
            timing,
            event,
            body,
        });
    Ok(present.collect())
}

/// Creates triggers of one table; one of the same name, on whatever table, goes.
pub fn create(
    session: &mut Session,
    table: &str,
    triggers: &[Trigger],
    present: &[Present],
) -> Result<(), LegacyError> {
    let Some(database) = triggers.first().map(|trigger| trigger.database.as_str()) else {
        return Ok(());
    };
    let mariadb = session.family == Family::Mariadb;
    let same = |one: &&Present| triggers.iter().any(|trigger| trigger.name == one.name);
    for one in present.iter().filter(same) {
        if !one.table.eq_ignore_ascii_case(table) {
            // It went away with a table that was swapped out.
            drop(
                session,
                database,
                &one.table,
                std::iter::once(one.name.as_str()),
            )?;
        }
    }
    behind_lock(session, database, table, |session| {
        for trigger in triggers {
            if present.iter().any(|one| one.name == trigger.name) {
                session.conn.query_drop(drop_one(database, &trigger.name))?;
            }
            let first = present.iter().find(|one| mariadb && yields(one, trigger));
            let first = first.map(|one| one.name.as_str());
            session.conn.query_drop(trigger.create(first))?;
        }
        Ok(())
    })
}

/// True for a trigger of the same event and time that can come after ours. What a BEFORE UPDATE trigger sets is part of the new row, so ours,
/// which looks at the new row, comes after it.
fn yields(one: &Present, trigger: &Trigger) -> bool {
    one.table.eq_ignore_ascii_case(&trigger.table)
        && one.timing == trigger.timing
        && one.event == trigger.event
        && one.name != trigger.name
        && (trigger.timing, trigger.event) != ("BEFORE", "UPDATE")
}

/// Drops triggers of one table; what is gone already is no error.
pub fn drop<'a>(
    session: &mut Session,
    database: &str,
    table: &str,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<(), LegacyError> {
    behind_lock(session, database, table, |session| {
        names.try_for_each(|name| session.conn.query_drop(drop_one(database, name)))
    })
}

fn drop_one(database: &str, name: &str) -> String {
    let (database, name) = (quote::legacy(database), quote::legacy(name));
    format!("DROP TRIGGER IF EXISTS {database}.{name}")
}

/// Does something to a table's triggers, on MariaDB behind a lock on the table. An account that may not lock goes without.
fn behind_lock(
    session: &mut Session,
    database: &str,
    table: &str,
    work: impl FnOnce(&mut Session) -> mysql::Result<()>,
) -> Result<(), LegacyError> {
    let locked = session.family == Family::Mariadb && lock(session, database, table)?;
    if locked {
        std::thread::sleep(CLOCK_STEP);
    }
    let done = work(session);
    if locked {
        session.conn.query_drop("UNLOCK TABLES")?;
    }
    done.map_err(|error| still_used(error.into(), table))
}

/// Locks a table against everybody; false when the account may not.
fn lock(session: &mut Session, database: &str, table: &str) -> Result<bool, LegacyError> {
    let (database, name) = (quote::legacy(database), quote::legacy(table));
    let statement = format!("LOCK TABLES {database}.{name} WRITE");
    let locked = session.conn.query_drop(statement);
    match locked.map_err(LegacyError::from) {
        Ok(()) => Ok(true),
        Err(error) if error.kind == Kind::Denied => Ok(false),
        Err(error) => Err(still_used(error, table)),
    }
}

/// Says what stands in the way of a lock.
fn still_used(error: LegacyError, table: &str) -> LegacyError {
    if error.kind != Kind::Busy {
        return error;
    }
    LegacyError {
        message: format!(
            "could not lock table `{table}` to create or drop its triggers: a transaction that used the table is still open"
        ),
        ..error
    }
}
