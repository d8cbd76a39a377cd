//! The triggers of a table whose writes go to the legacy database first, and what else changes in it.
//!
//! Promise: what [`install`] changes, the statements that it returns take back. Called by `tandem.route`.

use pgrx::{PgSqlErrorCode, Spi};
use tandem_shared::mapping::document::{ColumnMap, TableMap};

use crate::report::{Failure, Result};

/// Names of the triggers: the first has to be the last of its kind, so that it sees what the others have made of the row.
const WRITE: &str = "zz_tandem_exception";
const KEPT: &str = "zz_tandem_exception_kept";
const TRUNCATE: &str = "zz_tandem_exception_truncate";

/// Creates the triggers. Returns the statements that take everything back.
pub fn install(link: &str, number: u32, map: &TableMap) -> Result<Vec<String>> {
    let target = &map.target;
    let name = pgrx::spi::quote_qualified_identifier(&target.schema, &target.table);
    refuse_what_cannot_go_down(map)?;
    refuse_later_triggers(&name)?;
    let argument = format!("{}, '{number}'", pgrx::spi::quote_literal(link));
    let mut undo = Vec::new();
    for (trigger, when, what) in [
        (WRITE, "BEFORE INSERT OR UPDATE OR DELETE", "ROW"),
        (KEPT, "AFTER INSERT", "ROW"),
        (TRUNCATE, "BEFORE TRUNCATE", "STATEMENT"),
    ] {
        Spi::run(&format!(
            "CREATE OR REPLACE TRIGGER {trigger} {when} ON {name} FOR EACH {what} EXECUTE FUNCTION tandem.exception({argument})"
        ))?;
        // DROP EXTENSION takes them along.
        Spi::run(&format!(
            "ALTER TRIGGER {trigger} ON {name} DEPENDS ON EXTENSION tandem"
        ))?;
        undo.push(format!("DROP TRIGGER IF EXISTS {trigger} ON {name}"));
    }
    undo.extend(leave_keys_to_legacy(&name)?);
    Ok(undo)
}

/// True for a column whose value here is the legacy value itself: what a lens makes of it has no way down in the plan's columns.
fn is_copy(column: &ColumnMap) -> bool {
    matches!(column, ColumnMap::Copy { .. })
}

/// A row that is made of more than one legacy row, or of part of one, has no single row to write.
pub fn refuse_what_cannot_go_down(map: &TableMap) -> Result<()> {
    let one_row = map.source.joins.is_empty()
        && map.source.filter.is_none()
        && map.when.is_none()
        && map.also.is_empty()
        && map.keys.is_legacy();
    if one_row && map.columns.iter().all(is_copy) {
        return Ok(());
    }
    Err(Failure::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        format!(
            "the mapping of legacy table \"{}\" does not say how a row here becomes one there",
            map.source.table
        ),
    )
    .hint("Routes exception and reverse need a map of one legacy row to one row here, by copies alone."))
}

/// A trigger that fires after ours could change or refuse the row that the legacy database has by then.
fn refuse_later_triggers(name: &str) -> Result<()> {
    let query = "SELECT (SELECT string_agg(tgname, ', ') FROM pg_catalog.pg_trigger \
                 WHERE tgrelid = $1::regclass AND NOT tgisinternal AND tgtype & 3 = 3 AND tgname COLLATE \"C\" > $2)";
    match Spi::get_one_with_args::<String>(query, &[name.into(), WRITE.into()])? {
        None => Ok(()),
        Some(later) => Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("table {name} has triggers that would fire after the legacy database has the row: {later}"),
        )
        .hint(format!("Rename them so that they sort before \"{WRITE}\"."))),
    }
}

const IDENTITIES: &str = "\
    SELECT a.attname::text, a.attidentity::text FROM pg_catalog.pg_attribute a \
    WHERE a.attrelid = $1::regclass AND a.attidentity <> '' AND NOT a.attisdropped";

/// Keys are made by the legacy server alone: an identity would hand out numbers that it gives to other rows.
fn leave_keys_to_legacy(name: &str) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = Spi::connect(|client| {
        let rows = client.select(IDENTITIES, None, &[name.into()])?;
        rows.map(|row| {
            Ok((
                row.get(1)?.unwrap_or_default(),
                row.get(2)?.unwrap_or_default(),
            ))
        })
        .collect::<pgrx::spi::Result<Vec<_>>>()
    })?;
    let mut undo = Vec::new();
    for (column, kind) in found {
        let literal = pgrx::spi::quote_literal(&column);
        let column = pgrx::spi::quote_identifier(&column);
        let kind = if kind == "a" { "ALWAYS" } else { "BY DEFAULT" };
        Spi::run(&format!(
            "ALTER TABLE {name} ALTER COLUMN {column} DROP IDENTITY"
        ))?;
        undo.push(format!(
            "ALTER TABLE {name} ALTER COLUMN {column} ADD GENERATED {kind} AS IDENTITY"
        ));
        undo.push(format!(
            "SELECT setval(pg_get_serial_sequence({}, {literal}), greatest(max({column})::bigint, 1), max({column}) IS NOT NULL) FROM {name}",
            pgrx::spi::quote_literal(name)
        ));
    }
    Ok(undo)
}
