//! The end of a link.

use std::time::Duration;

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;

use super::Link;
use crate::condition::until_so;
use crate::upgrade_sql::rows;

/// Time within which a stopped worker has gone.
const GONE: Duration = Duration::from_secs(20);
/// Lines of a log that are shown of a link that was not finished.
const LOG_LINES: usize = 25;

impl Link {
    /// Stops and uninstalls the link, checks that it left nothing on the legacy server, and removes both databases.
    pub fn finish(mut self) -> Result<()> {
        self.stop_worker()?;
        rows(
            &mut self.upgrade()?,
            &format!("SELECT tandem.uninstall('{}')", self.name),
        )?;
        let left = self.legacy_traces()?;
        ensure!(left.is_empty(), "left on the legacy server: {left:?}");
        self.remove_databases()?;
        self.finished = true;
        Ok(())
    }

    /// Removes both databases of a test that has no link (any more).
    pub fn finish_unlinked(mut self) -> Result<()> {
        self.remove_databases()?;
        self.finished = true;
        Ok(())
    }

    /// What the legacy server still has of Tandem in and about this link.
    pub fn legacy_traces(&self) -> Result<Vec<String>> {
        let found = self.ends.legacy("")?.exec(
            "SELECT CONCAT('schema ', schema_name) AS n FROM information_schema.schemata WHERE schema_name = ?
             UNION ALL SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers
             WHERE trigger_schema = ? AND trigger_name LIKE 'tandem%'",
            (self.outbox_schema(), &self.database),
        )?;
        Ok(found)
    }

    /// Removes what a broken run left under this name.
    pub(super) fn remove_leftovers(&self) -> Result<()> {
        let sql = format!(
            "SELECT FROM pg_database WHERE datname = '{}'",
            self.database
        );
        if !rows(&mut self.ends.upgrade("postgres")?, &sql)?.is_empty() {
            self.stop_worker()?;
        }
        self.remove_databases()
    }

    fn remove_databases(&self) -> Result<()> {
        let mut legacy = self.ends.legacy("")?;
        for database in [&self.database, &self.outbox_schema()] {
            legacy.query_drop(format!("DROP DATABASE IF EXISTS {database}"))?;
        }
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database);
        Ok(self.ends.upgrade("postgres")?.batch_execute(&sql)?)
    }

    /// Ends the worker of a link whose test broke, so that it does not come back to a database that is gone.
    fn stop_worker(&self) -> Result<()> {
        let mut upgrade = self.upgrade()?;
        let there = rows(
            &mut upgrade,
            "SELECT FROM pg_class WHERE oid = to_regclass('tandem.link')",
        )?;
        if there.is_empty() {
            return Ok(());
        }
        rows(
            &mut upgrade,
            "SELECT tandem.stop(link) FROM tandem.link WHERE desired <> 'stopped'",
        )?;
        until_so("the worker has gone", GONE, || {
            Ok(self.workers("tandem link worker")?.is_empty())
        })
    }

    /// Everything that helps to understand a broken test.
    fn describe(&self) {
        eprintln!("== link {} was not finished", self.name);
        for view in ["stat_link", "stat_table", "progress", "parked", "event"] {
            let sql = format!("SELECT row_to_json(v) FROM tandem.{view} v LIMIT 30");
            match self.rows(&sql) {
                Ok(rows) => rows
                    .iter()
                    .flatten()
                    .flatten()
                    .for_each(|row| eprintln!("{view}: {row}")),
                Err(error) => eprintln!("{view}: {error:#}"),
            }
        }
        for log in self.ends.logs() {
            let text = std::fs::read(log).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<&str> = text.lines().collect();
            eprintln!("-- the end of {}", log.display());
            lines
                .iter()
                .skip(lines.len().saturating_sub(LOG_LINES))
                .for_each(|line| eprintln!("{line:.300}"));
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        self.describe();
        if let Err(error) = self.stop_worker().and_then(|()| self.remove_databases()) {
            eprintln!("warning: could not remove link {}: {error:#}", self.name);
        }
    }
}
