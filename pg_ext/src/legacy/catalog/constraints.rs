//! CHECK constraints and foreign keys.

use super::Draft;
use super::cells::rows;
use super::columns::expression;
use mysql::Conn;
use std::collections::HashMap;
use tandem_shared::mapping::catalog::{Family, LegacyCheck, LegacyForeignKey, LegacyTable};

const MYSQL_CHECKS_SQL: &str = "\
SELECT CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause
  FROM information_schema.CHECK_CONSTRAINTS
 WHERE CONSTRAINT_SCHEMA = ?";

/// Asked apart: MySQL joins the two views row by row, which takes many seconds for a thousand tables.
const MYSQL_CHECKED_TABLES_SQL: &str = "\
SELECT TABLE_NAME AS table_name, CONSTRAINT_NAME AS name, ENFORCED AS enforced
  FROM information_schema.TABLE_CONSTRAINTS
 WHERE CONSTRAINT_SCHEMA = ? AND CONSTRAINT_TYPE = 'CHECK'
 ORDER BY TABLE_NAME, CONSTRAINT_NAME";

const MARIADB_CHECKS_SQL: &str = "\
SELECT TABLE_NAME AS table_name, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause
  FROM information_schema.CHECK_CONSTRAINTS
 WHERE CONSTRAINT_SCHEMA = ?
 ORDER BY TABLE_NAME, CONSTRAINT_NAME";

/// Reads the CHECK constraints. MariaDB's JSON is a LONGTEXT with a check: such a column becomes `json`, and the check is dropped.
pub(super) fn read_checks(
    conn: &mut Conn,
    database: &str,
    family: Family,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    match family {
        Family::Mysql => read_mysql_checks(conn, database, draft),
        Family::Mariadb => read_mariadb_checks(conn, database, draft),
    }
}

/// A check's name is unique within a MySQL database.
fn read_mysql_checks(
    conn: &mut Conn,
    database: &str,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    let clauses: HashMap<String, String> = rows(conn, MYSQL_CHECKS_SQL, (database,))?
        .iter()
        .map(|row| (row.string("name"), row.string("clause")))
        .collect();
    for row in rows(conn, MYSQL_CHECKED_TABLES_SQL, (database,))? {
        let name = row.string("name");
        let clause = clauses.get(&name).cloned();
        if let (Some(clause), Some(table)) = (clause, draft.table(&row.string("table_name"))) {
            table.checks.push(LegacyCheck {
                name,
                expression: expression(clause, Family::Mysql),
                not_enforced: !row.flag("enforced"),
            });
        }
    }
    Ok(())
}

fn read_mariadb_checks(
    conn: &mut Conn,
    database: &str,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    for row in rows(conn, MARIADB_CHECKS_SQL, (database,))? {
        let Some(table) = draft.table(&row.string("table_name")) else {
            continue;
        };
        let clause = row.string("clause");
        if !mark_json(table, &clause) {
            table.checks.push(LegacyCheck {
                name: row.string("name"),
                expression: clause,
                not_enforced: false,
            });
        }
    }
    Ok(())
}

/// True when the check is what makes a LONGTEXT a JSON column, which it then is.
fn mark_json(table: &mut LegacyTable, clause: &str) -> bool {
    let name = clause
        .strip_prefix("json_valid(`")
        .and_then(|rest| rest.strip_suffix("`)"));
    let Some(name) = name.map(|name| name.replace("``", "`")) else {
        return false;
    };
    let is_it = |data_type: &str| matches!(data_type, "longtext" | "json");
    let column = table
        .columns
        .iter_mut()
        .find(|column| column.name == name && is_it(&column.data_type));
    match column {
        Some(column) => {
            column.data_type = "json".to_owned();
            true
        }
        None => false,
    }
}

const FOREIGN_KEYS_SQL: &str = "\
SELECT TABLE_NAME AS table_name, CONSTRAINT_NAME AS name, COLUMN_NAME AS column_name,
       REFERENCED_TABLE_SCHEMA AS parent_database, REFERENCED_TABLE_NAME AS parent_table,
       REFERENCED_COLUMN_NAME AS parent_column
  FROM information_schema.KEY_COLUMN_USAGE
 WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL
 ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";

const RULES_SQL: &str = "\
SELECT TABLE_NAME AS table_name, CONSTRAINT_NAME AS name, UPDATE_RULE AS on_update, DELETE_RULE AS on_delete
  FROM information_schema.REFERENTIAL_CONSTRAINTS
 WHERE CONSTRAINT_SCHEMA = ?";

/// Reads the foreign keys of the tables as children, in name order.
pub(super) fn read_foreign_keys(
    conn: &mut Conn,
    database: &str,
    draft: &mut Draft,
) -> Result<(), mysql::Error> {
    let rules: HashMap<(String, String), (String, String)> = rows(conn, RULES_SQL, (database,))?
        .iter()
        .map(|row| {
            (
                (row.string("table_name"), row.string("name")),
                (row.string("on_delete"), row.string("on_update")),
            )
        })
        .collect();
    for row in rows(conn, FOREIGN_KEYS_SQL, (database,))? {
        let name = row.string("name");
        let table_name = row.string("table_name");
        let Some(table) = draft.table(&table_name) else {
            continue;
        };
        if table.foreign_keys.last().is_none_or(|key| key.name != name) {
            let (on_delete, on_update) = rules
                .get(&(table_name, name.clone()))
                .cloned()
                .unwrap_or_else(|| ("NO ACTION".to_owned(), "NO ACTION".to_owned()));
            table.foreign_keys.push(LegacyForeignKey {
                name,
                parent_database: row.string("parent_database"),
                parent_table: row.string("parent_table"),
                on_delete,
                on_update,
                ..LegacyForeignKey::default()
            });
        }
        if let Some(key) = table.foreign_keys.last_mut() {
            key.columns.push(row.string("column_name"));
            key.parent_columns.push(row.string("parent_column"));
        }
    }
    Ok(())
}
