//! The servers that everybody uses in turns.
//!
//! Promises: a pair as `cargo xtask up` makes it, with more memory and a checkpoint distance that a bulk load does not reach;
//! both sides are the same for every contender. Called by the scenarios and the contenders.

use std::cell::OnceCell;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use postgres::Client;

use super::place::Place;
use crate::build;
use crate::servers::{Endpoint, Legacy, LegacyEngine, Pair, PairOptions, Upgrade, UpgradeEngine};

/// Settings of the legacy server besides those that `cargo xtask up` makes.
const LEGACY_SETTINGS: [(&str, &str); 3] = [
    ("innodb_buffer_pool_size", "1G"),
    ("loose_innodb_redo_log_capacity", "2G"),
    ("max_connections", "600"),
];
/// Settings of PostgreSQL servers.
const UPGRADE_SETTINGS: [(&str, &str); 7] = [
    ("shared_buffers", "1GB"),
    ("max_wal_size", "16GB"),
    ("checkpoint_timeout", "1h"),
    ("max_worker_processes", "120"),
    ("max_replication_slots", "10"),
    ("autovacuum", "off"),
    // Else a subscription that is enabled again on PostgreSQL 15 waits for seconds before it begins.
    ("wal_retrieve_retry_interval", "100ms"),
];

/// The servers of a run.
pub struct Stage {
    pair: Pair,
    legacy: Endpoint,
    upgrade: Endpoint,
    publisher: OnceCell<Upgrade>,
    place: Place,
}

impl Stage {
    /// Builds what is not built and brings up a pair, the plugin installed, with or without a replica of the legacy server.
    pub fn up(legacy: LegacyEngine, upgrade: UpgradeEngine, replica: bool) -> Result<Self> {
        let place = Place::new()?;
        let options = PairOptions {
            legacy,
            upgrade,
            replica,
            legacy_settings: owned(&LEGACY_SETTINGS),
            upgrade_settings: owned(&UPGRADE_SETTINGS),
            ..PairOptions::default()
        };
        let pair = build::up(&place.pair(), &options)?;
        let report = pair.report()?;
        let stage = Self {
            pair,
            legacy: report.legacy,
            upgrade: report.upgrade,
            publisher: OnceCell::new(),
            place,
        };
        stage
            .legacy("")?
            .query_drop("INSTALL PLUGIN tandem SONAME 'tandem.so'")?;
        Ok(stage)
    }

    /// A connection to the legacy server as its root; to no database when `database` is empty.
    pub fn legacy(&self, database: &str) -> Result<Conn> {
        let options = OptsBuilder::new()
            .socket(Some(self.legacy.socket.to_string_lossy()))
            .user(Some("root"))
            .db_name((!database.is_empty()).then_some(database));
        Conn::new(options).context("could not connect to the legacy server")
    }

    /// A connection to the upgrade server as its superuser.
    pub fn upgrade(&self, database: &str) -> Result<Client> {
        self.pair
            .upgrade
            .connect(database)
            .context("could not connect to the upgrade server")
    }

    /// The upgrade server itself.
    pub fn upgrade_server(&self) -> &Upgrade {
        &self.pair.upgrade
    }

    /// The replica of the legacy server.
    pub fn replica(&self) -> Result<&Legacy> {
        self.pair.replica.as_ref().context("there is no replica")
    }

    /// How to reach the legacy server.
    pub fn legacy_end(&self) -> &Endpoint {
        &self.legacy
    }

    /// How to reach the upgrade server.
    pub fn upgrade_end(&self) -> &Endpoint {
        &self.upgrade
    }

    /// Whether the legacy server is MySQL; otherwise it is MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.pair.legacy.engine().is_mysql()
    }

    /// A PostgreSQL server like the upgrade one, in the place of a legacy server; made when first asked for.
    pub fn publisher(&self) -> Result<&Upgrade> {
        if let Some(publisher) = self.publisher.get() {
            return Ok(publisher);
        }
        let engine = self.pair.upgrade.engine();
        let publisher =
            Upgrade::create(&self.place.publisher(), engine, &owned(&UPGRADE_SETTINGS))?;
        publisher.start()?;
        Ok(self.publisher.get_or_init(|| publisher))
    }

    /// Makes a database on the upgrade server, with the extension.
    pub fn upgrade_database(&self, name: &str) -> Result<()> {
        self.upgrade("postgres")?
            .batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(self
            .upgrade(name)?
            .batch_execute("CREATE EXTENSION tandem")?)
    }

    /// Removes a database, which has no link any more, from the upgrade server.
    pub fn drop_upgrade_database(&self, name: &str) -> Result<()> {
        let sql = format!("DROP DATABASE {name} WITH (FORCE)");
        Ok(self.upgrade("postgres")?.batch_execute(&sql)?)
    }

    /// Makes a database on the legacy server.
    pub fn legacy_database(&self, name: &str) -> Result<()> {
        let sql = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4");
        Ok(self.legacy("")?.query_drop(sql)?)
    }

    /// Removes a database from the legacy server.
    pub fn drop_legacy_database(&self, name: &str) -> Result<()> {
        Ok(self
            .legacy("")?
            .query_drop(format!("DROP DATABASE {name}"))?)
    }

    /// A file that the servers can read.
    pub fn file(&self, name: &str) -> PathBuf {
        self.place.file(name)
    }

    /// Writes to disk what is still to be written, so that one contender does not pay for another.
    pub fn settle(&self) -> Result<()> {
        self.upgrade("postgres")?.batch_execute("CHECKPOINT")?;
        if let Some(publisher) = self.publisher.get() {
            publisher.connect("postgres")?.batch_execute("CHECKPOINT")?;
        }
        Ok(())
    }

    /// The main processes of the servers.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let mut pids = vec![self.pair.legacy.pid()?, self.pair.upgrade.pid()?];
        if let Some(publisher) = self.publisher.get() {
            pids.push(publisher.pid()?);
        }
        if let Some(replica) = &self.pair.replica {
            pids.push(replica.pid()?);
        }
        Ok(pids)
    }

    /// The main process of the legacy server.
    pub fn legacy_process(&self) -> Result<u32> {
        self.pair.legacy.pid()
    }

    /// Name and version of the legacy server.
    pub fn legacy_version(&self) -> String {
        let ask = || -> Result<String> {
            let version: Option<String> = self.legacy("")?.query_first("SELECT VERSION()")?;
            version.context("no version")
        };
        let name = if self.is_mysql() { "MySQL" } else { "MariaDB" };
        ask().map_or_else(
            |_| self.legacy.engine.clone(),
            |version| format!("{name} {version}"),
        )
    }

    /// Name and version of the upgrade server.
    pub fn upgrade_version(&self) -> String {
        let ask = || -> Result<String> {
            let row = self
                .upgrade("postgres")?
                .query_one("SELECT split_part(version(), ' (', 1)", &[])?;
            Ok(row.get(0))
        };
        ask().unwrap_or_else(|_| format!("PostgreSQL {}", self.upgrade.engine))
    }
}

/// Fails unless two things that should be equal are.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should: &T) -> Result<()> {
    if is != should {
        bail!("{what}: {is:?} instead of {should:?}");
    }
    Ok(())
}

fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings
        .iter()
        .map(|(name, value)| ((*name).to_string(), (*value).to_string()))
        .collect()
}
