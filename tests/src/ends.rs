//! The two servers of a test.
//!
//! Promises: no test has servers without `TANDEM_TEST_PAIR`; the plugin is installed; every connection has a bound on how long a
//! statement may take, so a test that hangs fails. Called by `link` and the tests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use mysql::{Conn, OptsBuilder};
use postgres::{Client, Config, NoTls};
use xtask::servers::Endpoint;

use crate::pair;

/// Longest time of one statement.
const STATEMENT: Duration = Duration::from_secs(2_000);

/// A legacy server and an upgrade server.
#[derive(Clone, Debug)]
pub struct Ends {
    /// The legacy server.
    pub legacy: Endpoint,
    /// The upgrade server.
    pub upgrade: Endpoint,
}

impl Ends {
    /// The pair that other tests use at the same time.
    pub fn shared() -> Result<Self> {
        let report = pair::report()?;
        let ends = Self {
            legacy: report.legacy,
            upgrade: report.upgrade,
        };
        ends.install_plugin()?;
        Ok(ends)
    }

    /// Installs the plugin unless it is there.
    pub fn install_plugin(&self) -> Result<()> {
        pair::install(&mut self.legacy("")?)
    }

    /// Whether the legacy server is MySQL; otherwise it is MariaDB.
    pub fn is_mysql(&self) -> bool {
        self.legacy.engine.starts_with("mysql")
    }

    /// A connection to the legacy server as its root; no database when `database` is empty.
    pub fn legacy(&self, database: &str) -> Result<Conn> {
        let options = OptsBuilder::new()
            .socket(Some(self.legacy.socket.to_string_lossy()))
            .user(Some("root"))
            .read_timeout(Some(STATEMENT))
            .db_name((!database.is_empty()).then_some(database));
        Conn::new(options).context("could not connect to the legacy server")
    }

    /// A connection to the legacy server as any account, over TCP.
    pub fn legacy_as(&self, user: &str, password: &str, database: &str) -> Result<Conn> {
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(&self.legacy.host))
            .tcp_port(self.legacy.port)
            .prefer_socket(false)
            .user(Some(user))
            .pass(Some(password))
            .read_timeout(Some(STATEMENT))
            .db_name((!database.is_empty()).then_some(database));
        Ok(Conn::new(options)?)
    }

    /// A connection to the upgrade server as its superuser.
    pub fn upgrade(&self, database: &str) -> Result<Client> {
        let mut config = Config::new();
        config
            .host_path(&self.upgrade.socket)
            .port(self.upgrade.port)
            .user(&self.upgrade.user)
            .dbname(database)
            .connect_timeout(Duration::from_secs(10))
            .options(&format!("-c statement_timeout={}", STATEMENT.as_millis()));
        config
            .connect(NoTls)
            .context("could not connect to the upgrade server")
    }

    /// Where both servers write their logs.
    pub fn logs(&self) -> [&Path; 2] {
        [&self.legacy.log, &self.upgrade.log]
    }
}

/// Where tests may make servers of their own: `TANDEM_TEST_DIR`, or the shared pair's directory. Both are removed at the end.
pub fn test_dir() -> Result<PathBuf> {
    match std::env::var_os("TANDEM_TEST_DIR") {
        Some(dir) => Ok(PathBuf::from(dir)),
        None => Ok(pair::report()?.dir),
    }
}
