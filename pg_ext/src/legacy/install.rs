//! Tandem's own schema on the legacy server: put there, looked at, taken away.
//!
//! Promise: everything is idempotent, so an installation that was interrupted is simply done again; a schema that belongs to another link
//! is never touched.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::cascade::CascadeTrigger;
use tandem_shared::plan::sql::legacy::Trigger;
use tandem_shared::plan::sql::{legacy as sql, quote};

use super::connect::Session;
use super::error::{Kind, LegacyError};

/// Who a legacy schema belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Tandem's own schema on the legacy server.
    pub outbox_schema: String,
    /// The link's key.
    pub link_key: u64,
    /// Names the upgrade database and the link for a DBA who looks at the legacy server.
    pub upgrade: String,
}

/// MariaDB keeps the time of a trigger's creation in hundredths of a second, cut off: what was prepared in the same step as the trigger counts as
/// prepared after it. So a step passes between the lock and the trigger.
const CLOCK_STEP: Duration = Duration::from_millis(25);

/// What a link needs on the legacy server.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// The legacy database.
    pub database: &'a str,
    /// Tables to capture now.
    pub plans: &'a [Arc<TablePlan>],
    /// Triggers on parents, for cascades.
    pub cascades: &'a [CascadeTrigger],
    /// Numbers of all tables of the mapping, those without a plan included: what is theirs stays.
    pub numbers: &'a [u32],
}

/// Creates what is missing, then removes what is no longer wanted.
pub fn install(session: &mut Session, wanted: &Wanted<'_>) -> Result<Installed, LegacyError> {
    for statement in sql::create_schema(&wanted.owner.outbox_schema) {
        session.conn.query_drop(statement)?;
    }
    claim(session, wanted.owner)?;
    let outboxes = present_outboxes(session, &wanted.owner.outbox_schema)?;
    let present = present_triggers(session, wanted.database)?;
    let mut lacking = HashSet::new();
    for plan in wanted.plans {
        if !outboxes.contains(&plan.outbox()) {
            session.conn.query_drop(sql::create_outbox(plan))?;
            lacking.insert(plan.table_no);
        }
    }
    for plan in wanted.plans {
        let triggers = sql::triggers(plan);
        let there = |trigger: &Trigger| {
            let on = present.get(&trigger.name);
            on.is_some_and(|on| on.eq_ignore_ascii_case(&plan.source.table))
        };
        if triggers.iter().all(there) {
            continue;
        }
        lacking.insert(plan.table_no);
        // All of a table's triggers behind one lock: an application's statement meets none of them or all.
        let (database, table) = (wanted.database, &plan.source.table);
        let locked =
            session.family == Family::Mariadb && lock(session, database, table, Some(plan))?;
        if locked {
            std::thread::sleep(CLOCK_STEP);
        }
        let made = triggers
            .iter()
            .filter(|trigger| !there(trigger))
            .try_for_each(|trigger| {
                let name = quote::legacy(&trigger.name);
                let database = quote::legacy(database);
                session
                    .conn
                    .query_drop(format!("DROP TRIGGER IF EXISTS {database}.{name}"))?;
                session.conn.query_drop(&trigger.create)
            });
        if locked {
            session.conn.query_drop("UNLOCK TABLES")?;
        }
        made.map_err(|error| still_used(error.into(), table))?;
    }
    for cascade in wanted.cascades {
        let trigger = Trigger {
            name: cascade.name.clone(),
            create: cascade.create.clone(),
        };
        if ensure_trigger(session, wanted.database, &present, &cascade.table, &trigger)? {
            lacking.extend(&cascade.reaches);
        }
    }
    remove_stale(session, wanted, wanted.database, &present, &outboxes)?;
    let capture = capture(session, wanted.database, &wanted.owner.outbox_schema)?;
    Ok(Installed { lacking, capture })
}

/// What an installation did.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Numbers of the tables that lacked an outbox or a trigger.
    pub lacking: HashSet<u32>,
    /// The link's triggers, see [`capture`].
    pub capture: Capture,
}

