//! What is not a table: views, sequences, routines, triggers, events.

use super::cells::rows;
use mysql::Conn;
use tandem_shared::mapping::catalog::LegacyObject;

/// One question for all kinds. Views and sequences are rows of TABLES; MariaDB names its sequences so, MySQL has none.
const SQL: &str = "\
SELECT CASE TABLE_TYPE WHEN 'SEQUENCE' THEN 'sequence' ELSE 'view' END AS kind, TABLE_NAME AS name,
       NULL AS table_name, NULL AS detail
  FROM information_schema.TABLES
 WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('VIEW', 'SEQUENCE')
UNION ALL
SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, NULL, NULL
  FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?
UNION ALL
SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION)
  FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
UNION ALL
SELECT 'event', EVENT_NAME, NULL, NULL
  FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?";

/// Reads them, ordered by kind and name.
pub(super) fn read(conn: &mut Conn, database: &str) -> Result<Vec<LegacyObject>, mysql::Error> {
    let params = (database, database, database, database);
    let mut objects: Vec<LegacyObject> = rows(conn, SQL, params)?
        .iter()
        .map(|row| LegacyObject {
            kind: row.string("kind"),
            name: row.string("name"),
            table: row.text("table_name"),
            detail: row.text("detail"),
        })
        .collect();
    objects.sort_by(|a, b| (&a.kind, &a.name).cmp(&(&b.kind, &b.name)));
    Ok(objects)
}
