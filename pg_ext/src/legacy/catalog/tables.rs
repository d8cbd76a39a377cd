//! Base tables, by name.

use super::cells::{Cells, rows};
use mysql::Conn;
use tandem_shared::mapping::catalog::LegacyTable;

const SQL: &str = "\
SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS engine, TABLE_COMMENT AS comment,
       AUTO_INCREMENT AS next_id, TABLE_ROWS AS estimated_rows, DATA_LENGTH AS estimated_bytes,
       CREATE_OPTIONS AS options
  FROM information_schema.TABLES
 WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')";

/// Reads the tables without their columns, ordered by name, byte by byte.
pub(super) fn read(conn: &mut Conn, database: &str) -> Result<Vec<LegacyTable>, mysql::Error> {
    let mut tables: Vec<LegacyTable> = rows(conn, SQL, (database,))?.iter().map(table).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

fn table(row: &Cells) -> LegacyTable {
    LegacyTable {
        name: row.string("name"),
        engine: row.string("engine"),
        comment: row.string("comment"),
        auto_increment: row.number("next_id"),
        estimated_rows: row.number("estimated_rows").unwrap_or(0),
        estimated_bytes: row.number("estimated_bytes").unwrap_or(0),
        partitioned: row.string("options").contains("partitioned"),
        system_versioned: row.string("kind") == "SYSTEM VERSIONED",
        ..LegacyTable::default()
    }
}
