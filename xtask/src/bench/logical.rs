//! PostgreSQL's logical replication between two PostgreSQL servers: what following changes costs where both ends are alike.
//!
//! Promises: the publisher is a server like the upgrade one, the subscriber is the upgrade server; settings are PostgreSQL's
//! own. Called by the scenarios that follow changes.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use postgres::Client;

use super::stage::Stage;
use crate::interrupt;

/// The longest that the subscriber may need to catch up.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(2);
/// Tells the subscriber how far the publisher had come.
const MARKER: &str = "CREATE TABLE marker (id integer PRIMARY KEY, reached bigint NOT NULL)";

/// A publication and its subscription, in databases of one name.
pub struct Replication {
    database: String,
    reached: i64,
}

impl Replication {
    /// Makes both databases with the tables of `ddl`, and follows.
    pub fn begin(stage: &Stage, database: &str, ddl: &str) -> Result<Self> {
        let publisher = stage.publisher()?;
        for mut server in [publisher.connect("postgres")?, stage.upgrade("postgres")?] {
            server.batch_execute(&format!("CREATE DATABASE {database}"))?;
        }
        let replication = Self {
            database: database.to_string(),
            reached: 0,
        };
        let (mut from, mut to) = (
            replication.publisher(stage)?,
            replication.subscriber(stage)?,
        );
        for client in [&mut from, &mut to] {
            client.batch_execute(&format!("{ddl}; {MARKER}"))?;
        }
        from.batch_execute(&format!(
            "INSERT INTO marker VALUES (1, 0); CREATE PUBLICATION {database} FOR ALL TABLES"
        ))?;
        let source = format!(
            "host={} port={} user=postgres dbname={database}",
            publisher.socket_dir().display(),
            publisher.port()
        );
        to.batch_execute(&format!(
            "CREATE SUBSCRIPTION {database} CONNECTION '{source}' PUBLICATION {database}"
        ))?;
        Ok(replication)
    }

    /// A connection to the database of the publisher.
    pub fn publisher(&self, stage: &Stage) -> Result<Client> {
        stage.publisher()?.connect(&self.database)
    }

    /// A connection to the database of the subscriber.
    pub fn subscriber(&self, stage: &Stage) -> Result<Client> {
        stage.upgrade(&self.database)
    }

    /// Stops applying and waits until nobody applies.
    pub fn pause(&self, stage: &Stage) -> Result<()> {
        let mut client = self.subscriber(stage)?;
        client.batch_execute(&format!("ALTER SUBSCRIPTION {} DISABLE", self.database))?;
        until(&mut client, "the subscription stands still", |client| {
            let sql =
                "SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL AND subname = $1";
            let workers: i64 = client.query_one(sql, &[&self.database])?.get(0);
            Ok(workers == 0)
        })
    }

    /// Goes on applying.
    pub fn resume(&self, stage: &Stage) -> Result<()> {
        let sql = format!("ALTER SUBSCRIPTION {} ENABLE", self.database);
        Ok(self.subscriber(stage)?.batch_execute(&sql)?)
    }

    /// Commits the sign that [`Replication::wait`] waits for.
    pub fn mark(&mut self, stage: &Stage) -> Result<()> {
        self.reached += 1;
        self.publisher(stage)?
            .execute("UPDATE marker SET reached = $1", &[&self.reached])?;
        Ok(())
    }

    /// Waits until everything before the last mark is here.
    pub fn wait(&self, stage: &Stage) -> Result<()> {
        let mut client = self.subscriber(stage)?;
        until(&mut client, "the subscriber catches up", |client| {
            let row = client.query_opt("SELECT reached FROM marker", &[])?;
            Ok(row.is_some_and(|row| row.get::<_, i64>(0) == self.reached))
        })
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        let database = &self.database;
        self.subscriber(stage)?
            .batch_execute(&format!("DROP SUBSCRIPTION {database}"))?;
        for mut server in [
            stage.publisher()?.connect("postgres")?,
            stage.upgrade("postgres")?,
        ] {
            server.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)"))?;
        }
        Ok(())
    }
}

fn until(
    client: &mut Client,
    what: &str,
    mut so: impl FnMut(&mut Client) -> Result<bool>,
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !so(client)? {
        if interrupt::happened() {
            bail!("interrupted");
        }
        if Instant::now() > deadline {
            bail!("in vain waited until {what}");
        }
        sleep(LOOK);
    }
    Ok(())
}
