//! Defaults that `information_schema` cuts short, read from `SHOW CREATE TABLE`.
//!
//! Promise: only the tables that have such a default are asked. MySQL prints a binary default up to its first NUL byte, and `?` for a
//! character outside of the basic plane; `SHOW CREATE TABLE` has both in full, in hexadecimal. MariaDB does not, so there a default stays as
//! it is printed, and the scaffold says so.

use super::Draft;
use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::{Family, LegacyColumn, LegacyTable};
use tandem_shared::plan::sql::quote;

/// Mends the defaults of a MySQL database.
pub(super) fn read(
    conn: &mut Conn,
    database: &str,
    family: Family,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    if family != Family::Mysql {
        return Ok(());
    }
    for table in &mut draft.tables {
        if table.columns.iter().any(cut_short) {
            let sql = format!(
                "SHOW CREATE TABLE {}.{}",
                quote::legacy(database),
                quote::legacy(&table.name)
            );
            let shown: Option<(String, String)> = conn.query_first(sql)?;
            mend(table, &shown.unwrap_or_default().1);
        }
    }
    Ok(())
}

/// True when the printed default may not be the whole one.
fn cut_short(column: &LegacyColumn) -> bool {
    let Some(default) = column.default.as_deref() else {
        return false;
    };
    !column.default_is_expression
        && match column.data_type.as_str() {
            "binary" | "varbinary" => default.starts_with("0x"),
            "char" | "varchar" => default.contains('?'),
            _ => false,
        }
}

fn mend(table: &mut LegacyTable, create_table: &str) {
    for column in table.columns.iter_mut().filter(|column| cut_short(column)) {
        let start = format!("  {} ", quote::legacy(&column.name));
        let digits = create_table
            .lines()
            .find(|line| line.starts_with(&start))
            .and_then(hexadecimal_default);
        let Some(digits) = digits else { continue };
        if column.charset.is_none() {
            column.default = Some(format!("0x{digits}"));
        } else if matches!(
            column.charset.as_deref(),
            Some("utf8mb4" | "utf8mb3" | "utf8")
        ) && let Some(text) = text_of(digits)
        {
            column.default = Some(text);
        }
    }
}

/// The digits of `DEFAULT 0x...` in a column's line.
fn hexadecimal_default(line: &str) -> Option<&str> {
    let declaration = line.split(" COMMENT '").next()?;
    let (_, rest) = declaration.rsplit_once(" DEFAULT 0x")?;
    let end = rest
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len());
    rest.get(..end)
}

fn text_of(digits: &str) -> Option<String> {
    let bytes = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}
