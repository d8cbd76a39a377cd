//! Pending keys of the upgrade outboxes, and the rows that they name now.
//!
//! Promise: ids and rows of all tables are of one snapshot: an id that is read here stands for a change that the row shows. Called by the link's
//! worker, in a transaction of its own.

use std::collections::HashMap;
use std::sync::Arc;

use pgrx::{Spi, spi};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::reverse as sql;
use tandem_shared::row::{self, RowBuf};

use crate::report::Result;

/// A table whose writes go back.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// Its plan.
    pub plan: Arc<TablePlan>,
    /// The name of its outbox.
    pub name: String,
    /// True when a row that was changed on both sides is as here afterwards.
    pub upgrade_wins: bool,
    /// Names of the columns' send functions, in plan order.
    sends: Vec<String>,
}

impl Outbox {
    /// Names of the columns' send functions, in plan order.
    pub fn sends(&self) -> &[String] {
        &self.sends
    }
}

/// One notified key.
#[derive(Debug, Clone)]
pub struct Notified {
    /// The key: a row of fields, in key order.
    pub key: Vec<u8>,
    /// The row that it names now: a row of fields, in plan order.
    pub row: Option<Vec<u8>>,
}

/// What is pending of one table.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The table.
    pub outbox: Outbox,
    /// The notifications that were read.
    pub ids: Vec<i64>,
    /// Their keys, each once.
    pub rows: Vec<Notified>,
}

/// The outboxes of a link, of those tables that have a plan.
pub fn outboxes(link: &str, plans: &[Arc<TablePlan>]) -> Result<Vec<Outbox>> {
    let known: HashMap<i32, (String, bool)> = Spi::connect(|client| {
        let query = "SELECT table_no, outbox, conflict = 'upgrade_wins' FROM tandem.reverse_table WHERE link = $1";
        client
            .select(query, None, &[link.into()])?
            .map(|row| {
                let number = row.get::<i32>(1)?.unwrap_or(0);
                let name = row.get::<String>(2)?.unwrap_or_default();
                Ok((number, (name, row.get::<bool>(3)?.unwrap_or(false))))
            })
            .collect::<pgrx::spi::Result<_>>()
    })?;
    let mut found = Vec::new();
    for plan in plans {
        let number = i32::try_from(plan.table_no).unwrap_or(0);
        if let Some((name, upgrade_wins)) = known.get(&number) {
            found.push(Outbox {
                plan: Arc::clone(plan),
                name: name.clone(),
                upgrade_wins: *upgrade_wins,
                sends: sends(plan)?,
            });
        }
    }
    Ok(found)
}

const SENDS: &str = "\
    SELECT b.typsend::regproc::text FROM unnest($3::text[]) WITH ORDINALITY AS w (name, place) \
    JOIN pg_catalog.pg_namespace n ON n.nspname = $1 \
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = $2 \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = w.name AND NOT a.attisdropped \
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
    ORDER BY w.place";

fn sends(plan: &TablePlan) -> Result<Vec<String>> {
    let names: Vec<String> = plan.columns.iter().map(|c| c.target.clone()).collect();
    Spi::connect(|client| {
        let arguments = [
            plan.target.schema.as_str().into(),
            plan.target.table.as_str().into(),
            names.into(),
        ];
        client
            .select(SENDS, None, &arguments)?
            .map(|row| Ok(row.get::<String>(1)?.unwrap_or_default()))
            .collect::<pgrx::spi::Result<Vec<_>>>()
    })
    .map_err(Into::into)
}

/// Reads what is pending: at most `rows` notifications of each table. Tables without any are left out.
pub fn pull(outboxes: &[Outbox], rows: i64) -> Result<Vec<Pending>> {
    // Selects that cannot write share the snapshot of their transaction.
    Spi::connect(|client| {
        let mut all = Vec::new();
        for outbox in outboxes {
            let ids = client
                .select(
                    sql::pending_ids(&outbox.name).as_str(),
                    None,
                    &[rows.into()],
                )?
                .map(|row| Ok(row.get::<i64>(1)?.unwrap_or(0)))
                .collect::<pgrx::spi::Result<Vec<i64>>>()?;
            let Some(last) = ids.last() else { continue };
            let text = sql::pull_rows(&outbox.plan, &outbox.name, &outbox.sends);
            let rows = client
                .select(text.as_str(), None, &[(*last).into()])?
                .map(|row| {
                    let (key, row) = split(&outbox.plan, &row)?;
                    Ok(Notified { key, row })
                })
                .collect::<pgrx::spi::Result<Vec<_>>>()?;
            all.push(Pending {
                outbox: outbox.clone(),
                ids,
                rows,
            });
        }
        Ok(all)
    })
}

/// A key's fields and then a row's, as two: the row is gone when its key is NULL.
pub fn split(
    plan: &TablePlan,
    row: &spi::SpiHeapTupleData<'_>,
) -> spi::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let count = plan.key.len() + plan.columns.len();
    let fields = (1..=count).map(|at| row.get::<Vec<u8>>(at));
    let fields: Vec<Option<Vec<u8>>> = fields.collect::<spi::Result<_>>()?;
    let (key, row) = fields.split_at(plan.key.len().min(fields.len()));
    let there = plan
        .key
        .iter()
        .all(|&at| row.get(at).is_some_and(Option::is_some));
    Ok((packed(key), there.then(|| packed(row))))
}

fn packed(fields: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut rows = RowBuf::new();
    let count = u16::try_from(fields.len()).unwrap_or(u16::MAX);
    let written = rows.push(count, |out| {
        fields.iter().try_for_each(|field| match field {
            Some(field) => row::put_field(out, field),
            None => {
                row::put_null(out);
                Ok(())
            }
        })
    });
    // A field that PostgreSQL has sent is never longer than one can be.
    debug_assert!(written.is_ok());
    rows.bytes().to_vec()
}

/// Acknowledges exactly what was read.
pub fn ack(pending: &Pending) -> Result<()> {
    Spi::run_with_args(
        &sql::ack(&pending.outbox.name),
        &[pending.ids.clone().into()],
    )?;
    Ok(())
}
