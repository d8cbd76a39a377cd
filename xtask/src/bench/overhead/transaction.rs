//! The transactions, as `oltp_write_only` and `oltp_insert` of sysbench have them.

use anyhow::Result;
use mysql::prelude::Queryable;
use mysql::{Conn, Error, Statement};

use super::table::digits;
use crate::bench::dice::Dice;

/// Codes of errors after which a transaction is tried again with other rows: a row was locked too long, a deadlock, and a row that
/// another session has inserted meanwhile.
const RETRIED: [u16; 3] = [1205, 1213, 1062];

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Two updates, a delete and an insert.
    WriteOnly,
    /// One insert.
    Insert,
}

impl Workload {
    /// Its name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::WriteOnly => "write_only",
            Self::Insert => "insert",
        }
    }

    /// The script of sysbench that does it.
    pub fn script(self) -> &'static str {
        match self {
            Self::WriteOnly => "oltp_write_only",
            Self::Insert => "oltp_insert",
        }
    }
}

/// One session.
pub struct Session {
    conn: Conn,
    dice: Dice,
    rows: u64,
    update_k: Statement,
    update_c: Statement,
    delete: Statement,
    insert: Statement,
}

impl Session {
    /// A session on a table that began with so many rows.
    pub fn new(mut conn: Conn, seed: u64, rows: u64) -> Result<Self> {
        Ok(Self {
            update_k: conn.prep("UPDATE sbtest1 SET k = k + 1 WHERE id = ?")?,
            update_c: conn.prep("UPDATE sbtest1 SET c = ? WHERE id = ?")?,
            delete: conn.prep("DELETE FROM sbtest1 WHERE id = ?")?,
            insert: conn.prep("INSERT INTO sbtest1 (id, k, c, pad) VALUES (?, ?, ?, ?)")?,
            conn,
            dice: Dice::new(seed),
            rows,
        })
    }

    /// One transaction; false when it has to be tried again.
    pub fn transact(&mut self, workload: Workload) -> Result<bool> {
        let done = match workload {
            Workload::WriteOnly => self.write_only(),
            Workload::Insert => self.insert(0),
        };
        match done {
            Ok(()) => Ok(true),
            Err(Error::MySqlError(error)) if RETRIED.contains(&error.code) => {
                self.conn.query_drop("ROLLBACK")?;
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn write_only(&mut self) -> Result<(), Error> {
        self.conn.query_drop("BEGIN")?;
        let id = self.some_row();
        self.conn.exec_drop(&self.update_k, (id,))?;
        let (c, id) = (digits(&mut self.dice, 10), self.some_row());
        self.conn.exec_drop(&self.update_c, (c, id))?;
        let id = self.some_row();
        self.conn.exec_drop(&self.delete, (id,))?;
        self.insert(id)?;
        self.conn.query_drop("COMMIT")
    }

    /// Inserts a row; number 0 is the next one.
    fn insert(&mut self, id: u64) -> Result<(), Error> {
        let k = self.some_row();
        let (c, pad) = (digits(&mut self.dice, 10), digits(&mut self.dice, 5));
        self.conn.exec_drop(&self.insert, (id, k, c, pad))
    }

    fn some_row(&mut self) -> u64 {
        self.dice.below(self.rows) + 1
    }
}
