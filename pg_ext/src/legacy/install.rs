//! Tandem's own schema on the legacy server: put there, looked at, taken away.
//!
//! Promise: everything is idempotent, so an installation that was interrupted is simply done again; a schema that belongs to another link
//! is never touched.

use std::collections::HashSet;
use std::sync::Arc;

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::cascade::CascadeTrigger;
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

/// Creates what is missing, then removes what is no longer wanted. Returns the numbers of the tables that lacked anything.
pub fn install(session: &mut Session, wanted: &Wanted<'_>) -> Result<HashSet<u32>, LegacyError> {
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
        for trigger in sql::triggers(plan) {
            if !present.contains(&trigger.name) {
                create_trigger(session, &plan.source.table, &trigger.create)?;
                lacking.insert(plan.table_no);
            }
        }
    }
    for trigger in wanted
        .cascades
        .iter()
        .filter(|trigger| !present.contains(&trigger.name))
    {
        create_trigger(session, &trigger.table, &trigger.create)?;
        lacking.extend(&trigger.reaches);
    }
    remove_stale(session, wanted, wanted.database, &present, &outboxes)?;
    Ok(lacking)
}

/// CREATE TRIGGER waits for every open transaction on the table, and everybody else waits behind it: so it waits briefly, and says so.
fn create_trigger(session: &mut Session, table: &str, statement: &str) -> Result<(), LegacyError> {
    session.conn.query_drop(statement).map_err(|error| {
        let error = LegacyError::from(error);
        if error.kind != Kind::Busy {
            return error;
        }
        LegacyError {
            message: format!(
                "could not lock table `{table}` to create its trigger: a transaction that used the table is still open"
            ),
            ..error
        }
    })
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

/// Names of the triggers of a database.
fn present_triggers(session: &mut Session, database: &str) -> Result<HashSet<String>, LegacyError> {
    let names: Vec<String> = session.conn.exec(
        "SELECT trigger_name AS n FROM information_schema.triggers WHERE trigger_schema = ?",
        (database,),
    )?;
    Ok(names.into_iter().collect())
}

/// Removes the link's triggers and its schema; what is already gone is no error.
pub fn uninstall(session: &mut Session, owner: &Owner, database: &str) -> Result<(), LegacyError> {
    let prefix = format!("{}\\_%", owner.outbox_schema.replace('_', "\\_"));
    let names: Vec<String> = session.conn.exec(
        "SELECT trigger_name AS n FROM information_schema.triggers WHERE trigger_schema = ? AND trigger_name LIKE ?",
        (database, prefix),
    )?;
    let schema_there: Option<String> = session.conn.exec_first(
        "SELECT schema_name AS n FROM information_schema.schemata WHERE schema_name = ?",
        (&owner.outbox_schema,),
    )?;
    let schema_there = schema_there.is_some();
    if schema_there {
        claim(session, owner)?;
    }
    for name in names {
        let statement = format!(
            "DROP TRIGGER IF EXISTS {}.{}",
            quote::legacy(database),
            quote::legacy(&name)
        );
        session.conn.query_drop(statement)?;
    }
    if schema_there {
        let schema = quote::legacy(&owner.outbox_schema);
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
    present: &HashSet<String>,
    outboxes: &HashSet<String>,
) -> Result<(), LegacyError> {
    let schema = &wanted.owner.outbox_schema;
    let prefix = format!("{schema}_");
    let mut expected: HashSet<String> = wanted
        .cascades
        .iter()
        .map(|trigger| trigger.name.clone())
        .collect();
    for number in wanted.numbers {
        expected.extend(sql::trigger_names(schema, *number));
    }
    let stale = present
        .iter()
        .filter(|name| name.starts_with(&prefix) && !expected.contains(*name));
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
