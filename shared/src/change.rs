//! Changes on their way from one end to the other, translated.
//!
//! Promise: for each table what a batch takes: rows as they are now, keys that name no row now, rows that do not fit. Made by the end that
//! reads, applied by the end that writes.

use std::sync::Arc;

use crate::plan::{TablePlan, Untranslatable};
use crate::row::RowBuf;
use crate::value::Value;

/// Runs of notification ids, first and last included: every id between them was read.
pub type Runs = Vec<(u64, u64)>;

/// A key's legacy values, in key order.
pub type Key = Vec<Value>;

/// A row that could not be translated.
#[derive(Debug, Clone, PartialEq)]
pub struct BadRow {
    /// The key.
    pub key: Key,
    /// The whole row's legacy values, in plan order.
    pub row: Vec<Value>,
    /// Which column, and why.
    pub reason: Untranslatable,
}

/// What one batch holds for one table.
#[derive(Debug, Clone)]
pub struct TableBatch {
    /// The table's plan.
    pub plan: Arc<TablePlan>,
    /// Rows as they are now, translated.
    pub upserts: RowBuf,
    /// The legacy key of each row of `upserts`.
    pub keys: Vec<Key>,
    /// Keys that name no row now, translated.
    pub deletes: RowBuf,
    /// Keys that name no row now and cannot be translated: nothing of them is there but what was parked.
    pub gone: Vec<Key>,
    /// Rows that could not be translated.
    pub bad: Vec<BadRow>,
    /// The ids that this batch takes.
    pub ids: Runs,
}

impl TableBatch {
    /// A batch of nothing.
    pub fn new(plan: Arc<TablePlan>) -> Self {
        Self {
            plan,
            upserts: RowBuf::new(),
            keys: Vec::new(),
            deletes: RowBuf::new(),
            gone: Vec::new(),
            bad: Vec::new(),
            ids: Vec::new(),
        }
    }

    /// Adds a row as it is now: translated, or set aside with its reason.
    pub fn take_row(&mut self, key: Key, row: Vec<Value>) {
        match self.plan.up(&row, &mut self.upserts) {
            Ok(()) => self.keys.push(key),
            Err(reason) => self.bad.push(BadRow { key, row, reason }),
        }
    }

    /// Adds a key that names no row now.
    pub fn take_gone(&mut self, key: Key) {
        if self.plan.key_up(&key, &mut self.deletes).is_err() {
            self.gone.push(key);
        }
    }

    /// Number of notifications taken.
    pub fn notifications(&self) -> u64 {
        self.ids.iter().map(|&(first, last)| last - first + 1).sum()
    }
}

/// A value as a DBA would like to read it in JSON; text that is no UTF-8 as hexadecimal digits behind `0x`.
pub fn plain(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Null => Json::Null,
        Value::Int(number) => Json::from(*number),
        Value::UInt(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Double(number) => Json::from(*number),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            // jsonb cannot hold a zero character.
            Ok(text) if !text.contains('\0') => Json::from(text),
            _ => Json::from(format!(
                "0x{}",
                bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()
            )),
        },
        Value::Date(d) => Json::from(format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
            d.year, d.month, d.day, d.hour, d.minute, d.second, d.micros
        )),
        Value::Time(t) => Json::from(format!(
            "{}{:02}:{:02}:{:02}.{:06}",
            if t.negative { "-" } else { "" },
            t.days * 24 + u32::from(t.hours),
            t.minutes,
            t.seconds,
            t.micros
        )),
    }
}
