//! Single rows on a branch: written on the legacy server, and what it made of them.

use std::sync::Arc;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{branch, write as sql};
use tandem_shared::row::{self, RowBuf};
use tandem_shared::value::Value;

use super::writer::Writer;
use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::value::{from_wire, to_wire};

/// Fields of PostgreSQL's binary format, in plan order.
pub type Fields = Vec<Option<Vec<u8>>>;

/// A row to write.
#[derive(Debug, Clone)]
pub struct Order {
    /// The table.
    pub plan: Arc<TablePlan>,
    /// Which state of the mapping the plan was made from.
    pub generation: u64,
    /// What to do.
    pub change: Change,
}

/// What to do with a row.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new row: positions in the plan, and their values. What is not named the legacy server fills.
    Insert {
        /// Positions in the plan.
        positions: Vec<usize>,
        /// Their values.
        values: Vec<Value>,
        /// Where the legacy server makes a number, the position in the key that it is for.
        made: Option<usize>,
        /// The key, as far as it is given.
        key: Vec<Value>,
    },
    /// A changed row.
    Update {
        /// Positions of the columns that change.
        positions: Vec<usize>,
        /// Their new values.
        values: Vec<Value>,
        /// The key now.
        key: Vec<Value>,
        /// The key afterwards.
        new_key: Vec<Value>,
        /// The row as it is here.
        here: Seen,
        /// The row as it is to be, where the legacy server may have made it so by itself: a cascade of a foreign key.
        wanted: Option<Fields>,
    },
    /// A row that goes.
    Delete {
        /// Its key.
        key: Vec<Value>,
        /// The row as it is here.
        here: Seen,
    },
}

/// What the caller knows of the row.
#[derive(Debug, Clone)]
pub enum Seen {
    /// These fields: the legacy row must be the same.
    Fields(Fields),
    /// The legacy row was compared by other means and is locked.
    Compared,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Written; the row as the legacy server has it now.
    Stored(Vec<Value>),
    /// There is nothing to write: the legacy server has the row as it is to be.
    Already(Vec<Value>),
    /// It is gone, by this or by the legacy server's own doing.
    Gone,
    /// The legacy row, now locked, is not the one that is here.
    Differs(Vec<Value>),
    /// There is no such row on the legacy server.
    Missing,
}

/// Carries an order out.
pub fn write(writer: &mut Writer, order: &Order) -> Result<Outcome, LegacyError> {
    let plan = order.plan.as_ref();
    writer.check(plan, order.generation)?;
    let family = writer.family();
    let session = writer.in_its_branch()?;
    match &order.change {
        Change::Insert {
            positions,
            values,
            made,
            key,
        } => insert(session, family, plan, (positions, values), *made, key),
        Change::Update {
            positions,
            values,
            key,
            new_key,
            here,
            wanted,
        } => {
            if let Some(other) = compare(session, plan, key, here)? {
                let Some(wanted) = wanted else {
                    return Ok(other);
                };
                return Ok(match other {
                    Outcome::Missing => already(session, plan, new_key, wanted)?,
                    Outcome::Differs(row) if is(plan, &row, wanted) => Outcome::Already(row),
                    other => other,
                });
            }
            let statement = session.conn.prep(sql::update(plan, positions))?;
            session
                .conn
                .exec_drop(statement, wire(values.iter().chain(key)))?;
            match read(session, plan, new_key, false)? {
                Some(row) => Ok(Outcome::Stored(row)),
                None => Ok(Outcome::Missing),
            }
        }
        Change::Delete { key, here } => {
            match compare(session, plan, key, here)? {
                None => {}
                Some(Outcome::Missing) => return Ok(Outcome::Gone),
                Some(other) => return Ok(other),
            }
            let statement = session.conn.prep(sql::delete(plan))?;
            session.conn.exec_drop(statement, wire(key.iter()))?;
            Ok(Outcome::Gone)
        }
    }
}

fn insert(
    session: &mut Session,
    family: Family,
    plan: &TablePlan,
    (positions, values): (&[usize], &[Value]),
    made: Option<usize>,
    key: &[Value],
) -> Result<Outcome, LegacyError> {
    let returning = family == Family::Mariadb;
    let statement = session
        .conn
        .prep(branch::insert(plan, positions, returning))?;
    let values = wire(values.iter());
    if returning {
        let row: Option<mysql::Row> = session.conn.exec_first(statement, values)?;
        return Ok(row.map_or(Outcome::Missing, |row| Outcome::Stored(of(row))));
    }
    session.conn.exec_drop(statement, values)?;
    let mut key = key.to_vec();
    if let Some(slot) = made.and_then(|at| key.get_mut(at)) {
        *slot = Value::UInt(session.conn.last_insert_id());
    }
    let row = read(session, plan, &key, false)?;
    Ok(row.map_or(Outcome::Missing, Outcome::Stored))
}

/// Locks the legacy row and compares; `None` when it is the one that is here.
fn compare(
    session: &mut Session,
    plan: &TablePlan,
    key: &[Value],
    here: &Seen,
) -> Result<Option<Outcome>, LegacyError> {
    let Seen::Fields(fields) = here else {
        return Ok(None);
    };
    let Some(row) = read(session, plan, key, true)? else {
        return Ok(Some(Outcome::Missing));
    };
    if is(plan, &row, fields) {
        Ok(None)
    } else {
        Ok(Some(Outcome::Differs(row)))
    }
}

/// A row that is gone under its old key may be there under the new one already: a cascade of the legacy server's own.
fn already(
    session: &mut Session,
    plan: &TablePlan,
    key: &[Value],
    wanted: &[Option<Vec<u8>>],
) -> Result<Outcome, LegacyError> {
    Ok(match read(session, plan, key, true)? {
        Some(row) if is(plan, &row, wanted) => Outcome::Already(row),
        _ => Outcome::Missing,
    })
}

/// True when the legacy row is these fields.
fn is(plan: &TablePlan, row: &[Value], fields: &[Option<Vec<u8>>]) -> bool {
    let mut rows = RowBuf::new();
    if plan.up(row, &mut rows).is_err() {
        return false;
    }
    let translated = rows.row(0).unwrap_or_default();
    row::fields(translated).eq(fields.iter().map(Option::as_deref))
}

fn read(
    session: &mut Session,
    plan: &TablePlan,
    key: &[Value],
    lock: bool,
) -> Result<Option<Vec<Value>>, LegacyError> {
    let statement = session.conn.prep(sql::read(plan, 1, lock))?;
    let row: Option<mysql::Row> = session.conn.exec_first(statement, wire(key.iter()))?;
    Ok(row.map(of))
}

fn of(row: mysql::Row) -> Vec<Value> {
    row.unwrap().into_iter().map(from_wire).collect()
}

fn wire<'a>(values: impl Iterator<Item = &'a Value>) -> mysql::Params {
    mysql::Params::Positional(values.map(to_wire).collect())
}
