//! The changes of a backlog, the same SQL for every server.
//!
//! Promises: a round changes each row of its zones once and leaves the table as large as it was; the next round undoes it with
//! as many changes. A transaction changes at most 300 rows. Called by the contenders.

use anyhow::{Context, Result};
use mysql::Conn;
use mysql::prelude::Queryable;
use postgres::Client;

use super::items;

/// Rows that one statement changes.
const PIECE: u64 = 100;
/// Most rows that are hot.
const HOT_ROWS: u64 = 10_000;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Every row once.
    Distinct,
    /// The same rows again and again.
    Hot,
}

/// How much is changed. The table has three zones of `third` rows: the middle one is always there, and the first and the last
/// take turns.
#[derive(Clone, Copy, Debug)]
pub struct Backlog {
    third: u64,
}

/// A server that runs statements.
pub trait Server {
    /// Runs one statement.
    fn run(&mut self, sql: &str) -> Result<()>;

    /// The one value, a text, of a query.
    fn text(&mut self, sql: &str) -> Result<String>;
}

impl Server for Conn {
    fn run(&mut self, sql: &str) -> Result<()> {
        Ok(self.query_drop(sql)?)
    }

    fn text(&mut self, sql: &str) -> Result<String> {
        self.query_first(sql)?.context("no value")
    }
}

impl Server for Client {
    fn run(&mut self, sql: &str) -> Result<()> {
        Ok(self.batch_execute(sql)?)
    }

    fn text(&mut self, sql: &str) -> Result<String> {
        Ok(self.query_one(sql, &[])?.get(0))
    }
}

impl Case {
    /// Its name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Distinct => "distinct",
            Self::Hot => "hot",
        }
    }
}

impl Backlog {
    /// A backlog of about `changes`.
    pub fn of(changes: u64) -> Self {
        Self {
            third: (changes / 3).max(PIECE),
        }
    }

    /// Rows that the table has between rounds: at the beginning these, from 1 on.
    pub fn standing_rows(self) -> u64 {
        2 * self.third
    }

    /// Changes the rows, for the `round`th time; returns how many changes that were.
    pub fn make(self, server: &mut dyn Server, case: Case, round: u64) -> Result<u64> {
        match case {
            Case::Distinct => self.make_distinct(server, round),
            Case::Hot => self.make_hot(server, round),
        }
    }

    fn make_distinct(self, server: &mut dyn Server, round: u64) -> Result<u64> {
        let (first, last) = (1, 2 * self.third + 1);
        let (come, go) = if round.is_multiple_of(2) {
            (last, first)
        } else {
            (first, last)
        };
        let mut offset = 0;
        while offset < self.third {
            let rows = PIECE.min(self.third - offset);
            server.run("BEGIN")?;
            server.run(&insert(come + offset, rows))?;
            server.run(&update(self.third + 1 + offset, rows, round))?;
            server.run(&delete(go + offset, rows))?;
            server.run("COMMIT")?;
            offset += rows;
        }
        Ok(3 * self.third)
    }

    fn make_hot(self, server: &mut dyn Server, round: u64) -> Result<u64> {
        let hot = HOT_ROWS.min(3 * self.third / 100).max(1);
        let passes = 3 * self.third / hot;
        for pass in 0..passes {
            let mut offset = 0;
            while offset < hot {
                let rows = PIECE.min(hot - offset);
                server.run(&update(
                    self.third + 1 + offset,
                    rows,
                    round * passes + pass,
                ))?;
                offset += rows;
            }
        }
        Ok(passes * hot)
    }
}

/// What the table holds, in a form that both sides give alike.
pub fn digest(server: &mut dyn Server, table: &str) -> Result<String> {
    server.text(&format!(
        "SELECT CONCAT_WS(' ', COUNT(*), SUM(id), SUM(amount), SUM(quantity), SUM(OCTET_LENGTH(note))) FROM {table}"
    ))
}

fn insert(from: u64, rows: u64) -> String {
    let tuples: Vec<String> = (from..from + rows).map(items::tuple).collect();
    format!("INSERT INTO item VALUES {}", tuples.join(","))
}

fn update(from: u64, rows: u64, time: u64) -> String {
    format!(
        "UPDATE item SET amount = {time}.25, quantity = quantity % 999 + 1, note = 'changed for the time {time}'
         WHERE id BETWEEN {from} AND {}",
        from + rows - 1
    )
}

fn delete(from: u64, rows: u64) -> String {
    format!(
        "DELETE FROM item WHERE id BETWEEN {from} AND {}",
        from + rows - 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Ledger {
        inserted: u64,
        updates: u64,
        deletes: u64,
    }

    impl Server for Ledger {
        fn run(&mut self, sql: &str) -> Result<()> {
            match sql.split(' ').next() {
                Some("INSERT") => self.inserted += sql.matches("),(").count() as u64 + 1,
                Some("UPDATE") => self.updates += 1,
                Some("DELETE") => self.deletes += 1,
                _ => {}
            }
            Ok(())
        }

        fn text(&mut self, _: &str) -> Result<String> {
            Ok(String::new())
        }
    }

    #[test]
    fn a_backlog_has_the_changes_that_it_says() -> Result<()> {
        let backlog = Backlog::of(3_030);
        let mut ledger = Ledger::default();
        assert_eq!(backlog.make(&mut ledger, Case::Distinct, 0)?, 3_030);
        assert_eq!(
            (ledger.inserted, ledger.updates, ledger.deletes),
            (1_010, 11, 11)
        );
        let mut ledger = Ledger::default();
        assert_eq!(backlog.make(&mut ledger, Case::Hot, 0)?, 3_030);
        assert_eq!(
            (ledger.inserted, ledger.updates, ledger.deletes),
            (0, 101, 0)
        );
        Ok(())
    }
}
