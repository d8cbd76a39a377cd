//! Columns, in ordinal order.
//!
//! Promise: expressions are the legacy server's SQL as it would be typed. MySQL prints them escaped a second time; that is undone here.

use super::Draft;
use super::cells::{Cells, rows};
use mysql::Conn;
use tandem_shared::mapping::catalog::{Family, LegacyColumn};

const SQL: &str = "\
SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, DATA_TYPE AS data_type, COLUMN_TYPE AS column_type,
       IS_NULLABLE AS nullable, COLUMN_DEFAULT AS default_text, EXTRA AS extra,
       GENERATION_EXPRESSION AS generation, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation_name,
       CHARACTER_MAXIMUM_LENGTH AS length, NUMERIC_PRECISION AS num_precision, NUMERIC_SCALE AS num_scale,
       DATETIME_PRECISION AS fraction, COLUMN_COMMENT AS comment, {srid} AS srid
  FROM information_schema.COLUMNS
 WHERE TABLE_SCHEMA = ?
 ORDER BY TABLE_NAME, ORDINAL_POSITION";

/// SRIDs of MariaDB's geometry columns, where they are not 0.
const MARIADB_SRID_SQL: &str = "\
SELECT G_TABLE_NAME AS table_name, G_GEOMETRY_COLUMN AS name, SRID AS srid
  FROM information_schema.GEOMETRY_COLUMNS
 WHERE G_TABLE_SCHEMA = ? AND SRID <> 0";

/// Reads the columns into the tables.
pub(super) fn read(
    conn: &mut Conn,
    database: &str,
    family: Family,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    let srid = match family {
        Family::Mysql => "SRS_ID",
        Family::Mariadb => "NULL",
    };
    for row in rows(conn, &SQL.replace("{srid}", srid), (database,))? {
        if let Some(table) = draft.table(&row.string("table_name")) {
            table.columns.push(column(&row, family));
        }
    }
    if family == Family::Mariadb {
        read_mariadb_srids(conn, database, draft)?;
    }
    Ok(())
}

fn read_mariadb_srids(
    conn: &mut Conn,
    database: &str,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    for row in rows(conn, MARIADB_SRID_SQL, (database,))? {
        let name = row.string("name");
        let table = draft.table(&row.string("table_name"));
        let column = table.and_then(|table| table.columns.iter_mut().find(|c| c.name == name));
        if let Some(column) = column {
            column.srid = row.number("srid").and_then(|srid| u32::try_from(srid).ok());
        }
    }
    Ok(())
}

fn column(row: &Cells, family: Family) -> LegacyColumn {
    let extra = row.string("extra").to_ascii_lowercase();
    let (default, default_is_expression) = default(row.text("default_text"), &extra, family);
    let generation = row.text("generation").filter(|text| !text.is_empty());
    LegacyColumn {
        name: row.string("name"),
        data_type: row.string("data_type").to_ascii_lowercase(),
        column_type: row.string("column_type"),
        nullable: row.flag("nullable"),
        default,
        default_is_expression,
        extra,
        generation: generation.map(|text| expression(text, family)),
        charset: row.text("charset"),
        collation: row.text("collation_name"),
        length: row.number("length"),
        precision: row.number("num_precision"),
        scale: row.number("num_scale"),
        flag: false,
        fraction: row.number("fraction").and_then(|n| u8::try_from(n).ok()),
        srid: row.number("srid").and_then(|srid| u32::try_from(srid).ok()),
        comment: row.string("comment"),
    }
}

/// The default and whether it is an expression. MySQL says so in EXTRA; MariaDB quotes its literals, so what is neither quoted nor a
/// number is an expression, and the word NULL is no default.
fn default(text: Option<String>, extra: &str, family: Family) -> (Option<String>, bool) {
    let Some(text) = text else {
        return (None, false);
    };
    match family {
        Family::Mysql if extra.contains("default_generated") => {
            (Some(expression(text, family)), true)
        }
        Family::Mysql => (Some(text), false),
        Family::Mariadb if text.eq_ignore_ascii_case("NULL") => (None, false),
        Family::Mariadb => {
            let expression = !mariadb_literal(&text);
            (Some(text), expression)
        }
    }
}

/// True for `'text'`, `b'01'`, `x'ff'`, `-1.5e3`.
fn mariadb_literal(text: &str) -> bool {
    let quoted = text.trim_start_matches(['b', 'B', 'x', 'X']);
    if let Some(inner) = quoted.strip_prefix('\'') {
        return ends_with_its_quote(inner);
    }
    text.parse::<f64>().is_ok()
}

/// True when the first quote that is neither doubled nor escaped is the last character.
fn ends_with_its_quote(inner: &str) -> bool {
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\'' if chars.peek() == Some(&'\'') => {
                chars.next();
            }
            '\'' => return chars.peek().is_none(),
            _ => {}
        }
    }
    false
}

/// An expression as it would be typed.
pub(super) fn expression(text: String, family: Family) -> String {
    match family {
        Family::Mysql => unescape(&text),
        Family::Mariadb => text,
    }
}

/// Undoes the escaping that MySQL's `information_schema` puts over an expression: `_utf8mb4\'it\\\'s\'` was `_utf8mb4'it\'s'`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('0') => plain.push('\0'),
            Some('Z') => plain.push('\u{1a}'),
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
    }
    plain
}
