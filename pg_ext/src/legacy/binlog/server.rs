//! What the legacy server says of its log.

use std::time::Duration;

use mysql::prelude::Queryable;
use tandem_shared::binlog::{Place, Resume, branch_name, file_number};
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::sql::drawn as sql;

use crate::legacy::connect::Session;
use crate::legacy::error::LegacyError;
use crate::legacy::lane::epoch_us;

/// Unknown statement, or one that the parser does not know: older servers have the older one.
const SYNTAX: u16 = 1064;
/// How long the commit of a branch may take that was logged before a link began to read.
const SETTLE: Duration = Duration::from_secs(1);

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

/// A place with everything before it visible to snapshots from now on, but for branches (see [`prepared`]).
///
/// Transactions are logged before they are visible, and become visible in the order of the log: when a later one has been committed, they are. What
/// MariaDB says of a snapshot (`binlog_snapshot_position`) does not serve: changes were missed with it, most likely since a commit that makes the log
/// go on in a new file moves that place to the new file before its own group is visible.
pub fn proof(session: &mut Session, schema: &str) -> Result<(String, Place), LegacyError> {
    let found = end(session)?;
    session.conn.query_drop(sql::mark(schema, epoch_us()))?;
    Ok(found)
}

/// On MariaDB: the branches that are prepared, or whose commit was logged and is not visible. It carries out a branch's commit after it has logged it, in no
/// order with others. On MySQL, where the log's order holds for branches too, none.
pub fn prepared(session: &mut Session) -> Result<Vec<String>, LegacyError> {
    if session.family == Family::Mysql {
        return Ok(Vec::new());
    }
    let rows: Vec<(u64, usize, usize, Vec<u8>)> = session.conn.query("XA RECOVER")?;
    let name = |(format, global, local, data): (u64, usize, usize, Vec<u8>)| {
        let (global, rest) = data.split_at_checked(global)?;
        Some(branch_name(global, rest.get(..local)?, format))
    };
    Ok(rows.into_iter().filter_map(name).collect())
}

/// Where reading may begin for a link that begins now.
pub fn here(session: &mut Session, schema: &str) -> Result<Resume, LegacyError> {
    let server = identity(session)?;
    let (base, place) = proof(session, schema)?;
    if !prepared(session)?.is_empty() {
        // The log from here on does not tell which of them are being committed.
        std::thread::sleep(SETTLE);
    }
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