/// The link's triggers and the table each is on: whoever drops one, or swaps a table under it, changes this.
pub type Capture = Vec<(String, String)>;

/// Reads the link's triggers, in order.
pub fn capture(
    session: &mut Session,
    database: &str,
    schema: &str,
) -> Result<Capture, LegacyError> {
    let mut capture: Capture = present_triggers(session, database)?
        .into_iter()
        .filter(|(name, _)| sql::is_own_trigger(schema, name))
        .collect();
    capture.sort();
    Ok(capture)
}

/// Creates a trigger unless it is there, on the right table: one that went away with a table that was swapped out is made anew. True when
/// it was created.
fn ensure_trigger(
    session: &mut Session,
    database: &str,
    present: &HashMap<String, String>,
    table: &str,
    trigger: &Trigger,
) -> Result<bool, LegacyError> {
    match present.get(&trigger.name) {
        Some(on) if on.eq_ignore_ascii_case(table) => return Ok(false),
        Some(_) => {
            let (database, name) = (quote::legacy(database), quote::legacy(&trigger.name));
            session
                .conn
                .query_drop(format!("DROP TRIGGER IF EXISTS {database}.{name}"))?;
        }
        None => {}
    }
    create_trigger(session, database, table, &trigger.create)?;
    Ok(true)
}

/// CREATE TRIGGER waits for every open transaction on the table, and everybody else waits behind it: so it waits briefly, and says so.
///
/// On MariaDB the table is locked first. A statement that an application prepares while CREATE TRIGGER waits counts there as prepared after the
/// trigger, though it does not know it, and fails with error 1146 whenever it is executed; behind the lock nobody prepares anything.
fn create_trigger(
    session: &mut Session,
    database: &str,
    table: &str,
    statement: &str,
) -> Result<(), LegacyError> {
    let locked = session.family == Family::Mariadb && lock(session, database, table, None)?;
    if locked {
        std::thread::sleep(CLOCK_STEP);
    }
    let created = session.conn.query_drop(statement);
    if locked {
        session.conn.query_drop("UNLOCK TABLES")?;
    }
    created.map_err(|error| still_used(error.into(), table))
}

/// Drops the triggers of one table, behind a lock on MariaDB as when they are created.
fn drop_triggers<'a>(
    session: &mut Session,
    database: &str,
    table: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), LegacyError> {
    let locked = session.family == Family::Mariadb && lock(session, database, table, None)?;
    let dropped = names.map(quote::legacy).try_for_each(|name| {
        let database = quote::legacy(database);
        let statement = format!("DROP TRIGGER IF EXISTS {database}.{name}");
        session.conn.query_drop(statement)
    });
    if locked {
        session.conn.query_drop("UNLOCK TABLES")?;
    }
    dropped.map_err(|error| still_used(error.into(), table))
}

