//! After a batch has been committed on the legacy server: acknowledged here, and what became of it recorded.
//!
//! Promise: everything is done in one transaction, the acknowledgement included; a row that the legacy server made something else of is stored here as
//! it is there, unless somebody has changed it here since.

use pgrx::Spi;
use tandem_shared::change::TableBatch;
use tandem_shared::plan::Back;
use tandem_shared::plan::sql::upgrade;
use tandem_shared::row::RowBuf;
use tandem_shared::value::Value;

use super::guard;
use super::pull::{self, Outbox, Pending};
use super::record::{self, Conflict, Counted, Direction};
use crate::legacy::reverse::{Done, Outcome, Refusal};
use crate::report::Result;
use crate::upgrade::batch;

/// One table of a batch: what was pending, what was ordered, what became of it.
pub struct Settled<'a> {
    /// What was pending.
    pub pending: &'a Pending,
    /// The rows that were ordered.
    pub backs: &'a [Back],
    /// What became of them, in the same order.
    pub outcomes: &'a [Outcome],
    /// Keys that could not be translated, and why.
    pub keyless: &'a [(Vec<u8>, Refusal)],
    /// Keys that could not be translated and name no row any more.
    pub gone: &'a [Vec<u8>],
}

/// Settles one table. Called in a transaction.
pub fn settle(link: &str, settled: &Settled<'_>) -> Result<()> {
    let outbox = &settled.pending.outbox;
    let plan = outbox.plan.as_ref();
    pull::ack(settled.pending)?;
    let mut counted = Counted::default();
    let mut forgotten: Vec<&[u8]> = Vec::new();
    let mut altered: Vec<&[Value]> = Vec::new();
    for (back, outcome) in settled.backs.iter().zip(settled.outcomes) {
        match &outcome.done {
            Done::Refused(refusal) => {
                counted.refused += 1;
                record::refused(link, plan, &back.key_fields, refusal)?;
            }
            done => {
                counted.sent += i64::from(matches!(done, Done::Written | Done::Altered(_)));
                counted.equal += i64::from(*done == Done::Equal);
                forgotten.push(&back.key_fields);
                if let Done::Altered(now) = done {
                    altered.push(now);
                }
            }
        }
        if let Some(before) = &outcome.conflict {
            counted.conflicts += 1;
            conflict(link, outbox, back, before.as_deref())?;
        }
    }
    for (key, refusal) in settled.keyless {
        counted.refused += 1;
        record::refused(link, plan, key, refusal)?;
    }
    forgotten.extend(settled.gone.iter().map(Vec::as_slice));
    record::forget(link, plan, &forgotten)?;
    store(link, outbox, &altered)?;
    record::count(link, plan, counted)
}

fn conflict(link: &str, outbox: &Outbox, back: &Back, before: Option<&[Value]>) -> Result<()> {
    let plan = outbox.plan.as_ref();
    let (key, row) = record::json_of(plan, &back.key_fields)?;
    let upgrade = back.row.as_ref().and(row);
    let conflict = Conflict {
        direction: Direction::Reverse,
        key,
        legacy: before.map(|values| record::legacy_json(plan, values)),
        upgrade,
    };
    record::conflict(link, outbox, conflict)
}

/// Stores rows as they are on the legacy server, those left out that wait to go back again.
fn store(link: &str, outbox: &Outbox, rows: &[&[Value]]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let plan = &outbox.plan;
    let mut table = TableBatch::new(std::sync::Arc::clone(plan));
    for row in rows {
        let key = plan.key.iter().map(|&at| row[at].clone()).collect();
        table.take_row(key, row.to_vec());
    }
    let mut keys = RowBuf::new();
    for key in &table.keys {
        // A row that was translated has a key that can be.
        let _ = plan.key_up(key, &mut keys);
    }
    let changed = guard::pending(link, outbox, &keys)?;
    let mut kept = RowBuf::new();
    for at in 0..table.upserts.len() {
        if let (Some(row), Some(key)) = (table.upserts.row(at), keys.row(at))
            && !changed.contains(key)
        {
            kept.push_row(row);
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    batch::with(&kept, 0..kept.len(), || Spi::run(&upgrade::merge(plan)))?;
    Ok(())
}
