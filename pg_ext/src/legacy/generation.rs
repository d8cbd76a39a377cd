//! What a look at the legacy server shows of the things that must stay as they are: triggers, outboxes, columns, and where tables are stored.
//!
//! Promise: two looks differ when a trigger or an outbox has gone or been made anew, when a column or a foreign key is another, and, if the account has PROCESS,
//! when a table's rows have been replaced without a trigger firing: TRUNCATE, partitions dropped, truncated or exchanged, a table rebuilt,
//! swapped or restored. It never reads a row of the application's data. Called before the loop begins, and every few seconds beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::mapping::document::Source;
use tandem_shared::plan::sql::legacy as sql;

use super::connect::Session;
use super::error::{Kind, LegacyError};

/// What a look shows. Tables by their legacy names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Generation {
    /// The link's triggers.
    pub triggers: Vec<OwnTrigger>,
    /// The link's outboxes.
    pub outboxes: BTreeSet<String>,
    /// A digest of each table's columns.
    pub columns: BTreeMap<String, u64>,
    /// A digest of the database's foreign keys.
    pub foreign_keys: u64,
    /// Where InnoDB keeps each table; `None` when the account may not see it.
    pub storage: Option<Storage>,
}

/// One of the link's triggers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnTrigger {
    /// Its name.
    pub name: String,
    /// The table that it is on.
    pub table: String,
    /// When it was created, in the server's words.
    pub created: String,
}

/// InnoDB's numbers of a table and its partitions change whenever they are made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storage {
    by_table: BTreeMap<String, String>,
    /// Of tables whose names InnoDB writes in a way that only the server reads.
    others: String,
}

impl Storage {
    /// What stands for the place of a table's rows. A name beyond ASCII shares it with all such names.
    pub fn of(&self, table: &str) -> &str {
        let found = self.by_table.get(&table.to_lowercase());
        found.map_or(self.others.as_str(), String::as_str)
    }
}

impl Generation {
    /// The same, as far as these tables are concerned.
    pub fn of_tables(mut self, tables: &BTreeSet<String>) -> Self {
        self.columns.retain(|name, _| tables.contains(name));
        if let Some(storage) = &mut self.storage {
            let lower: BTreeSet<String> = tables.iter().map(|name| name.to_lowercase()).collect();
            storage.by_table.retain(|name, _| lower.contains(name));
        }
        self
    }

    /// One map's part, in two: its triggers, and where its tables are stored. Triggers that other maps have on the table, because they look it up,
    /// are not its own.
    pub fn of_map(&self, table_no: u32, source: &Source) -> (String, Option<String>) {
        let joined: BTreeSet<&str> = source
            .joins
            .iter()
            .map(|join| join.table.as_str())
            .collect();
        let mut triggers = String::new();
        for trigger in &self.triggers {
            let own = match sql::joining(&trigger.name) {
                Some(number) => number == table_no && joined.contains(trigger.table.as_str()),
                None => trigger.table == source.table,
            };
            if own {
                let _ = write!(triggers, "{} {} ", trigger.name, trigger.created);
            }
        }
        let storage = self.storage.as_ref().map(|storage| {
            let mut places = storage.of(&source.table).to_owned();
            for table in joined {
                let _ = write!(places, "; {table} {}", storage.of(table));
            }
            places
        });
        (triggers, storage)
    }
}

/// The id that each outbox gives out next, by the outbox's name. It never falls unless the legacy server was restored to an earlier state.
pub type Counters = BTreeMap<String, u64>;

/// Looks.
pub fn read(
    session: &mut Session,
    database: &str,
    schema: &str,
) -> Result<(Generation, Counters), LegacyError> {
    let counters = counters(session, schema)?;
    let generation = Generation {
        triggers: triggers(session, database, schema)?,
        outboxes: counters.keys().cloned().collect(),
        columns: columns(session, database)?,
        foreign_keys: foreign_keys(session, database)?,
        storage: storage(session, database)?,
    };
    Ok((generation, counters))
}

/// What the whole server counts of what could change a look: statements that define tables and triggers, and definitions opened.
pub type Definitions = BTreeMap<String, u64>;

/// Counts the statements that define, replace and empty tables and triggers, and how often a definition was opened. As long as the counts stay what
/// they were, a look would show what it showed: this is the cheap half of a look. Statements of routines, events and replication are counted,
/// too, each when it begins: whoever uses a table after a long one has ended opens its definition.
pub fn definitions(session: &mut Session) -> Result<Definitions, LegacyError> {
    let rows: Vec<(String, String)> = session.conn.query(
        "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_alter_table', 'Com_create_table', 'Com_create_trigger', 'Com_drop_table', \
         'Com_drop_trigger', 'Com_rename_table', 'Com_truncate', 'Opened_table_definitions')",
    )?;
    let counted = rows
        .into_iter()
        .filter_map(|(name, count)| Some((name, count.parse().ok()?)));
    Ok(counted.collect())
}

