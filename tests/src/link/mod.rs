//! A link of a test: its own database on each server, so that tests share servers and do not meet.
//!
//! Promises: what an earlier, broken run left under the same name is removed first; a link that a test does not `finish` says what state
//! it was in and is removed as well. Called by the tests.

mod look;
mod remove;
mod verbs;

pub use look::{Difference, Event, Stat};

use std::path::Path;

use anyhow::Result;
use mysql::Conn;
use mysql::prelude::Queryable;
use postgres::Client;

use crate::ends::Ends;
use crate::upgrade_sql::literal;

/// The schema that links of tests are scaffolded into.
pub const SCHEMA: &str = "app";

/// The environment's variable that says how links of tests capture, `triggers` or `binlog`.
pub const CAPTURE: &str = "TANDEM_TEST_CAPTURE";

/// One legacy database and one upgrade database, with or without a link between them.
pub struct Link {
    /// The servers.
    pub ends: Ends,
    /// The link's name.
    pub name: String,
    /// The name of the database, on both servers.
    pub database: String,
    options: Vec<(String, String)>,
    account: (String, String),
    finished: bool,
}

impl Link {
    /// Makes both databases, the extension installed. `name` is short, lower case, and used by no other test.
    pub fn new(ends: Ends, name: &str) -> Result<Self> {
        Self::in_tablespace(ends, name, "pg_default")
    }

    /// As [`Link::new`], with the upgrade database in a tablespace of its server.
    pub fn in_tablespace(ends: Ends, name: &str, space: &str) -> Result<Self> {
        let mut options = vec![
            (String::from("host"), ends.legacy.host.clone()),
            (String::from("port"), ends.legacy.port.to_string()),
        ];
        if let Ok(capture) = std::env::var(CAPTURE) {
            options.push((String::from("capture"), capture));
        }
        let account = (ends.legacy.user.clone(), ends.legacy.password.clone());
        let database = format!("t_{name}");
        let link = Self {
            ends,
            name: String::from(name),
            database,
            options,
            account,
            finished: false,
        };
        link.remove_leftovers()?;
        let mut legacy = link.ends.legacy("")?;
        legacy.query_drop(format!(
            "CREATE DATABASE {} CHARACTER SET utf8mb4",
            link.database
        ))?;
        let mut upgrade = link.ends.upgrade("postgres")?;
        upgrade.batch_execute(&format!(
            "CREATE DATABASE {} TABLESPACE {space}",
            link.database
        ))?;
        link.upgrade()?.batch_execute("CREATE EXTENSION tandem")?;
        Ok(link)
    }

    /// As [`Link::new`], with legacy tables and rows made by `sql`.
    pub fn with_tables(ends: Ends, name: &str, sql: &str) -> Result<Self> {
        let link = Self::new(ends, name)?;
        link.legacy_run(sql)?;
        Ok(link)
    }

    /// Sets an option of the server; to be called before [`Link::declare`].
    pub fn option(mut self, name: &str, value: impl ToString) -> Self {
        self.options.retain(|(known, _)| known != name);
        self.options.push((String::from(name), value.to_string()));
        self
    }

    /// Sets the account of the user mapping; to be called before [`Link::declare`].
    pub fn account(mut self, user: &str, password: &str) -> Self {
        self.account = (String::from(user), String::from(password));
        self
    }

    /// Sets the certificate authority to check the legacy server against.
    pub fn ssl_ca(self, path: &Path) -> Self {
        let path = path.display().to_string();
        self.option("ssl_ca", path)
    }

    /// `CREATE SERVER` and `CREATE USER MAPPING`.
    pub fn declare(&self) -> Result<()> {
        self.declare_in(self)
    }

    /// As [`Link::declare`], in the upgrade database of another link.
    pub fn declare_in(&self, other: &Link) -> Result<()> {
        let mut options: Vec<String> = self
            .options
            .iter()
            .map(|(name, value)| format!("{name} {}", literal(value)))
            .collect();
        options.push(format!("dbname {}", literal(&self.database)));
        let (user, password) = (literal(&self.account.0), literal(&self.account.1));
        let sql = format!(
            "CREATE SERVER {0} FOREIGN DATA WRAPPER tandem OPTIONS ({1});
             CREATE USER MAPPING FOR CURRENT_USER SERVER {0} OPTIONS (username {user}, password {password})",
            self.name,
            options.join(", ")
        );
        Ok(other.upgrade()?.batch_execute(&sql)?)
    }

    /// Declares, scaffolds and starts: the copy begins.
    pub fn begin(&self) -> Result<()> {
        self.declare()?;
        self.scaffold()?;
        self.verb("start")
    }

    /// As [`Link::begin`], and the copy is complete.
    pub fn begin_and_wait(&self) -> Result<()> {
        self.begin()?;
        self.wait()
    }

    /// A connection to the legacy database, as the server's root.
    pub fn legacy(&self) -> Result<Conn> {
        self.ends.legacy(&self.database)
    }

    /// Runs statements on the legacy database.
    pub fn legacy_run(&self, sql: &str) -> Result<()> {
        self.legacy()?
            .query_drop(sql)
            .map_err(|error| anyhow::anyhow!("{error}: {sql:.500}"))
    }

    /// A connection to the upgrade database.
    pub fn upgrade(&self) -> Result<Client> {
        self.ends.upgrade(&self.database)
    }

    /// Runs statements on the upgrade database.
    pub fn upgrade_run(&self, sql: &str) -> Result<()> {
        self.upgrade()?
            .batch_execute(sql)
            .map_err(|error| anyhow::anyhow!("{error}: {sql:.500}"))
    }

    /// Tandem's own schema on the legacy server.
    pub fn outbox_schema(&self) -> String {
        format!("tandem_{}", self.name)
    }
}
