//! The session's settings while the catalogue is read.

use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;

/// Runs `read` under settings that print expressions in one form, and puts `sql_mode` and `time_zone` back, whatever came of it.
pub(super) fn with_plain_settings<T>(
    conn: &mut Conn,
    family: Family,
    read: impl FnOnce(&mut Conn) -> Result<T, mysql::Error>,
) -> Result<T, mysql::Error> {
    let before: Option<(String, String)> =
        conn.query_first("SELECT @@SESSION.sql_mode, @@SESSION.time_zone")?;
    // ANSI_QUOTES and others change how expressions are printed, the time zone how a TIMESTAMP's default is.
    conn.query_drop("SET SESSION sql_mode = '', SESSION time_zone = '+00:00'")?;
    let result = prepare(conn, family).and_then(|()| read(conn));
    if let Some((sql_mode, time_zone)) = before {
        let restored = conn.exec_drop(
            "SET SESSION sql_mode = ?, SESSION time_zone = ?",
            (sql_mode, time_zone),
        );
        // The first error is the one to report.
        return result.and_then(|read| restored.map(|()| read));
    }
    result
}

/// MySQL only: no statistics from its cache (it holds AUTO_INCREMENT too), and generated invisible primary keys visible.
fn prepare(conn: &mut Conn, family: Family) -> Result<(), mysql::Error> {
    if family != Family::Mysql {
        return Ok(());
    }
    conn.query_drop("SET SESSION information_schema_stats_expiry = 0")?;
    let shown = "SET SESSION show_gipk_in_create_table_and_information_schema = ON";
    match conn.query_drop(shown) {
        // The variable came with 8.0.30; it is on unless somebody switched it off.
        Err(mysql::Error::MySqlError(_)) => Ok(()),
        other => other,
    }
}
