//! A link of a bench.
//!
//! Promises: waiting ends with an error when a table is set aside, when the link stands still, and when somebody interrupts.
//! Called by the scenarios.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use postgres::Client;
use postgres::error::SqlState;

use super::stage::Stage;
use crate::interrupt;

/// The schema that legacy tables come into.
pub const SCHEMA: &str = "app";
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(7200);
/// Pause between two looks at a state.
const LOOK: Duration = Duration::from_millis(10);

/// A link, by its name and the database that its upgrade end is in.
#[derive(Clone, Debug)]
pub struct Link {
    /// The link's name.
    pub name: String,
    /// The upgrade database.
    pub database: String,
}

impl Link {
    /// Declares a link of the legacy database to the upgrade database; it copies nothing yet.
    pub fn declare(stage: &Stage, name: &str, legacy: &str, database: &str) -> Result<Self> {
        Self::capturing(stage, "triggers", name, legacy, database)
    }

    /// As [`Link::declare`], with a way of capture.
    pub fn capturing(
        stage: &Stage,
        capture: &str,
        name: &str,
        legacy: &str,
        database: &str,
    ) -> Result<Self> {
        let end = stage.legacy_end();
        let sql = format!(
            "CREATE SERVER {name} FOREIGN DATA WRAPPER tandem
                 OPTIONS (host '{}', port '{}', dbname '{legacy}', capture '{capture}');
             CREATE USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS (username '{}', password '{}')",
            end.host, end.port, end.user, end.password
        );
        stage.upgrade(database)?.batch_execute(&sql)?;
        Ok(Self {
            name: name.to_string(),
            database: database.to_string(),
        })
    }

    /// Makes the tables.
    pub fn scaffold(&self, stage: &Stage, schema: &str) -> Result<()> {
        let sql = format!("SELECT * FROM tandem.scaffold('{}', '{schema}')", self.name);
        self.upgrade(stage)?
            .query(&sql, &[])
            .context("tandem.scaffold failed")?;
        Ok(())
    }

    /// `tandem.start`, `pause`, `resume` or `stop`.
    pub fn verb(&self, stage: &Stage, verb: &str) -> Result<()> {
        let sql = format!("SELECT tandem.{verb}('{}')", self.name);
        self.upgrade(stage)?
            .query(&sql, &[])
            .with_context(|| format!("tandem.{verb} failed"))?;
        Ok(())
    }

    /// Waits until everything that was committed is here.
    pub fn wait(&self, stage: &Stage) -> Result<()> {
        let mut client = self.upgrade(stage)?;
        let sql = format!("SELECT tandem.wait('{}', 1.0::float8)", self.name);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let asked = Instant::now();
            match client.query_one(&sql, &[]) {
                Ok(row) if row.get(0) => return Ok(()),
                Ok(_) => bail!(
                    "a table of link {} is set aside: {}",
                    self.name,
                    self.trouble(&mut client)
                ),
                Err(error)
                    if error.code() == Some(&SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE)
                        && asked.elapsed() > Duration::from_millis(900)
                        && Instant::now() < deadline
                        && !interrupt::happened() => {}
                Err(error) => bail!(
                    "link {} does not catch up: {error} {}",
                    self.name,
                    self.trouble(&mut client)
                ),
            }
        }
    }

    /// Pauses the link and waits until it stands still.
    pub fn hold_still(&self, stage: &Stage) -> Result<()> {
        self.verb(stage, "pause")?;
        let mut client = self.upgrade(stage)?;
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.stat(&mut client, "state")? != "paused" {
            if Instant::now() > deadline || interrupt::happened() {
                bail!("link {} does not pause", self.name);
            }
            sleep(LOOK);
        }
        Ok(())
    }

    /// The worker's process.
    pub fn worker(&self, stage: &Stage) -> Result<u32> {
        let pid = self.stat(&mut self.upgrade(stage)?, "pid")?;
        pid.parse()
            .with_context(|| format!("link {} has no worker", self.name))
    }

    /// Takes the link away, and nothing else.
    pub fn remove(&self, stage: &Stage) -> Result<()> {
        self.upgrade(stage)?.batch_execute(&format!(
            "SELECT tandem.uninstall('{0}'); DROP SERVER {0} CASCADE",
            self.name
        ))?;
        Ok(())
    }

    fn upgrade(&self, stage: &Stage) -> Result<Client> {
        stage.upgrade(&self.database)
    }

    fn stat(&self, client: &mut Client, column: &str) -> Result<String> {
        let sql = format!(
            "SELECT coalesce({column}::text, '') FROM tandem.stat_link WHERE link = '{}'",
            self.name
        );
        Ok(client.query_one(&sql, &[])?.get(0))
    }

    /// What the link says about itself when something is wrong.
    fn trouble(&self, client: &mut Client) -> String {
        let sql = format!(
            "SELECT concat_ws(': ', state, last_error) FROM tandem.stat_link WHERE link = '{0}'
             UNION ALL SELECT concat_ws(': ', source_table, error) FROM tandem.stat_table
             WHERE link = '{0}' AND error IS NOT NULL",
            self.name
        );
        match client.query(&sql, &[]) {
            Ok(rows) => rows
                .iter()
                .map(|row| row.get::<_, String>(0))
                .collect::<Vec<_>>()
                .join("; "),
            Err(error) => error.to_string(),
        }
    }
}