/// The link's triggers, in order.
pub fn triggers(
    session: &mut Session,
    database: &str,
    schema: &str,
) -> Result<Vec<OwnTrigger>, LegacyError> {
    let rows: Vec<(String, String, Option<String>)> = session.conn.exec(
        "SELECT trigger_name AS n, event_object_table AS t, CAST(created AS CHAR) AS c \
         FROM information_schema.triggers WHERE trigger_schema = ?",
        (database,),
    )?;
    let mut own: Vec<OwnTrigger> = rows
        .into_iter()
        .filter(|(name, ..)| sql::is_own_trigger(schema, name))
        .map(|(name, table, created)| OwnTrigger {
            name,
            table,
            created: created.unwrap_or_default(),
        })
        .collect();
    own.sort();
    Ok(own)
}

/// The tables in Tandem's own schema, with their counters.
pub fn counters(session: &mut Session, schema: &str) -> Result<Counters, LegacyError> {
    let rows: Vec<(String, Option<u64>)> = session.conn.exec(
        "SELECT table_name AS n, auto_increment AS a FROM information_schema.tables WHERE table_schema = ?",
        (schema,),
    )?;
    let counters = rows
        .into_iter()
        .map(|(name, next)| (name, next.unwrap_or(0)));
    Ok(counters.collect())
}

/// The sum of a digest of every row.
fn digest(of: &str) -> String {
    format!(
        "BIT_XOR(CAST(CONV(LEFT(SHA2(CONCAT_WS(CHAR(1), {of}), 256), 16), 16, 10) AS UNSIGNED)) AS h"
    )
}

fn foreign_keys(session: &mut Session, database: &str) -> Result<u64, LegacyError> {
    let digest = digest(
        "constraint_name, table_name, unique_constraint_schema, referenced_table_name, update_rule, delete_rule",
    );
    let statement = format!(
        "SELECT {digest} FROM information_schema.referential_constraints WHERE constraint_schema = ?"
    );
    let found: Option<u64> = session.conn.exec_first(statement, (database,))?;
    Ok(found.unwrap_or(0))
}

fn columns(session: &mut Session, database: &str) -> Result<BTreeMap<String, u64>, LegacyError> {
    let digest = digest(
        "ordinal_position, column_name, column_type, is_nullable, collation_name, generation_expression",
    );
    let statement = format!(
        "SELECT table_name AS t, {digest} FROM information_schema.columns WHERE table_schema = ? GROUP BY table_name"
    );
    let rows: Vec<(String, u64)> = session.conn.exec(statement, (database,))?;
    Ok(rows.into_iter().collect())
}

fn storage(session: &mut Session, database: &str) -> Result<Option<Storage>, LegacyError> {
    let view = match session.family {
        Family::Mysql => "innodb_tables",
        Family::Mariadb => "innodb_sys_tables",
    };
    let statement = format!("SELECT name AS n, table_id AS i FROM information_schema.{view}");
    let rows: Vec<(Vec<u8>, u64)> = match session.conn.query(statement).map_err(LegacyError::from) {
        Ok(rows) => rows,
        Err(error) if error.kind == Kind::Denied => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(collect(rows, database)))
}

fn collect(mut rows: Vec<(Vec<u8>, u64)>, database: &str) -> Storage {
    rows.sort();
    let mut storage = Storage::default();
    for (name, id) in rows {
        let name = String::from_utf8_lossy(&name);
        let Some((schema, table)) = name.split_once('/') else {
            continue;
        };
        let table = table.split('#').next().unwrap_or_default();
        let into = match (decoded(schema), decoded(table)) {
            (Some(schema), _) if !schema.eq_ignore_ascii_case(database) => continue,
            (Some(_), Some(table)) => storage.by_table.entry(table.to_lowercase()).or_default(),
            _ => &mut storage.others,
        };
        let _ = write!(into, "{id} ");
    }
    storage
}

/// A name as InnoDB writes it: what is neither letter, digit nor underscore is `@` and four hexadecimal digits. `None` for the shorter forms
/// that some letters beyond ASCII have.
fn decoded(name: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some(at) = rest.find('@') {
        decoded.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 5)?;
        decoded.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        rest = &rest[at + 5..];
    }
    decoded.push_str(rest);
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_innodb_writes_them() {
        assert_eq!(decoded("a_1"), Some("a_1".into()));
        assert_eq!(decoded("gg@0024x"), Some("gg$x".into()));
        assert_eq!(decoded("t@1o"), None);
        let rows = [("gg/t#p#a", 2), ("gg/t#p#b", 1), ("gg/u@1o", 3), ("h/t", 4)];
        let rows = rows.map(|(name, id)| (name.as_bytes().to_vec(), id));
        let storage = collect(rows.to_vec(), "gg");
        assert_eq!(storage.of("T"), "2 1 ");
        assert_eq!(storage.of("uö"), "3 ");
    }
}
