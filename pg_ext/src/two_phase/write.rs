//! One row on its way: which route it takes, down to the legacy server, and what comes back.

use std::sync::Arc;

use pgrx::{PgSqlErrorCode, pg_sys};
use tandem_shared::mapping::document::Route;
use tandem_shared::plan::TablePlan;
use tandem_shared::row::RowBuf;
use tandem_shared::value::Value;

use super::failure::on_table;
use super::routed::Routed;
use super::trigger::{Action, oid};
use super::tuple::{Row, canonical};
use super::{branches, ledger, rules};
use crate::legacy::branch::row::{self, Change, Fields, Order, Outcome, Seen};
use crate::report::{Failure, Result};

/// What the trigger was fired with.
pub struct Event<'a> {
    /// The table.
    pub routed: &'a Routed,
    /// The table, open.
    pub relation: pg_sys::Relation,
    /// What happens to the row.
    pub action: Action,
    /// The row as it was; for an insert the new one.
    pub old: &'a Row,
    /// The row as it is to be; for a delete the old one.
    pub new: &'a Row,
}

/// Before the row is stored: writes it on the legacy server. Returns the plan's columns as they are to be stored, when they are others.
pub fn before(event: &Event<'_>) -> Result<Option<Vec<u8>>> {
    let differences = match event.action {
        Action::Update => event.old.differences(event.new, event.relation),
        _ => Vec::new(),
    };
    if event.action == Action::Update && !touches_legacy(event.routed, &differences) {
        return Ok(None);
    }
    let rule = rules::choose(event, &differences)?;
    if rule.route != Route::Exception {
        return Ok(None);
    }
    let one_phase = rule.one_phase;
    match event.action {
        Action::Insert => insert(event, one_phase),
        Action::Update => update(event, one_phase),
        Action::Delete => delete(event, one_phase).map(|()| None),
    }
}

/// True when an update changes anything that the legacy database has.
fn touches_legacy(routed: &Routed, differences: &[i16]) -> bool {
    let mut columns = routed.columns.iter();
    columns.any(|column| column.written && !column.owned && differences.contains(&column.attnum))
}

/// After a new row was stored. Changed and deleted rows need no such look: they are locked before the trigger is fired.
pub fn after(event: &Event<'_>) -> Result<()> {
    if !branches::any() || rules::choose(event, &[])?.route != Route::Exception {
        return Ok(());
    }
    let table = oid(event.relation);
    if ledger::any_refused() {
        let row = event.new.fields(event.routed);
        if let Some(failure) = ledger::take_refused(table, &row) {
            return Err(failure);
        }
    }
    ledger::kept(table);
    Ok(())
}

