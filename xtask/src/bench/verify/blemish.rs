//! Differences on the upgrade side, and how they go again.
//!
//! Promises: exactly the differences that are named here; afterwards the table is as it was. Called by the contenders.

use anyhow::Result;
use postgres::Client;

/// Rows that are changed.
pub const CHANGED: u64 = 40;
/// Rows that are taken away.
pub const MISSING: u64 = 30;
/// Rows that are added.
pub const EXTRA: u64 = 30;

/// Spoils a table of `rows` items, evenly over the table.
pub fn put(client: &mut Client, table: &str, rows: u64) -> Result<()> {
    let step = (rows / (CHANGED + MISSING)).max(1);
    let (first_gone, end) = (CHANGED * step, (CHANGED + MISSING) * step);
    let sql = format!(
        "CREATE TABLE saved AS SELECT * FROM {table} WHERE id % {step} = 0 AND id <= {end};
         UPDATE {table} SET amount = amount + 0.01 WHERE id % {step} = 0 AND id <= {first_gone};
         DELETE FROM {table} WHERE id % {step} = 0 AND id > {first_gone} AND id <= {end};
         INSERT INTO {table} OVERRIDING SYSTEM VALUE
             SELECT {rows} + n, customer, title, amount, quantity, ratio, created, note
             FROM {table}, generate_series(1, {EXTRA}) n WHERE id = {step}"
    );
    Ok(client.batch_execute(&sql)?)
}

/// Makes it good again.
pub fn remove(client: &mut Client, table: &str, rows: u64) -> Result<()> {
    let sql = format!(
        "DELETE FROM {table} WHERE id > {rows} OR id IN (SELECT id FROM saved);
         INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM saved;
         DROP TABLE saved"
    );
    Ok(client.batch_execute(&sql)?)
}
