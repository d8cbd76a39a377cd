//! What the legacy server says of itself and of the link's account.

use super::cells::rows;
use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_shared::mapping::check::{LegacyServerFacts, facts::VARIABLES};

/// No such function: the plugin is not there.
const FUNCTION_DOES_NOT_EXIST: u16 = 1305;
/// The same without a current database.
const NO_DATABASE_SELECTED: u16 = 1046;

/// Reads the facts in four statements.
pub fn facts(conn: &mut Conn) -> Result<LegacyServerFacts, mysql::Error> {
    let version: String = conn.query_first("SELECT VERSION()")?.unwrap_or_default();
    let names: Vec<String> = VARIABLES.iter().map(|name| format!("'{name}'")).collect();
    let sql = format!(
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ({})",
        names.join(", ")
    );
    let variables = rows(conn, &sql, ())?
        .iter()
        .map(|row| {
            (
                row.string("Variable_name").to_ascii_lowercase(),
                row.string("Value"),
            )
        })
        .collect();
    Ok(LegacyServerFacts {
        family: LegacyServerFacts::family_of(&version),
        version,
        variables,
        grants: conn.query("SHOW GRANTS")?,
        plugin_version: plugin_version(conn)?,
    })
}

fn plugin_version(conn: &mut Conn) -> Result<Option<String>, mysql::Error> {
    match conn.query_first::<Option<String>, _>("SELECT tandem_version()") {
        Ok(version) => Ok(version.flatten()),
        Err(mysql::Error::MySqlError(error))
            if matches!(error.code, FUNCTION_DOES_NOT_EXIST | NO_DATABASE_SELECTED) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