fn insert(event: &Event<'_>, one_phase: bool) -> Result<Option<Vec<u8>>> {
    let routed = event.routed;
    let fields = event.new.fields(routed);
    let mut positions = Vec::new();
    let mut values = Vec::new();
    for (at, (column, field)) in routed.columns.iter().zip(&fields).enumerate() {
        if !column.written || column.generated || field.is_none() && column.filled {
            continue;
        }
        positions.push(at);
        values.push(down(&routed.plan, at, field)?);
    }
    let key = key_of(&routed.plan, &fields)?;
    let made = routed.made.filter(|&at| key.get(at) == Some(&Value::Null));
    let complete = made.is_none() && !key.contains(&Value::Null);
    let change = Change::Insert {
        positions,
        values,
        made,
        key,
    };
    match send(event, one_phase, change) {
        Ok(Outcome::Stored(row)) => {
            let translated = up(routed, &row)?;
            ledger::sent(oid(event.relation), &fields);
            Ok(Some(translated))
        }
        Ok(_) => Err(vanished(routed)),
        // The statement may be one that has an answer to that, and finds the row here by itself.
        Err(failure) if failure.code == PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION && complete => {
            ledger::refused(oid(event.relation), fields, failure);
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

fn update(event: &Event<'_>, one_phase: bool) -> Result<Option<Vec<u8>>> {
    let routed = event.routed;
    let plan = &routed.plan;
    let (old, new) = (event.old.fields(routed), event.new.fields(routed));
    let mut positions = Vec::new();
    let mut values = Vec::new();
    for (at, column) in routed.columns.iter().enumerate() {
        let writes = column.written && !column.generated && !column.owned;
        if writes && old.get(at) != new.get(at) {
            positions.push(at);
            values.push(down(plan, at, new.get(at).unwrap_or(&None))?);
        }
    }
    if positions.is_empty() {
        return Ok(None);
    }
    let (key, new_key) = (key_of(plan, &old)?, key_of(plan, &new)?);
    // SAFETY: a plain read. Only the server's own actions for foreign keys run so. Anybody else's update that happens to agree with what the
    // legacy database has may have been made from the older row.
    let cascade = unsafe { pg_sys::InNoForceRLSOperation() };
    let change = |here: Seen| Change::Update {
        positions: positions.clone(),
        values: values.clone(),
        key: key.clone(),
        new_key: new_key.clone(),
        here,
        wanted: cascade.then(|| new.clone()),
    };
    let mut outcome = send(event, one_phase, change(Seen::Fields(old.clone())))?;
    if let Outcome::Differs(row) = &outcome {
        let there = canonical(routed, &up(routed, row)?);
        if cascade && there == new {
            outcome = Outcome::Already(row.clone());
        } else if equal(routed, &there, &old) {
            outcome = send(event, one_phase, change(Seen::Compared))?;
        }
    }
    match outcome {
        Outcome::Stored(row) | Outcome::Already(row) => up(routed, &row).map(Some),
        _ => Err(stale(routed)),
    }
}

fn delete(event: &Event<'_>, one_phase: bool) -> Result<()> {
    let routed = event.routed;
    let old = event.old.fields(routed);
    let key = key_of(&routed.plan, &old)?;
    let change = |here: Seen| Change::Delete {
        key: key.clone(),
        here,
    };
    let mut outcome = send(event, one_phase, change(Seen::Fields(old.clone())))?;
    if let Outcome::Differs(row) = &outcome {
        let there = canonical(routed, &up(routed, row)?);
        if equal(routed, &there, &old) {
            outcome = send(event, one_phase, change(Seen::Compared))?;
        }
    }
    match outcome {
        Outcome::Gone => Ok(()),
        _ => Err(stale(routed)),
    }
}

/// True when two rows are the same but for columns that belong to this side.
fn equal(routed: &Routed, there: &Fields, here: &Fields) -> bool {
    let mut columns = routed.columns.iter().zip(there.iter().zip(here));
    columns.all(|(column, (there, here))| column.owned || there == here)
}

fn send(event: &Event<'_>, one_phase: bool, change: Change) -> Result<Outcome> {
    let routed = event.routed;
    let order = Order {
        plan: Arc::clone(&routed.plan),
        generation: routed.generation,
        change,
    };
    branches::write(&routed.link, one_phase, move |writer| {
        row::write(writer, &order)
    })
    .map_err(|failure| on_table(failure, &routed.plan))
}

/// The value of one column on the legacy side.
fn down(plan: &TablePlan, at: usize, field: &Option<Vec<u8>>) -> Result<Value> {
    let Some(column) = plan.columns.get(at) else {
        return Ok(Value::Null);
    };
    column.codec.down(field.as_deref()).map_err(|error| {
        Failure::new(
            state_of(error.code),
            format!(
                "column \"{}\" cannot be written to the legacy database: {}",
                column.target, error.message
            ),
        )
        .detail(format!(
            "Legacy table: {}.{}, column {}; code {}.",
            plan.source.database, plan.source.table, column.source, error.code
        ))
    })
}

/// PostgreSQL's condition for a value that does not fit there.
fn state_of(code: &str) -> PgSqlErrorCode {
    match code {
        "too_long" => PgSqlErrorCode::ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
        "out_of_range" | "would_round" | "not_finite" => {
            PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE
        }
        _ => PgSqlErrorCode::ERRCODE_DATA_EXCEPTION,
    }
}

fn key_of(plan: &TablePlan, fields: &Fields) -> Result<Vec<Value>> {
    plan.key
        .iter()
        .map(|&at| down(plan, at, fields.get(at).unwrap_or(&None)))
        .collect()
}

/// A legacy row as this side stores it.
fn up(routed: &Routed, row: &[Value]) -> Result<Vec<u8>> {
    let mut rows = RowBuf::new();
    routed.plan.up(row, &mut rows).map_err(|bad| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_DATA_EXCEPTION,
            format!(
                "the legacy database has a value that column \"{}\" cannot hold here: {}",
                bad.column, bad.error.message
            ),
        )
    })?;
    Ok(rows.row(0).unwrap_or_default().to_vec())
}

fn stale(routed: &Routed) -> Failure {
    on_table(
        Failure::new(
            PgSqlErrorCode::ERRCODE_T_R_SERIALIZATION_FAILURE,
            "could not write the row: it has changed on the legacy side and that has not arrived here yet",
        ),
        &routed.plan,
    )
    .hint("Try the transaction again.")
}

fn vanished(routed: &Routed) -> Failure {
    on_table(
        Failure::new(
            PgSqlErrorCode::ERRCODE_FDW_ERROR,
            "the legacy database has taken the row and does not show it under its key",
        ),
        &routed.plan,
    )
    .hint("A trigger of the legacy table may change the key; such a table cannot be written from here.")
}
