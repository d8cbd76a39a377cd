//! What an administrator may have set for every session of a legacy server, undone for ours.
//!
//! Promise: whatever the server's settings are, a session of Tandem's reads all rows, in UTC and in utf8mb4, commits when it says so, and is not
//! ended for taking long. Nothing is changed for anybody else.

use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;

use super::error::LegacyError;

/// The server's number for a variable that it does not know.
const UNKNOWN_VARIABLE: u16 = 1193;

/// What Tandem relies on. Triggers keep the `sql_mode` they were created under: this one never refuses a key that the table itself accepted,
/// and does not make an outbox of another engine than InnoDB.
const NEEDED: &str = "SET SESSION time_zone = '+00:00', sql_mode = 'NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5, lock_wait_timeout = 2";

/// What would leave a transaction open or end the session with it, leave out rows, refuse a statement, cut keys while they are sorted, add a row
/// to a result, change what is read of the catalogue, or end a session that waits for the other side. Times in seconds, lengths in bytes.
const FOR_BOTH: [&str; 12] = [
    "autocommit = 1",
    "completion_type = 'NO_CHAIN'",
    "sql_select_limit = 18446744073709551615",
    "sql_big_selects = 1",
    "sql_safe_updates = 0",
    "sql_quote_show_create = 1",
    "sql_auto_is_null = 0",
    "sql_buffer_result = 0",
    "max_sort_length = 1024",
    "wait_timeout = 28800",
    "net_read_timeout = 600",
    "net_write_timeout = 600",
];

/// What information_schema says of AUTO_INCREMENT is a day old otherwise, and generated invisible keys may be hidden.
const FOR_MYSQL: [&str; 3] = [
    "information_schema_stats_expiry = 0",
    "show_gipk_in_create_table_and_information_schema = ON",
    "max_execution_time = 0",
];

/// Rows of another time, casts and statements of another version, locks that are none, and limits.
const FOR_MARIADB: [&str; 8] = [
    "system_versioning_asof = DEFAULT",
    "old_mode = 'UTF8_IS_UTF8MB3'",
    "alter_algorithm = 'DEFAULT'",
    "innodb_table_locks = 1",
    "max_statement_time = 0",
    "idle_transaction_timeout = 0",
    "idle_readonly_transaction_timeout = 0",
    "idle_write_transaction_timeout = 0",
];

/// Sets a new session up.
pub fn apply(conn: &mut Conn, family: Family) -> Result<(), LegacyError> {
    // A server may be told to ignore what a client asks for while it connects.
    conn.query_drop("SET NAMES utf8mb4")?;
    conn.query_drop(NEEDED)?;
    conn.query_drop("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE")?;
    let of_family: &[&str] = match family {
        Family::Mysql => &FOR_MYSQL,
        Family::Mariadb => &FOR_MARIADB,
    };
    let all: Vec<&str> = FOR_BOTH.iter().chain(of_family).copied().collect();
    match set(conn, &all) {
        // A version that does not have one of them needs no protection from it.
        Err(error) if error.code == UNKNOWN_VARIABLE => all.chunks(1).try_for_each(|one| {
            let done = set(conn, one);
            done.or_else(|error| match error.code {
                UNKNOWN_VARIABLE => Ok(()),
                _ => Err(error),
            })
        }),
        done => done,
    }
}

fn set(conn: &mut Conn, assignments: &[&str]) -> Result<(), LegacyError> {
    Ok(conn.query_drop(format!("SET SESSION {}", assignments.join(", ")))?)
}
