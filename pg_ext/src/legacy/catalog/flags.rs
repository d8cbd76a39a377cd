//! TINYINT(1) columns whose data says that they are booleans.
//!
//! Promise: a column is a flag only if every row was looked at and held 0, 1 or NULL, and there was one that held a number. A table that takes
//! longer than [`PATIENCE_S`] is left as it is. Called by `tandem.scaffold` alone: later values are judged one by one.

use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::{Family, LegacyCatalog, LegacyColumn, LegacyTable};
use tandem_shared::plan::sql::quote;

/// Seconds that a look through one table may take.
const PATIENCE_S: u32 = 10;
/// What the servers say of a statement that took too long.
const TOOK_TOO_LONG: [u16; 2] = [3024, 1969];

/// Looks through the tables that have such columns.
pub fn read(
    conn: &mut Conn,
    family: Family,
    catalog: &mut LegacyCatalog,
) -> Result<(), mysql::Error> {
    let database = catalog.database.clone();
    for table in &mut catalog.tables {
        let candidates: Vec<usize> = (0..table.columns.len())
            .filter(|&at| may_be_flag(table, &table.columns[at]))
            .collect();
        if candidates.is_empty() {
            continue;
        }
        let sql = look(family, &database, table, &candidates);
        let found: Option<mysql::Row> = match conn.query_first(sql) {
            Err(mysql::Error::MySqlError(error)) if TOOK_TOO_LONG.contains(&error.code) => continue,
            found => found?,
        };
        let Some(found) = found else { continue };
        for (place, at) in candidates.into_iter().enumerate() {
            let others: Option<Option<u64>> = found.get(place);
            table.columns[at].flag = others == Some(Some(0));
        }
    }
    Ok(())
}

/// Only TINYINT(1) itself, where nothing else of the table counts on a number.
fn may_be_flag(table: &LegacyTable, column: &LegacyColumn) -> bool {
    let named = |text: &str| text.contains(&column.name);
    let in_checks = table.checks.iter().any(|check| named(&check.expression));
    let computed = table.columns.iter().filter_map(|c| c.generation.as_deref());
    let indexed = table.indexes.iter().any(|index| {
        let mut parts = index.columns.iter();
        let unique = index.unique;
        parts.any(|part| {
            let whole = part.name.as_deref() == Some(column.name.as_str());
            unique && whole || part.expression.as_deref().is_some_and(named)
        })
    });
    let keys = &table.foreign_keys;
    let refers = keys.iter().any(|key| key.columns.contains(&column.name));
    column.column_type == "tinyint(1)"
        && !(column.generated()
            || in_checks
            || indexed
            || refers
            || computed.into_iter().any(named))
}

/// How many rows hold another number, column by column; NULL where no row holds any.
fn look(family: Family, database: &str, table: &LegacyTable, columns: &[usize]) -> String {
    let sums: Vec<String> = columns
        .iter()
        .map(|&at| {
            format!(
                "SUM({} NOT IN (0, 1))",
                quote::legacy(&table.columns[at].name)
            )
        })
        .collect();
    let (before, hint) = match family {
        Family::Mysql => (
            String::new(),
            format!("/*+ MAX_EXECUTION_TIME({}) */ ", PATIENCE_S * 1000),
        ),
        Family::Mariadb => (
            format!("SET STATEMENT max_statement_time = {PATIENCE_S} FOR "),
            String::new(),
        ),
    };
    format!(
        "{before}SELECT {hint}{} FROM {}.{}",
        sums.join(", "),
        quote::legacy(database),
        quote::legacy(&table.name)
    )
}
