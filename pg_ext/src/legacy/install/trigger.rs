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
//! - all triggers of a table are created behind one lock: a statement meets none of them or all;
//! - a step of the clock serves several tables, if all of them can be locked at once without waiting for anybody.
//!
//! The lock has another reason there. MariaDB forgets that a prepared XA branch uses a table when its session ends or the server restarts, so the
//! branch could be committed after the triggers came without having met them. InnoDB remembers: LOCK TABLES asks it, too, while autocommit is off.

use std::time::Duration;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::sql::legacy::Trigger;
use tandem_shared::plan::sql::quote;

use crate::legacy::connect::Session;
use crate::legacy::error::{Kind, LegacyError};

/// More than a step of the clock that MariaDB compares.
const CLOCK_STEP: Duration = Duration::from_millis(25);

/// Tables that are locked at once. Each waits for the triggers of all of them: some 10 ms a trigger on a machine that is not busy.
const TOGETHER: usize = 5;

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

/// Creates triggers, by table; those of the same name, on whatever table, go.
pub fn create(
    session: &mut Session,
    database: &str,
    wanted: &[(&str, Vec<Trigger>)],
    present: &[Present],
) -> Result<(), LegacyError> {
    for (table, triggers) in wanted {
        let same = |one: &&Present| triggers.iter().any(|trigger| trigger.name == one.name);
        let swapped_out = |one: &&Present| !one.table.eq_ignore_ascii_case(table);
        for one in present.iter().filter(same).filter(swapped_out) {
            let name = std::iter::once(one.name.as_str());
            drop(session, database, &one.table, name)?;
        }
    }
    for some in wanted.chunks(TOGETHER) {
        let tables: Vec<&str> = some.iter().map(|(table, _)| *table).collect();
        let together = some.len() > 1 && lock_at_once(session, database, &tables)?;
        if together {
            let mut all = some.iter().flat_map(|(_, triggers)| triggers);
            let done = all.try_for_each(|trigger| create_one(session, trigger, present));
            unlock(session)?;
            done?;
        } else {
            for (table, triggers) in some {
                behind_lock(session, database, table, |session| {
                    let mut all = triggers.iter();
                    all.try_for_each(|trigger| create_one(session, trigger, present))
                })?;
            }
        }
    }
    Ok(())
}

fn create_one(session: &mut Session, trigger: &Trigger, present: &[Present]) -> mysql::Result<()> {
    if present.iter().any(|one| one.name == trigger.name) {
        let drop = drop_one(&trigger.database, &trigger.name);
        session.conn.query_drop(drop)?;
    }
    let mariadb = session.family == Family::Mariadb;
    let first = present.iter().find(|one| mariadb && yields(one, trigger));
    let first = first.map(|one| one.name.as_str());
    session.conn.query_drop(trigger.create(first))
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
    if session.family != Family::Mariadb {
        return work(session).map_err(|error| still_used(error.into(), table));
    }
    let locked = match lock(session, database, &[table], "") {
        Ok(()) => true,
        Err(error) if error.kind == Kind::Denied => {
            nothing_prepared(session, table)?;
            false
        }
        Err(error) => return Err(still_used(error, table)),
    };
    let done = work(session);
    if locked {
        unlock(session)?;
    }
    done.map_err(|error| still_used(error.into(), table))
}

/// On MariaDB, locks tables if nobody uses any of them; true when they are locked.
fn lock_at_once(
    session: &mut Session,
    database: &str,
    tables: &[&str],
) -> Result<bool, LegacyError> {
    if session.family != Family::Mariadb {
        return Ok(false);
    }
    match lock(session, database, tables, " NOWAIT") {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind, Kind::Denied | Kind::Busy) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Locks tables against everybody, prepared XA branches included, and lets a step of the clock pass.
///
/// Who has the metadata lock meets no lock of InnoDB's but that of such a branch: there is nothing to wait for.
fn lock(
    session: &mut Session,
    database: &str,
    tables: &[&str],
    wait: &str,
) -> Result<(), LegacyError> {
    let database = quote::legacy(database);
    let list: Vec<String> = tables
        .iter()
        .map(|table| format!("{database}.{} WRITE", quote::legacy(table)))
        .collect();
    let conn = &mut session.conn;
    conn.query_drop("SET SESSION autocommit = 0, innodb_lock_wait_timeout = 0")?;
    if let Err(error) = conn.query_drop(format!("LOCK TABLES {}{wait}", list.join(", "))) {
        unlock(session)?;
        return Err(error.into());
    }
    std::thread::sleep(CLOCK_STEP);
    Ok(())
}

fn unlock(session: &mut Session) -> Result<(), LegacyError> {
    session.conn.query_drop("UNLOCK TABLES")?;
    session
        .conn
        .query_drop("SET SESSION autocommit = 1, innodb_lock_wait_timeout = 5")?;
    Ok(())
}

/// Without the lock, a prepared branch must not be there at all.
fn nothing_prepared(session: &mut Session, table: &str) -> Result<(), LegacyError> {
    let branch: Option<mysql::Row> = session.conn.query_first("XA RECOVER")?;
    if branch.is_none() {
        return Ok(());
    }
    Err(LegacyError {
        kind: Kind::Busy,
        code: 0,
        message: format!(
            "an XA branch is prepared on the legacy server and may have changed table `{table}`; without LOCK TABLES on the database its triggers are created when XA RECOVER is empty"
        ),
    })
}

/// Says what stands in the way of a lock.
fn still_used(error: LegacyError, table: &str) -> LegacyError {
    if error.kind != Kind::Busy {
        return error;
    }
    LegacyError {
        message: format!(
            "could not lock table `{table}` to create or drop its triggers: a transaction that used the table is still open, or prepared (XA RECOVER)"
        ),
        ..error
    }
}