/// Locks a table against everybody; false when the account may not.
fn lock(
    session: &mut Session,
    database: &str,
    table: &str,
    outbox: Option<&TablePlan>,
) -> Result<bool, LegacyError> {
    let (database, name) = (quote::legacy(database), quote::legacy(table));
    let outbox = outbox.map_or_else(String::new, |plan| {
        let schema = quote::legacy(&plan.source.outbox_schema);
        format!(", {schema}.{} WRITE", quote::legacy(&plan.outbox()))
    });
    let locked = session
        .conn
        .query_drop(format!("LOCK TABLES {database}.{name} WRITE{outbox}"));
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

/// Writes the link's row, or finds that the schema is another link's.
fn claim(session: &mut Session, owner: &Owner) -> Result<(), LegacyError> {
    let schema = quote::legacy(&owner.outbox_schema);
    let found: Option<(u64, String)> = session.conn.query_first(format!(
        "SELECT link_key, upgrade FROM {schema}.link LIMIT 1"
    ))?;
    match found {
        Some((key, _)) if key == owner.link_key => Ok(()),
        Some((_, other)) => Err(LegacyError::other(format!(
            "schema \"{}\" of the legacy server belongs to another link ({other})",
            owner.outbox_schema
        ))),
        None => {
            let insert =
                format!("INSERT INTO {schema}.link (link_key, upgrade, version) VALUES (?, ?, ?)");
            session.conn.exec_drop(
                insert,
                (owner.link_key, &owner.upgrade, env!("CARGO_PKG_VERSION")),
            )?;
            Ok(())
        }
    }
}

/// Names of the tables in Tandem's own schema.
fn present_outboxes(session: &mut Session, schema: &str) -> Result<HashSet<String>, LegacyError> {
    let names: Vec<String> = session.conn.exec(
        "SELECT table_name AS n FROM information_schema.tables WHERE table_schema = ?",
        (schema,),
    )?;
    Ok(names.into_iter().collect())
}

/// The triggers of a database, and the table each is on.
fn present_triggers(
    session: &mut Session,
    database: &str,
) -> Result<HashMap<String, String>, LegacyError> {
    let triggers: Vec<(String, String)> = session.conn.exec(
        "SELECT trigger_name AS n, event_object_table AS t FROM information_schema.triggers WHERE trigger_schema = ?",
        (database,),
    )?;
    Ok(triggers.into_iter().collect())
}

/// Removes the link's triggers and its schema; what is already gone is no error.
pub fn uninstall(session: &mut Session, owner: &Owner, database: &str) -> Result<(), LegacyError> {
    let own = capture(session, database, &owner.outbox_schema)?;
    let schema_there: Option<String> = session.conn.exec_first(
        "SELECT schema_name AS n FROM information_schema.schemata WHERE schema_name = ?",
        (&owner.outbox_schema,),
    )?;
    let schema_there = schema_there.is_some();
    if schema_there {
        claim(session, owner)?;
    }
    let tables: BTreeSet<&String> = own.iter().map(|(_, table)| table).collect();
    for table in tables {
        let names = own.iter().filter(|(_, on)| on == table);
        drop_triggers(
            session,
            database,
            table,
            names.map(|(name, _)| name.as_str()),
        )?;
    }
    if schema_there {
        let schema = quote::legacy(&owner.outbox_schema);
        // One at a time: a DROP DATABASE that holds some outboxes and waits for others could deadlock with an application's transaction.
        for table in present_outboxes(session, &owner.outbox_schema)? {
            let table = quote::legacy(&table);
            session
                .conn
                .query_drop(format!("DROP TABLE IF EXISTS {schema}.{table}"))?;
        }
        session.conn.query_drop(format!("DROP DATABASE {schema}"))?;
    }
    Ok(())
}

/// Removes triggers and outboxes of tables that are no longer mapped, and triggers on parents that were made anew under another name.
///
/// Triggers go before the outboxes that they write to: a write of the application never meets a trigger without its outbox.
fn remove_stale(
    session: &mut Session,
    wanted: &Wanted<'_>,
    database: &str,
    present: &HashMap<String, String>,
    outboxes: &HashSet<String>,
) -> Result<(), LegacyError> {
    let schema = &wanted.owner.outbox_schema;
    let mut expected: HashSet<String> = wanted
        .cascades
        .iter()
        .map(|trigger| trigger.name.clone())
        .collect();
    for number in wanted.numbers {
        expected.extend(sql::trigger_names(schema, *number));
    }
    let stale = present
        .keys()
        .filter(|name| sql::is_own_trigger(schema, name) && !expected.contains(*name));
    for name in stale {
        let (database, name) = (quote::legacy(database), quote::legacy(name));
        session
            .conn
            .query_drop(format!("DROP TRIGGER IF EXISTS {database}.{name}"))?;
    }
    for outbox in outboxes {
        let number = outbox
            .strip_prefix("o_")
            .and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| !wanted.numbers.contains(&number)) {
            let (schema, outbox) = (quote::legacy(schema), quote::legacy(outbox));
            session
                .conn
                .query_drop(format!("DROP TABLE IF EXISTS {schema}.{outbox}"))?;
        }
    }
    Ok(())
}
