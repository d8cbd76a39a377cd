//! The mapping document on the legacy server, so that both ends can say which one they run.

use mysql::prelude::Queryable;
use tandem_shared::plan::sql::quote;

use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;

/// A version of the document: number, hash, text.
pub type Version = (i32, String, String);

/// Keeps this version as the one that the legacy server remembers; returns the version and hash that it remembered before, when they were others.
pub fn keep(
    session: &mut Session,
    schema: &str,
    (number, hash, text): &Version,
) -> Result<Option<(i32, String)>, LegacyError> {
    let table = format!("{}.mapping", quote::legacy(schema));
    session.conn.query_drop(format!(
        "CREATE TABLE IF NOT EXISTS {table} (version INT NOT NULL PRIMARY KEY, hash CHAR(64) NOT NULL, \
         document LONGTEXT CHARACTER SET utf8mb4 NOT NULL, stored_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB"
    ))?;
    let before = remembered(session, schema)?;
    if before
        .as_ref()
        .is_some_and(|(known, same)| known == number && same == hash)
    {
        return Ok(None);
    }
    session.conn.query_drop("START TRANSACTION")?;
    session.conn.query_drop(format!("DELETE FROM {table}"))?;
    session.conn.exec_drop(
        format!("INSERT INTO {table} (version, hash, document) VALUES (?, ?, ?)"),
        (number, hash, text),
    )?;
    session.conn.query_drop("COMMIT")?;
    Ok(before)
}

/// The version and hash that the legacy server remembers; `None` where it remembers nothing.
pub fn remembered(
    session: &mut Session,
    schema: &str,
) -> Result<Option<(i32, String)>, LegacyError> {
    let there: Option<u64> = session.conn.exec_first(
        "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = ? AND table_name = 'mapping'",
        (schema,),
    )?;
    if there.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let query = format!(
        "SELECT version, hash FROM {}.mapping ORDER BY version DESC LIMIT 1",
        quote::legacy(schema)
    );
    Ok(session.conn.query_first(query)?)
}
