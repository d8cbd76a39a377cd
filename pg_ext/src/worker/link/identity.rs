//! Identity columns, and columns with a sequence of their own: the sequences follow the keys that came from the legacy database.

use std::sync::Arc;

use pgrx::Spi;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::upgrade as sql;

use crate::report::Result;

const SEQUENCES: &str = "\
    SELECT a.attname::text, pg_get_serial_sequence($1, a.attname::text) \
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::regclass AND (a.attidentity <> '' OR a.atthasdef AND a.attgenerated = '') \
          AND NOT a.attisdropped AND pg_get_serial_sequence($1, a.attname::text) IS NOT NULL";

/// The last number that a sequence can have.
const LAST: i64 = i64::MAX;

/// Moves the sequences of a table's columns past the greatest value in the table; never back. A number may be beyond what a sequence can have.
pub fn follow(plan: &Arc<TablePlan>) -> Result<()> {
    let name = sql::name(plan);
    let found: Vec<(String, String)> = Spi::connect(|client| {
        let rows = client.select(SEQUENCES, None, &[name.as_str().into()])?;
        rows.map(|row| {
            Ok((
                row.get(1)?.unwrap_or_default(),
                row.get(2)?.unwrap_or_default(),
            ))
        })
        .collect::<pgrx::spi::Result<Vec<_>>>()
    })?;
    for (column, sequence) in found {
        let column = pgrx::spi::quote_identifier(&column);
        Spi::run(&format!(
            "SELECT setval('{}', LEAST(m.top, {LAST})::bigint) FROM (SELECT floor(max({column})::numeric) AS top FROM {name}) AS m, {sequence} AS s \
             WHERE m.top >= CASE WHEN s.is_called THEN s.last_value + 1::numeric ELSE s.last_value END",
            sequence.replace('\'', "''")
        ))?;
    }
    Ok(())
}
