//! Tandem's own schema on the legacy server: put there, looked at, taken away.
//!
//! Promise: everything is idempotent, so an installation that was interrupted is simply done again; a schema that belongs to another link
//! is never touched.

pub mod mapping;
mod outbox;
mod trigger;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::cascade::CascadeTrigger;
use tandem_shared::plan::sql::legacy::Trigger;
use tandem_shared::plan::sql::{drawn, legacy as sql, quote};

use self::outbox::Outboxes;
use self::trigger::Present;
use super::connect::Session;
use super::error::LegacyError;
use super::generation;
use super::options::Capture;

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
    /// How changes are noticed. By the binary log there are only the triggers of cascades that it lacks, and the outboxes that they write to.
    pub capture: Capture,
    /// Triggers on parents, for cascades.
    pub cascades: &'a [CascadeTrigger],
    /// Numbers of all tables of the mapping, those without a plan included: what is theirs stays.
    pub numbers: &'a [u32],
    /// Numbers of the tables whose triggers have to go, since they name a column that is gone; their outboxes stay.
    pub silent: &'a [u32],
}

impl Wanted<'_> {
    /// True for a table that needs an outbox.
    fn has_outbox(&self, number: u32) -> bool {
        self.capture == Capture::Triggers
            || self
                .cascades
                .iter()
                .any(|one| one.reaches.contains(&number))
    }

    /// True for a table whose outbox must not go.
    fn keeps_outbox(&self, number: u32) -> bool {
        self.numbers.contains(&number) && self.has_outbox(number)
    }
}

/// Creates what is missing, then removes what is no longer wanted. Returns the numbers of the tables that lacked an outbox or a trigger.
pub fn install(session: &mut Session, wanted: &Wanted<'_>) -> Result<HashSet<u32>, LegacyError> {
    for statement in sql::create_schema(&wanted.owner.outbox_schema) {
        session.conn.query_drop(statement)?;
    }
    claim(session, wanted.owner)?;
    let outboxes = outbox::present(session, &wanted.owner.outbox_schema)?;
    if wanted.capture == Capture::Binlog && !outboxes.contains_key(drawn::MARK) {
        let create = drawn::create_mark(&wanted.owner.outbox_schema);
        session.conn.query_drop(create)?;
    }
    let mut lacking = HashSet::new();
    for plan in wanted.plans {
        if !wanted.has_outbox(plan.table_no) {
            continue;
        }
        if outbox::ensure(session, wanted, plan, &outboxes)? {
            lacking.insert(plan.table_no);
        }
    }
    let present = trigger::present(session, wanted.database)?;
    let missing = missing(wanted, &present);
    lacking.extend(missing.values().flatten().flat_map(|one| &one.reaches));
    let triggers = |missing: Vec<CascadeTrigger>| missing.into_iter().map(|one| one.trigger);
    let by_table: Vec<(&str, Vec<Trigger>)> = missing
        .into_iter()
        .map(|(table, missing)| (table, triggers(missing).collect()))
        .collect();
    trigger::create(session, wanted.database, &by_table, &present)?;
    remove_stale(session, wanted, &present, &outboxes)?;
    Ok(lacking)
}

/// The triggers that are not there, are on another table because theirs was swapped out, or do something else because the key or the build was
/// another, by table. A table's own come after those on it as a parent: see [`trigger`].
fn missing<'a>(wanted: &Wanted<'a>, present: &[Present]) -> BTreeMap<&'a str, Vec<CascadeTrigger>> {
    let there = |trigger: &Trigger| present.iter().any(|one| one.is(trigger));
    let mut missing: BTreeMap<&str, Vec<CascadeTrigger>> = BTreeMap::new();
    for cascade in wanted.cascades {
        if !there(&cascade.trigger) {
            let table = missing.entry(&cascade.trigger.table).or_default();
            table.push(cascade.clone());
        }
    }
    if wanted.capture == Capture::Binlog {
        return missing;
    }
    for plan in wanted.plans {
        let own = sql::triggers(plan).into_iter();
        for trigger in own.filter(|trigger| !there(trigger)) {
            let table = missing.entry(&plan.source.table).or_default();
            let reaches = BTreeSet::from([plan.table_no]);
            table.push(CascadeTrigger { trigger, reaches });
        }
    }
    missing
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

/// Removes the link's triggers and its schema; what is already gone is no error.
pub fn uninstall(session: &mut Session, owner: &Owner, database: &str) -> Result<(), LegacyError> {
    let own = generation::triggers(session, database, &owner.outbox_schema)?;
    let schema_there: Option<String> = session.conn.exec_first(
        "SELECT schema_name AS n FROM information_schema.schemata WHERE schema_name = ?",
        (&owner.outbox_schema,),
    )?;
    let schema_there = schema_there.is_some();
    if schema_there {
        claim(session, owner)?;
    }
    let tables: BTreeSet<&String> = own.iter().map(|one| &one.table).collect();
    for table in tables {
        let names = own.iter().filter(|one| one.table == *table);
        let names = names.map(|one| one.name.as_str());
        trigger::drop(session, database, table, names)?;
    }
    if schema_there {
        let schema = quote::legacy(&owner.outbox_schema);
        // One at a time: a DROP DATABASE that holds some outboxes and waits for others could deadlock with an application's transaction.
        for table in generation::counters(session, &owner.outbox_schema)?.into_keys() {
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
    present: &[Present],
    outboxes: &Outboxes,
) -> Result<(), LegacyError> {
    let schema = &wanted.owner.outbox_schema;
    let mut expected: HashSet<String> = wanted
        .cascades
        .iter()
        .map(|cascade| cascade.trigger.name.clone())
        .collect();
    let triggers = wanted.capture == Capture::Triggers;
    let heard = |number: &&u32| triggers && !wanted.silent.contains(number);
    for number in wanted.numbers.iter().filter(heard) {
        expected.extend(sql::trigger_names(schema, *number));
    }
    let stale = present
        .iter()
        .filter(|one| sql::is_own_trigger(schema, &one.name) && !expected.contains(&one.name));
    for one in stale {
        let name = std::iter::once(one.name.as_str());
        trigger::drop(session, wanted.database, &one.table, name)?;
    }
    for outbox in outboxes.keys() {
        let number = outbox
            .strip_prefix("o_")
            .and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| !wanted.keeps_outbox(number)) {
            let (schema, outbox) = (quote::legacy(schema), quote::legacy(outbox));
            session
                .conn
                .query_drop(format!("DROP TABLE IF EXISTS {schema}.{outbox}"))?;
        }
    }
    Ok(())
}
