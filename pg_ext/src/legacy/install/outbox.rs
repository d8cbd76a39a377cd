//! Outboxes: created, and kept as their tables' keys are.
//!
//! Promise: an outbox can hold every key of its table. One that could not would cut a key without a word, since triggers run without a strict
//! `sql_mode`.

use std::collections::{BTreeMap, BTreeSet};

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{legacy as sql, quote};

use super::{Wanted, trigger};
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::generation;

/// The outboxes that are there, with their key columns' types and collations.
pub type Outboxes = BTreeMap<String, Vec<KeyType>>;

/// `COLUMN_TYPE` and `COLLATION_NAME`.
type KeyType = (String, Option<String>);

/// Reads the outboxes of Tandem's own schema.
pub fn present(session: &mut Session, schema: &str) -> Result<Outboxes, LegacyError> {
    let rows: Vec<(String, String, String, Option<String>)> = session.conn.exec(
        "SELECT table_name AS t, column_name AS n, column_type AS c, collation_name AS l FROM information_schema.columns \
         WHERE table_schema = ? ORDER BY table_name, ordinal_position",
        (schema,),
    )?;
    let mut outboxes = Outboxes::new();
    for (table, column, column_type, collation) in rows {
        let keys = outboxes.entry(table).or_default();
        if !matches!(column.as_str(), "seq" | "op") {
            keys.push((column_type, collation));
        }
    }
    Ok(outboxes)
}

/// Sees to the outbox of one table. True when notifications may have been missed: it was not there, or held fewer columns or smaller ones.
pub fn ensure(
    session: &mut Session,
    wanted: &Wanted<'_>,
    plan: &TablePlan,
    outboxes: &Outboxes,
) -> Result<bool, LegacyError> {
    let Some(keys) = outboxes.get(&plan.outbox()) else {
        session.conn.query_drop(sql::create_outbox(plan))?;
        return Ok(true);
    };
    let shape = |name: &str| plan.shape.iter().find(|column| column.name == name);
    let own = plan
        .key_columns()
        .filter_map(|column| shape(&column.source))
        .map(|column| (column.column_type.clone(), column.collation.clone()));
    let joined = plan.joins.iter().flat_map(|join| &join.on);
    let now: Vec<KeyType> = own.chain(joined.map(|on| on.column_type.clone())).collect();
    if *keys == now {
        return Ok(false);
    }
    if keys.len() == now.len() {
        session.conn.query_drop(sql::alter_outbox(plan))?;
    } else {
        drop_writers(session, wanted, plan)?;
        let (schema, outbox) = (&wanted.owner.outbox_schema, plan.outbox());
        let (schema, outbox) = (quote::legacy(schema), quote::legacy(&outbox));
        session
            .conn
            .query_drop(format!("DROP TABLE IF EXISTS {schema}.{outbox}"))?;
        session.conn.query_drop(sql::create_outbox(plan))?;
    }
    Ok(true)
}

/// Drops every trigger of the link that writes to the outbox: a write of the application never meets a trigger without its outbox.
fn drop_writers(
    session: &mut Session,
    wanted: &Wanted<'_>,
    plan: &TablePlan,
) -> Result<(), LegacyError> {
    let own = generation::triggers(session, wanted.database, &wanted.owner.outbox_schema)?;
    let names = sql::trigger_names(&wanted.owner.outbox_schema, plan.table_no);
    let spared = |name: &str| {
        let mut cascades = wanted.cascades.iter();
        let known = cascades.find(|cascade| cascade.trigger.name == name);
        known.is_some_and(|cascade| !cascade.reaches.contains(&plan.table_no))
    };
    // A trigger on a parent that is not known any more may write anywhere.
    let joined = format!("{}_j", wanted.owner.outbox_schema);
    let on_parent =
        |name: &str| name.ends_with("_bd") || name.ends_with("_bu") || name.starts_with(&joined);
    let writes =
        |name: &str| names.iter().any(|one| one == name) || on_parent(name) && !spared(name);
    let tables: BTreeSet<&String> = own.iter().map(|one| &one.table).collect();
    for table in tables {
        let of_table = own.iter().filter(|one| one.table == *table);
        let names: Vec<&str> = of_table
            .map(|one| one.name.as_str())
            .filter(|name| writes(name))
            .collect();
        if !names.is_empty() {
            trigger::drop(session, wanted.database, table, names.into_iter())?;
        }
    }
    Ok(())
}
