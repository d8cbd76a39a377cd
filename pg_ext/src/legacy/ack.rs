//! Ack: deletes exactly the notifications that were read, in the session that read them.

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::ack as sql;

use super::connect::Session;
use super::error::LegacyError;

/// Deletes the notifications of `runs`, in one transaction over all tables, at READ COMMITTED: at any higher level gaps would be locked, too.
pub fn ack<'a>(
    session: &mut Session,
    tables: impl Iterator<Item = (&'a TablePlan, &'a [(u64, u64)])>,
) -> Result<(), LegacyError> {
    let mut statements: Vec<String> = tables
        .flat_map(|(plan, runs)| sql::ack(plan, runs))
        .collect();
    let conn = &mut session.conn;
    conn.query_drop("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
    if statements.len() == 1 {
        // Commits by itself.
        return Ok(conn.query_drop(statements.remove(0))?);
    }
    conn.query_drop("START TRANSACTION")?;
    for statement in statements {
        conn.query_drop(statement)?;
    }
    Ok(conn.query_drop("COMMIT")?)
}
