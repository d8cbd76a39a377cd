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
        grants: grants(conn)?,
        plugin_version: plugin_version(conn)?,
    })
}

/// The grants without the password's hash, which MariaDB prints among them.
fn grants(conn: &mut Conn) -> Result<Vec<String>, mysql::Error> {
    let lines: Vec<String> = conn.query("SHOW GRANTS")?;
    let without_secret = |line: String| match line.split_once(" IDENTIFIED ") {
        Some((grant, _)) => grant.to_owned(),
        None => line,
    };
    Ok(lines.into_iter().map(without_secret).collect())
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
