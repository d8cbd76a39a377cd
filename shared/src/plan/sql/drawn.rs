//! Keys that come from the binary log, in a temporary table that stands in for the outbox: the same statement reads the rows that they name.
//!
//! Promise: nothing of it outlives the session, and nothing of it is logged. Called by the link's lanes.

use super::legacy::{key_names, pull_rows_from};
use super::quote::legacy as quote;
use crate::plan::table::TablePlan;

/// Bytes of one INSERT, about.
const STATEMENT_BYTES: usize = 512 << 10;

fn name(plan: &TablePlan) -> String {
    let table = format!("t_{}", plan.table_no);
    format!("{}.{}", quote(&plan.source.outbox_schema), quote(&table))
}

/// Creates the temporary table, with key columns declared as the table's own.
pub fn create(plan: &TablePlan) -> String {
    let columns = plan.key_columns().zip(key_names(plan));
    let keys: String = columns
        .map(|(column, name)| format!(", {name} {} NOT NULL", column.source_type))
        .collect();
    format!(
        "CREATE TEMPORARY TABLE IF NOT EXISTS {} (seq BIGINT UNSIGNED NOT NULL PRIMARY KEY{keys}) ENGINE=InnoDB",
        name(plan)
    )
}

/// Empties it.
pub fn clear(plan: &TablePlan) -> String {
    format!("DELETE FROM {}", name(plan))
}

/// Puts keys in: each is its literals, joined by commas.
pub fn fill<'a>(plan: &TablePlan, keys: impl Iterator<Item = (u64, &'a str)>) -> Vec<String> {
    let head = format!(
        "INSERT INTO {} (seq, {}) VALUES ",
        name(plan),
        key_names(plan).join(", ")
    );
    let mut statements: Vec<String> = Vec::new();
    for (id, key) in keys {
        let row = format!("({id},{key})");
        match statements.last_mut() {
            Some(statement) if statement.len() < STATEMENT_BYTES => {
                statement.push(',');
                statement.push_str(&row);
            }
            _ => statements.push(format!("{head}{row}")),
        }
    }
    statements
}

/// As [`super::legacy::pull_rows`], for the keys that were put in.
pub fn pull_rows(plan: &TablePlan) -> String {
    pull_rows_from(plan, &name(plan))
}

/// The name of the table that [`mark`] writes into.
pub const MARK: &str = "mark";

/// The table that a row is written into to learn where the log is and that everything before is visible.
pub fn create_mark(schema: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {}.mark (id TINYINT NOT NULL PRIMARY KEY, n BIGINT UNSIGNED NOT NULL) ENGINE=InnoDB",
        quote(schema)
    )
}

/// Writes that row; `n` is another each time.
pub fn mark(schema: &str, n: u64) -> String {
    format!(
        "REPLACE INTO {}.mark (id, n) VALUES (1, {n})",
        quote(schema)
    )
}
