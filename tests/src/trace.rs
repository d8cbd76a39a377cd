//! What a database consists of, as lines, to see whether anything was left.
//!
//! Promises: no line holds a number that differs between two equal databases. Called by tests of uninstalling.

use anyhow::Result;
use mysql::prelude::Queryable;

use crate::ends::Ends;
use crate::upgrade_sql::{literal, rows};

/// Everything in an upgrade database that is not the server's own, and what of the server the extension could touch.
const UPGRADE: &str = "
    SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
    UNION ALL SELECT format('relation %s ', relkind) || relnamespace::regnamespace || '.' || relname
        FROM pg_class WHERE oid >= 16384 AND relnamespace::regnamespace::text !~ '^pg_toast'
    UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'type ' || oid::regtype FROM pg_type WHERE oid >= 16384 AND typnamespace::regnamespace::text !~ '^pg_toast'
    UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
    UNION ALL SELECT 'extension ' || extname FROM pg_extension
    UNION ALL SELECT 'wrapper ' || fdwname FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'server ' || srvname FROM pg_foreign_server
    UNION ALL SELECT 'mapping ' || srvname || ' ' || usename FROM pg_user_mappings
    UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
    UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
    UNION ALL SELECT 'publication ' || pubname FROM pg_publication
    UNION ALL SELECT 'setting ' || unnest(setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT 'worker ' || backend_type FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type LIKE 'tandem%'
    ORDER BY 1";

/// Everything of a database on a legacy server, and every schema and privilege that is Tandem's by its name.
const LEGACY: &str = "
    SELECT CONCAT('table ', table_name, ' ', COALESCE(engine, ''), ' ', COALESCE(table_collation, ''), ' ', table_type,
                  ' ', COALESCE(create_options, ''), ' ', COALESCE(table_comment, '')) AS line
        FROM information_schema.tables WHERE table_schema = :db
    UNION ALL SELECT CONCAT('column ', table_name, ' ', ordinal_position, ' ', column_name, ' ', column_type, ' ',
                  is_nullable, ' ', COALESCE(column_default, ''), ' ', extra, ' ', column_comment)
        FROM information_schema.columns WHERE table_schema = :db
    UNION ALL SELECT CONCAT('index ', table_name, ' ', index_name, ' ', seq_in_index, ' ', COALESCE(column_name, ''), ' ', non_unique)
        FROM information_schema.statistics WHERE table_schema = :db
    UNION ALL SELECT CONCAT('constraint ', table_name, ' ', constraint_name, ' ', constraint_type)
        FROM information_schema.table_constraints WHERE table_schema = :db
    UNION ALL SELECT CONCAT('trigger ', event_object_table, ' ', trigger_name, ' ', action_order, ' ', SHA2(action_statement, 256))
        FROM information_schema.triggers WHERE trigger_schema = :db
    UNION ALL SELECT CONCAT('routine ', routine_name, ' ', SHA2(COALESCE(routine_definition, ''), 256))
        FROM information_schema.routines WHERE routine_schema = :db
    UNION ALL SELECT CONCAT('event ', event_name) FROM information_schema.events WHERE event_schema = :db
    UNION ALL SELECT CONCAT('schema ', schema_name) FROM information_schema.schemata WHERE schema_name = :tandem
    UNION ALL SELECT CONCAT('grant ', grantee, ' ', privilege_type) FROM information_schema.schema_privileges
        WHERE table_schema IN (:db, :tandem)
    ORDER BY 1";

/// The lines of an upgrade database.
pub fn upgrade(ends: &Ends, database: &str) -> Result<Vec<String>> {
    let rows = rows(&mut ends.upgrade(database)?, UPGRADE)?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

/// The lines of a legacy database; `outbox_schema` is Tandem's schema there.
pub fn legacy(ends: &Ends, database: &str, outbox_schema: &str) -> Result<Vec<String>> {
    let sql = LEGACY
        .replace(":db", &literal(database))
        .replace(":tandem", &literal(outbox_schema));
    // Some of these views want a database to be selected.
    Ok(ends.legacy(database)?.query(sql)?)
}

/// Lines that only one of two lists has, marked with `-` and `+`.
pub fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let gone = before
        .iter()
        .filter(|line| !after.contains(line))
        .map(|line| format!("- {line}"));
    let new = after
        .iter()
        .filter(|line| !before.contains(line))
        .map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}
