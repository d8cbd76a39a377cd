//! A row-based replica of a legacy server.
//!
//! Promises: it starts from the source's first binary log, so it has everything the source ever committed; it is read only.
//! Called by `pair`.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use mysql::prelude::Queryable;

use super::legacy::{ADMIN, Legacy};
use super::process::LOOK_INTERVAL;

/// Longest time the replica may take to have the accounts of its source.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a replica of `source` in `dir` and waits until the source's accounts have arrived.
pub fn create(dir: &Path, source: &Legacy) -> Result<Legacy> {
    let settings = [("read_only".to_string(), "ON".to_string())];
    let mut replica = Legacy::create(dir, source.engine(), &settings, false)?;
    replica.home.facts.password = source.home.facts.password.clone();
    replica.home.remember()?;
    attach(&replica, source)?;
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = replica.connect(None) {
        if Instant::now() > deadline {
            bail!(
                "the replica did not catch up: {error}; see \"{}\"",
                replica.log_path().display()
            );
        }
        sleep(LOOK_INTERVAL);
    }
    Ok(replica)
}

fn attach(replica: &Legacy, source: &Legacy) -> Result<()> {
    let mut root = replica.connect_as_root()?;
    let (port, password) = (source.port(), &source.home.facts.password);
    if source.engine().is_mysql() {
        root.query_drop(format!(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {port}, SOURCE_USER = '{ADMIN}', \
             SOURCE_PASSWORD = '{password}', SOURCE_SSL = 1, SOURCE_LOG_FILE = 'binlog.000001', SOURCE_LOG_POS = 4"
        ))?;
        root.query_drop("START REPLICA")?;
    } else {
        root.query_drop(format!(
            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {port}, MASTER_USER = '{ADMIN}', \
             MASTER_PASSWORD = '{password}', MASTER_LOG_FILE = 'binlog.000001', MASTER_LOG_POS = 4"
        ))?;
        root.query_drop("START SLAVE")?;
    }
    Ok(())
}
