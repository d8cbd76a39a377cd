//! Ack: deletes exactly the notifications that were read, in the session that read them.

use mysql::prelude::Queryable;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::legacy as sql;

use super::connect::Session;
use super::error::LegacyError;

/// Runs of ids in one DELETE: enough to need few round trips, few enough for the server's parser.
const RUNS_A_STATEMENT: usize = 500;

/// Deletes the notifications of `runs`, in one transaction over all tables.
pub fn ack<'a>(
    session: &mut Session,
    tables: impl Iterator<Item = (&'a TablePlan, &'a [(u64, u64)])>,
) -> Result<(), LegacyError> {
    session.conn.query_drop("START TRANSACTION")?;
    for (plan, runs) in tables {
        for runs in runs.chunks(RUNS_A_STATEMENT) {
            session.conn.query_drop(sql::ack(plan, runs))?;
        }
    }
    session.conn.query_drop("COMMIT")?;
    Ok(())
}
