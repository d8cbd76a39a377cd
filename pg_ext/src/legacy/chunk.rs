//! Chunks: the rows that were there before, by key range.

use std::sync::Arc;

use mysql::prelude::Queryable;
use serde::{Deserialize, Serialize};
use tandem_shared::change::{Key, TableBatch};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::legacy as sql;
use tandem_shared::row::RowBuf;
use tandem_shared::value::Value;

use super::connect::Session;
use super::error::LegacyError;
use super::shape;
use super::value::{from_wire, to_wire};

/// A key range: after `low` (from the beginning when `None`), up to and including `high` (to the end when `None`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The key before the first row.
    pub low: Option<Vec<Value>>,
    /// The key of the last row.
    pub high: Option<Vec<Value>>,
}

/// Bytes of rows after which they are handed on.
const PIECE_BYTES: usize = 512 << 10;
/// Keys that cannot be translated after which they are handed on.
const PIECE_KEYS: usize = 5_000;

/// The key that ends a chunk of `rows` rows after `low`; `None` when fewer are left.
pub fn end_of_chunk(
    session: &mut Session,
    plan: &TablePlan,
    low: Option<&[Value]>,
    rows: u64,
) -> Result<Option<Vec<Value>>, LegacyError> {
    if !plan.chunkable {
        return Ok(None);
    }
    let statement = session.conn.prep(sql::chunk_end(plan, low.is_none()))?;
    let mut params = range_params(low);
    params.push(mysql::Value::UInt(rows.saturating_sub(1)));
    let row: Option<mysql::Row> = session.conn.exec_first(&statement, params)?;
    Ok(row.map(|row| row.unwrap().into_iter().map(from_wire).collect()))
}

fn range_params(key: Option<&[Value]>) -> Vec<mysql::Value> {
    let key: Vec<mysql::Value> = key.unwrap_or_default().iter().map(to_wire).collect();
    sql::compare_params(&key)
}

/// Reads a chunk, translated, handing on piece after piece; `deliver` says whether to go on. Returns the number of rows read. What was handed on
/// counts only if this returns without an error: the table may have become another meanwhile.
pub fn read_chunk(
    session: &mut Session,
    plan: &Arc<TablePlan>,
    range: &Range,
    mut deliver: impl FnMut(TableBatch) -> bool,
) -> Result<u64, LegacyError> {
    shape::check(session, plan)?;
    let statement = session.conn.prep(sql::chunk_rows(
        plan,
        range.low.is_none(),
        range.high.is_none(),
    ))?;
    let mut params = range_params(range.low.as_deref());
    params.extend(range_params(range.high.as_deref()));
    let rows = session.conn.exec_iter(&statement, params)?;
    let mut piece = TableBatch::new(Arc::clone(plan));
    let mut count = 0;
    for row in rows {
        let values: Vec<Value> = row?.unwrap().into_iter().map(from_wire).collect();
        count += 1;
        let key = plan
            .key
            .iter()
            .filter_map(|&at| values.get(at))
            .cloned()
            .collect();
        piece.take_row(key, values);
        if piece.upserts.bytes().len() >= PIECE_BYTES {
            let full = std::mem::replace(&mut piece, TableBatch::new(Arc::clone(plan)));
            if !deliver(full) {
                return Err(LegacyError::other("the reader of a chunk was told to stop"));
            }
        }
    }
    shape::check(session, plan)?;
    deliver(piece);
    Ok(count)
}

/// Keys of a table.
pub struct Keys {
    /// Those that can be translated.
    pub translated: RowBuf,
    /// Those that cannot: they name no upgrade row.
    pub untranslatable: Vec<Key>,
}

impl Keys {
    fn none() -> Self {
        Self {
            translated: RowBuf::new(),
            untranslatable: Vec::new(),
        }
    }

    fn take(&mut self, plan: &TablePlan, key: Key) {
        if plan.key_up(&key, &mut self.translated).is_err() {
            self.untranslatable.push(key);
        }
    }

    fn full(&self) -> bool {
        self.translated.bytes().len() >= PIECE_BYTES || self.untranslatable.len() >= PIECE_KEYS
    }
}

/// Reads all keys of the table, handing on piece after piece; `deliver` says whether to go on.
pub fn all_keys(
    session: &mut Session,
    plan: &TablePlan,
    mut deliver: impl FnMut(Keys) -> bool,
) -> Result<(), LegacyError> {
    let statement = session.conn.prep(sql::all_keys(plan))?;
    let mut piece = Keys::none();
    for row in session.conn.exec_iter(&statement, ())? {
        piece.take(plan, row?.unwrap().into_iter().map(from_wire).collect());
        if piece.full() && !deliver(std::mem::replace(&mut piece, Keys::none())) {
            return Err(LegacyError::other("the reader of keys was told to stop"));
        }
    }
    deliver(piece);
    Ok(())
}
