//! Indexes, the primary key first, then by name.

use super::Draft;
use super::cells::{Cells, rows};
use super::columns::expression;
use mysql::Conn;
use tandem_shared::mapping::catalog::{Family, IndexColumn, LegacyIndex, LegacyTable};

const SQL: &str = "\
SELECT TABLE_NAME AS table_name, INDEX_NAME AS name, NON_UNIQUE AS non_unique, INDEX_TYPE AS kind,
       COLUMN_NAME AS column_name, SUB_PART AS prefix, COLLATION AS direction,
       {expression} AS expression, {visible} AS visible
  FROM information_schema.STATISTICS
 WHERE TABLE_SCHEMA = ?
 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

/// Reads the indexes into the tables, whose columns are there already.
pub(super) fn read(
    conn: &mut Conn,
    database: &str,
    family: Family,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    let (expression, visible) = match family {
        Family::Mysql => ("EXPRESSION", "IS_VISIBLE"),
        Family::Mariadb => ("NULL", "IF(IGNORED = 'YES', 'NO', 'YES')"),
    };
    let sql = SQL
        .replace("{expression}", expression)
        .replace("{visible}", visible);
    for row in rows(conn, &sql, (database,))? {
        if let Some(table) = draft.table(&row.string("table_name")) {
            push(table, &row, family);
        }
    }
    for table in &mut draft.tables {
        table.indexes.sort_by_key(|index| index.name != "PRIMARY");
        drop_row_end(table);
    }
    Ok(())
}

fn push(table: &mut LegacyTable, row: &Cells, family: Family) {
    let name = row.string("name");
    if table.indexes.last().is_none_or(|index| index.name != name) {
        table.indexes.push(LegacyIndex {
            name,
            unique: row.number("non_unique") == Some(0),
            kind: row.string("kind"),
            invisible: !row.flag("visible"),
            columns: Vec::new(),
        });
    }
    let Some(index) = table.indexes.last_mut() else {
        return;
    };
    // MySQL prints a length of 32 bytes for the boxes of a spatial index.
    let prefix = row.number("prefix").filter(|_| index.kind != "SPATIAL");
    index.columns.push(IndexColumn {
        name: row.text("column_name"),
        expression: row
            .text("expression")
            .map(|text| self::expression(text, family)),
        prefix,
        descending: row.string("direction") == "D",
    });
}

/// MariaDB adds the end of a row's period to the unique keys of a versioned table; among current rows it is always the same.
fn drop_row_end(table: &mut LegacyTable) {
    if !table.system_versioned {
        return;
    }
    let is_end = |name: &str| {
        table.columns.iter().any(|column| {
            column.name == name
                && column
                    .generation
                    .as_deref()
                    .is_some_and(|text| text.eq_ignore_ascii_case("ROW END"))
        })
    };
    for index in table.indexes.iter_mut().filter(|index| index.unique) {
        index
            .columns
            .retain(|part| !part.name.as_deref().is_some_and(is_end));
    }
}
