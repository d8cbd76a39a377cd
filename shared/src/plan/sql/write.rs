//! What writes rows on the legacy server: for the exception path and for what goes back.
//!
//! Promise: every name is quoted, every value is a parameter, in a place where the server takes it for what it is. A row is found by its key
//! alone: no statement changes a row of another key because of some other unique value. Parameters are those of
//! [`TablePlan::down_row`](crate::plan::TablePlan::down_row) and [`TablePlan::key_down`](crate::plan::TablePlan::key_down).

use super::legacy::table;
use super::quote::legacy as quote;
use crate::plan::table::{ColumnPlan, TablePlan};

/// The mode of a session that writes: what does not fit is an error and not bent; 0 is not a request for the next number; dates that the legacy
/// table may hold can be written.
pub const SQL_MODE: &str = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

/// Inserts rows; the parameters are the columns of each row in plan order, row after row.
pub fn insert(plan: &TablePlan, rows: usize) -> String {
    let columns: Vec<String> = plan.columns.iter().map(|c| quote(&c.source)).collect();
    let places: Vec<&str> = plan.columns.iter().map(|c| c.codec.place()).collect();
    let row = format!("({})", places.join(", "));
    format!(
        "INSERT INTO {} ({}) VALUES {}",
        table(plan),
        columns.join(", "),
        vec![row; rows].join(", ")
    )
}

/// Updates one row; the parameters are the given columns in this order, then the key.
pub fn update(plan: &TablePlan, columns: &[usize]) -> String {
    let set: Vec<String> = columns
        .iter()
        .filter_map(|&at| plan.columns.get(at))
        .map(|column| format!("{} = {}", quote(&column.source), column.codec.place()))
        .collect();
    format!(
        "UPDATE {} SET {} WHERE {}",
        table(plan),
        set.join(", "),
        is_key(plan)
    )
}

/// Deletes one row; the parameters are its key.
pub fn delete(plan: &TablePlan) -> String {
    format!("DELETE FROM {} WHERE {}", table(plan), is_key(plan))
}

/// Reads rows as [`TablePlan::up`](crate::plan::TablePlan::up) wants them; the parameters are their keys, key after key. With `lock` nobody
/// changes them before the transaction ends.
pub fn read(plan: &TablePlan, keys: usize, lock: bool) -> String {
    let columns: Vec<String> = plan
        .columns
        .iter()
        .map(|column| column.codec.select(&quote(&column.source)))
        .collect();
    let one = format!("({})", is_key(plan));
    let lock = if lock { " FOR UPDATE" } else { "" };
    format!(
        "SELECT {} FROM {} WHERE {}{lock}",
        columns.join(", "),
        table(plan),
        vec![one; keys].join(" OR ")
    )
}

fn is_key(plan: &TablePlan) -> String {
    let parts: Vec<String> = plan.key_columns().map(equals).collect();
    parts.join(" AND ")
}

fn equals(column: &ColumnPlan) -> String {
    format!("{} = {}", quote(&column.source), place(column))
}

/// A parameter of a text is of the connection's set, one of a decimal is text: both are compared as what the column is. A SET is compared by
/// its bits.
fn place(column: &ColumnPlan) -> String {
    if column.source_type.starts_with("set(") {
        "?".to_owned()
    } else {
        column.edge.written()
    }
}

/// The newest id in a table's outbox that the session sees.
pub fn newest(plan: &TablePlan) -> String {
    format!(
        "SELECT COALESCE(MAX(seq), 0) FROM {}",
        super::legacy::outbox(plan)
    )
}

/// Ids above parameter 1 and keys of the notifications of some keys, which are the other parameters, key after key.
pub fn notified(plan: &TablePlan, keys: usize) -> String {
    let names: Vec<String> = (1..=plan.key.len()).map(|n| format!("k{n}")).collect();
    let select: Vec<String> = plan
        .key_columns()
        .zip(&names)
        .map(|(column, name)| column.codec.select(name))
        .collect();
    let one: Vec<String> = plan
        .key_columns()
        .zip(&names)
        .map(|(column, name)| format!("{name} = {}", place(column)))
        .collect();
    let one = format!("({})", one.join(" AND "));
    format!(
        "SELECT seq, {} FROM {} WHERE seq > ? AND ({})",
        select.join(", "),
        super::legacy::outbox(plan),
        vec![one; keys].join(" OR ")
    )
}
