//! Ack: deletes exactly the notifications that were read, in the session that read them.

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::ack as sql;

use super::connect::Session;
use super::error::LegacyError;

/// Deletes the notifications of `runs`, in one transaction over all tables.
pub fn ack<'a>(
    session: &mut Session,
    tables: impl Iterator<Item = (&'a TablePlan, &'a [(u64, u64)])>,
) -> Result<(), LegacyError> {
    session.conn.query_drop("START TRANSACTION")?;
    for (plan, runs) in tables {
        for statement in sql::ack(plan, runs) {
            session.conn.query_drop(statement)?;
        }
    }
    session.conn.query_drop("COMMIT")?;
    Ok(())
}
