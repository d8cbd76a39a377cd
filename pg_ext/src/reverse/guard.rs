//! Forward changes of rows that have been changed here as well.
//!
//! Promise: a change here is never overwritten without a record. The rows are locked first and the outbox is read afterwards, by a statement of its
//! own: a writer who has the row makes the lock wait, and has notified it when it is given. Called first thing in every transaction that applies a
//! batch, and by whoever stores here what the legacy server made of a row.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use pgrx::Spi;
use tandem_shared::change::TableBatch;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::reverse as sql;
use tandem_shared::row::RowBuf;

use super::pull::{Outbox, split};
use super::record::{self, Conflict, Counted, Direction};
use crate::report::Result;
use crate::upgrade::jsonb::Jsonb;
use crate::upgrade::{batch, park};

/// A row here that waits to go back.
struct Waiting {
    /// The row's fields; `None` when it is gone.
    row: Option<Vec<u8>>,
    /// The same as JSON.
    json: Option<Jsonb>,
}

/// The batch's tables without the rows that yield to changes made here; conflicts are recorded.
pub fn resolve<'a>(
    link: &str,
    outboxes: &[Outbox],
    tables: &'a [TableBatch],
) -> Result<Cow<'a, [TableBatch]>> {
    let mut kept = Cow::Borrowed(tables);
    for (at, table) in tables.iter().enumerate() {
        let number = table.plan.table_no;
        let Some(outbox) = outboxes.iter().find(|one| one.plan.table_no == number) else {
            continue;
        };
        let keys = keys_of(table);
        let waiting = waiting(link, outbox, &keys)?;
        if waiting.is_empty() {
            continue;
        }
        let yielding = conflicts(link, outbox, table, &waiting)?;
        if outbox.upgrade_wins && !yielding.is_empty() {
            kept.to_mut()[at] = without(table, &yielding);
        }
    }
    Ok(kept)
}

/// Keys of rows that wait to go back, of those given; the rows are locked until the transaction ends.
pub fn pending(link: &str, outbox: &Outbox, keys: &RowBuf) -> Result<HashSet<Vec<u8>>> {
    Ok(waiting(link, outbox, keys)?.into_keys().collect())
}

fn keys_of(table: &TableBatch) -> RowBuf {
    let mut keys = RowBuf::new();
    for row in (0..table.upserts.len()).filter_map(|at| table.upserts.row(at)) {
        keys.push_row(&park::key_of_row(&table.plan, row));
    }
    for key in (0..table.deletes.len()).filter_map(|at| table.deletes.row(at)) {
        keys.push_row(key);
    }
    keys
}

fn waiting(link: &str, outbox: &Outbox, keys: &RowBuf) -> Result<HashMap<Vec<u8>, Waiting>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let plan = outbox.plan.as_ref();
    batch::with(keys, 0..keys.len(), || {
        Spi::connect_mut(|client| {
            client.update(sql::lock_rows(plan).as_str(), None, &[])?;
            let text = sql::pending_keys(plan, link, &outbox.name, outbox.sends());
            client
                .update(text.as_str(), None, &[])?
                .map(|row| {
                    let (key, fields) = split(plan, &row)?;
                    let json = row.get(plan.key.len() + plan.columns.len() + 1)?;
                    Ok((key, Waiting { row: fields, json }))
                })
                .collect::<pgrx::spi::Result<_>>()
        })
    })
    .map_err(Into::into)
}

/// Records those rows of the batch that differ from what waits here; returns their keys.
fn conflicts(
    link: &str,
    outbox: &Outbox,
    table: &TableBatch,
    waiting: &HashMap<Vec<u8>, Waiting>,
) -> Result<HashSet<Vec<u8>>> {
    let plan = outbox.plan.as_ref();
    let mut found = HashSet::new();
    let upserts = (0..table.upserts.len()).filter_map(|at| table.upserts.row(at));
    let upserts = upserts.map(|row| (park::key_of_row(plan, row), Some(row)));
    let deletes = (0..table.deletes.len()).filter_map(|at| table.deletes.row(at));
    let deletes = deletes.map(|key| (key.to_vec(), None));
    for (key, incoming) in upserts.chain(deletes) {
        let Some(here) = waiting.get(&key) else {
            continue;
        };
        if here.row.as_deref() == incoming {
            continue;
        }
        let legacy = incoming.map(|row| row_json(plan, row)).transpose()?;
        let (key_json, _) = record::json_of(plan, &key)?;
        let conflict = Conflict {
            direction: Direction::Forward,
            key: key_json,
            legacy,
            upgrade: here.json.clone(),
        };
        record::conflict(link, outbox, conflict)?;
        found.insert(key);
    }
    if !outbox.upgrade_wins {
        // What was not sent is overwritten, and in the record of the conflict.
        let keys: Vec<&[u8]> = found.iter().map(Vec::as_slice).collect();
        record::forget(link, plan, &keys)?;
    }
    let counted = Counted {
        conflicts: i64::try_from(found.len()).unwrap_or(0),
        ..Counted::default()
    };
    if !found.is_empty() {
        record::count(link, plan, counted)?;
    }
    Ok(found)
}

fn row_json(plan: &TablePlan, row: &[u8]) -> Result<Jsonb> {
    let mut rows = RowBuf::new();
    rows.push_row(row);
    let found = batch::with(&rows, 0..1, || Spi::get_one(&sql::row_as_json(plan)))?;
    Ok(found.unwrap_or_else(Jsonb::null))
}

/// The batch without the rows of some keys; their notifications are taken all the same.
fn without(table: &TableBatch, keys: &HashSet<Vec<u8>>) -> TableBatch {
    let mut kept = table.clone();
    kept.upserts = RowBuf::new();
    kept.keys = Vec::new();
    kept.deletes = RowBuf::new();
    for at in 0..table.upserts.len() {
        let Some(row) = table.upserts.row(at) else {
            continue;
        };
        if !keys.contains(&park::key_of_row(&table.plan, row)) {
            kept.upserts.push_row(row);
            kept.keys.extend(table.keys.get(at).cloned());
        }
    }
    for key in (0..table.deletes.len()).filter_map(|at| table.deletes.row(at)) {
        if !keys.contains(key) {
            kept.deletes.push_row(key);
        }
    }
    kept
}
