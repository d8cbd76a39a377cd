//! What the legacy server says of its log.

use mysql::prelude::Queryable;
use tandem_shared::binlog::{Place, Resume, file_number};
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::sql::drawn as sql;

use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::lane::epoch_us;

/// Unknown statement, or one that the parser does not know: older servers have the older one.
const SYNTAX: u16 = 1064;

/// What tells this server apart from others: another one's log has other places.
pub fn identity(session: &mut Session) -> Result<String, LegacyError> {
    let query = match session.family {
        Family::Mysql => "SELECT @@server_uuid",
        Family::Mariadb => "SELECT CONCAT_WS(' ', @@server_id, @@hostname, @@port, @@datadir)",
    };
    Ok(session
        .conn
        .query_first::<String, _>(query)?
        .unwrap_or_default())
}

/// The end of the log: everything that was committed before is before it. The log's base name, too.
pub fn end(session: &mut Session) -> Result<(String, Place), LegacyError> {
    let statements = match session.family {
        Family::Mysql => ["SHOW BINARY LOG STATUS", "SHOW MASTER STATUS"],
        Family::Mariadb => ["SHOW MASTER STATUS", "SHOW BINLOG STATUS"],
    };
    let mut row: Option<mysql::Row> = None;
    for statement in statements {
        match session.conn.query_first(statement) {
            Ok(found) => {
                row = found;
                break;
            }
            Err(mysql::Error::MySqlError(error)) if error.code == SYNTAX => {}
            Err(error) => return Err(error.into()),
        }
    }
    let row = row.ok_or_else(|| LegacyError::other("the legacy server has no binary log"))?;
    let name: String = row.get(0).unwrap_or_default();
    place(&name, row.get(1).unwrap_or(4))
}

fn place(name: &str, offset: u64) -> Result<(String, Place), LegacyError> {
    let file = file_number(name);
    let (Some(file), Some((base, _))) = (file, name.rsplit_once('.')) else {
        return Err(LegacyError::other(format!(
            "the legacy server's binary log has a file name without a number: \"{name}\""
        )));
    };
    Ok((base.to_owned(), Place { file, offset }))
}

/// On MariaDB: where the log was when the open snapshot was taken. It shows exactly what is before that place.
pub fn of_snapshot(session: &mut Session) -> Result<(String, Place), LegacyError> {
    let rows: Vec<(String, String)> = session
        .conn
        .query("SHOW STATUS LIKE 'binlog\\_snapshot\\_%'")?;
    let of = |name: &str| {
        let found = rows.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    };
    let offset = of("binlog_snapshot_position").parse().unwrap_or(0);
    place(of("binlog_snapshot_file"), offset)
}

/// A place with everything before it visible to snapshots from now on.
///
/// On MySQL transactions are logged before they are visible, and become visible in the order of the log: when a later one has been committed, they are.
pub fn proof(session: &mut Session, schema: &str) -> Result<(String, Place), LegacyError> {
    if session.family == Family::Mariadb {
        crate::legacy::pull::begin_snapshot(session)?;
        let found = of_snapshot(session);
        session.conn.query_drop("COMMIT")?;
        return found;
    }
    let found = end(session)?;
    session.conn.query_drop(sql::mark(schema, epoch_us()))?;
    Ok(found)
}

/// Where reading may begin for a link that begins now.
pub fn here(session: &mut Session, schema: &str) -> Result<Resume, LegacyError> {
    let server = identity(session)?;
    let (base, place) = proof(session, schema)?;
    Ok(Resume {
        server,
        base,
        place,
        begun: 0,
    })
}

/// What the server is like, as far as its log goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// What tells it apart from others.
    pub identity: String,
    /// True when rows that a foreign key changes are in the log.
    pub logs_cascades: bool,
    /// True when it tells names of tables apart by case.
    pub case_matters: bool,
    /// True when a snapshot says where in the log it ends.
    pub exact: bool,
}

/// Reads the traits.
pub fn traits(session: &mut Session) -> Result<Traits, LegacyError> {
    let mysql = session.family == Family::Mysql;
    let version: Option<String> = session.conn.query_first("SELECT VERSION()")?;
    let mut numbers = version.unwrap_or_default();
    numbers.retain(|c| c.is_ascii_digit() || c == '.');
    let mut numbers = numbers.split('.').map(|part| part.parse().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let native: Option<(String, String)> = session
        .conn
        .query_first("SHOW GLOBAL VARIABLES LIKE 'innodb_native_foreign_keys'")?;
    let native = native.is_some_and(|(_, value)| value == "ON");
    let folded: Option<u32> = session
        .conn
        .query_first("SELECT @@lower_case_table_names")?;
    Ok(Traits {
        identity: identity(session)?,
        logs_cascades: mysql && version >= (9, 6) && !native,
        case_matters: folded == Some(0),
        exact: !mysql,
    })
}

/// The number of the oldest log file; `None` when there is none, or the account may not see it.
pub fn oldest(session: &mut Session) -> Result<Option<u64>, LegacyError> {
    match session
        .conn
        .query_first::<mysql::Row, _>("SHOW BINARY LOGS")
    {
        Ok(row) => Ok(row
            .and_then(|row| row.get::<String, _>(0))
            .and_then(|name| file_number(&name))),
        Err(mysql::Error::MySqlError(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
