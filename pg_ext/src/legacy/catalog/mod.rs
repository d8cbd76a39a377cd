//! The legacy catalogue, read from `information_schema` into the model that both ends share.
//!
//! Promise: [`read`] asks a handful of questions about the whole database, never one per table (the few columns whose default
//! `information_schema` cuts short excepted), and the answers mean the same on MySQL 8.0 to 9.7 and on MariaDB. It never reads a row of the
//! application's data and never writes; [`read_flags`] alone does. It sees what the account may see. Called by `tandem.scaffold`, `tandem.check` and at every start of
//! a link.

mod cells;
mod columns;
mod constraints;
mod exact_default;
mod facts;
mod flags;
mod indexes;
mod objects;
mod session;
mod tables;

pub use facts::facts;
pub use flags::read as read_flags;

use mysql::Conn;
use std::collections::HashMap;
use tandem_shared::mapping::catalog::{Family, LegacyCatalog, LegacyTable};

/// Reads the catalogue of `database`.
///
/// The session's `sql_mode` and `time_zone` are changed while it reads and put back afterwards, since both change how the server prints
/// expressions and defaults. A database that does not exist, or that the account may not see, is an empty catalogue.
pub fn read(
    conn: &mut Conn,
    database: &str,
    family: Family,
) -> Result<LegacyCatalog, mysql::Error> {
    session::with_plain_settings(conn, family, |conn| {
        let mut draft = Draft::new(tables::read(conn, database)?);
        columns::read(conn, database, family, &mut draft)?;
        constraints::read_checks(conn, database, family, &mut draft)?;
        indexes::read(conn, database, family, &mut draft)?;
        constraints::read_foreign_keys(conn, database, &mut draft)?;
        exact_default::read(conn, database, family, &mut draft)?;
        let others = objects::read(conn, database)?;
        Ok(LegacyCatalog {
            database: database.to_owned(),
            tables: draft.tables,
            others,
        })
    })
}

/// The tables read so far, found by name.
struct Draft {
    tables: Vec<LegacyTable>,
    by_name: HashMap<String, usize>,
}

impl Draft {
    fn new(tables: Vec<LegacyTable>) -> Self {
        let by_name = tables
            .iter()
            .enumerate()
            .map(|(at, table)| (table.name.clone(), at))
            .collect();
        Self { tables, by_name }
    }

    /// The table of that name; `None` for a view or a sequence. With `lower_case_table_names` some views of `information_schema` print a
    /// name in lower case that others print as declared.
    fn table(&mut self, name: &str) -> Option<&mut LegacyTable> {
        let at = self.by_name.get(name).copied().or_else(|| {
            let same = |table: &LegacyTable| table.name.eq_ignore_ascii_case(name);
            self.tables.iter().position(same)
        })?;
        self.tables.get_mut(at)
    }
}
