//! A legacy server and an upgrade server in one directory, with a replica and a standby when asked for.
//!
//! Promises: bringing a pair up again starts what does not run and changes nothing else; removing it leaves nothing.
//! Called by `cargo xtask up` and `down`, by the tests, the demo and the benches.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::engine::{LegacyEngine, UpgradeEngine};
use super::legacy::Legacy;
use super::report::Report;
use super::upgrade::Upgrade;
use super::{cache, home, replica, standby};

/// Names of the folders of a pair.
const MEMBERS: [&str; 4] = ["standby", "replica", "upgrade", "legacy"];
/// A file that tells a pair's directory from any other.
const MARKER: &str = "tandem-pair";

/// What a pair is to consist of.
#[derive(Clone, Debug)]
pub struct PairOptions {
    /// The legacy server.
    pub legacy: LegacyEngine,
    /// The upgrade server.
    pub upgrade: UpgradeEngine,
    /// Whether to have a replica of the legacy server.
    pub replica: bool,
    /// Whether to have a physical standby of the upgrade server.
    pub standby: bool,
    /// Settings added to a new legacy server's option file.
    pub legacy_settings: Vec<(String, String)>,
    /// Settings added to a new upgrade server's configuration.
    pub upgrade_settings: Vec<(String, String)>,
}

impl Default for PairOptions {
    fn default() -> Self {
        Self {
            legacy: LegacyEngine::Mysql97,
            upgrade: UpgradeEngine::Pg18,
            replica: false,
            standby: false,
            legacy_settings: Vec::new(),
            upgrade_settings: Vec::new(),
        }
    }
}

/// A pair of servers.
#[derive(Debug)]
pub struct Pair {
    dir: PathBuf,
    /// The legacy server.
    pub legacy: Legacy,
    /// The upgrade server.
    pub upgrade: Upgrade,
    /// A replica of the legacy server.
    pub replica: Option<Legacy>,
    /// A physical standby of the upgrade server.
    pub standby: Option<Upgrade>,
}

impl Pair {
    /// Makes what is missing in `dir`, calls `install` to put files in place, and starts what does not run. Members that
    /// are there already stay as they are; an engine other than theirs is refused.
    pub fn up(
        dir: &Path,
        options: &PairOptions,
        install: impl Fn(&Legacy, &Upgrade) -> Result<()>,
    ) -> Result<Self> {
        let dir = std::path::absolute(dir)?;
        fs::create_dir_all(&dir)?;
        let _lock = cache::lock(&dir.join(MARKER))?;
        let legacy = match Legacy::open(&dir.join("legacy"))? {
            Some(legacy) if legacy.engine() == options.legacy => legacy,
            Some(legacy) => bail!(
                "\"{}\" has a {} server, not {}",
                dir.display(),
                legacy.engine(),
                options.legacy
            ),
            None => Legacy::create(
                &dir.join("legacy"),
                options.legacy,
                &options.legacy_settings,
                true,
            )?,
        };
        let upgrade = match Upgrade::open(&dir.join("upgrade"))? {
            Some(upgrade) if upgrade.engine() == options.upgrade => upgrade,
            Some(upgrade) => {
                bail!(
                    "\"{}\" has a PostgreSQL {} server, not {}",
                    dir.display(),
                    upgrade.engine(),
                    options.upgrade
                )
            }
            None => Upgrade::create(
                &dir.join("upgrade"),
                options.upgrade,
                &options.upgrade_settings,
            )?,
        };
        install(&legacy, &upgrade)?;
        legacy.start()?;
        upgrade.start()?;
        let mut pair = Self {
            dir,
            legacy,
            upgrade,
            replica: None,
            standby: None,
        };
        pair.stand_by(options, install)?;
        Ok(pair)
    }

    /// Opens the pair in `dir` as it is; starts nothing.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = std::path::absolute(dir)?;
        match (
            Legacy::open(&dir.join("legacy"))?,
            Upgrade::open(&dir.join("upgrade"))?,
        ) {
            (Some(legacy), Some(upgrade)) => {
                let replica = Legacy::open(&dir.join("replica"))?;
                let standby = Upgrade::open(&dir.join("standby"))?;
                Ok(Self {
                    dir,
                    legacy,
                    upgrade,
                    replica,
                    standby,
                })
            }
            _ => bail!("there is no pair of servers in \"{}\"", dir.display()),
        }
    }

    /// Stops every member cleanly.
    pub fn stop(&self) -> Result<()> {
        self.standby.iter().try_for_each(Upgrade::stop)?;
        self.replica.iter().try_for_each(Legacy::stop)?;
        self.upgrade.stop()?;
        self.legacy.stop()
    }

    /// What `cargo xtask up` prints; every member must be running.
    pub fn report(&self) -> Result<Report> {
        Ok(Report {
            dir: self.dir.clone(),
            legacy: self.legacy.endpoint()?,
            upgrade: self.upgrade.endpoint()?,
            replica: self.replica.as_ref().map(Legacy::endpoint).transpose()?,
            standby: self.standby.as_ref().map(Upgrade::endpoint).transpose()?,
        })
    }

    /// Makes and starts the replica and the standby that are asked for or were made before.
    fn stand_by(
        &mut self,
        options: &PairOptions,
        install: impl Fn(&Legacy, &Upgrade) -> Result<()>,
    ) -> Result<()> {
        let dir = self.dir.join("replica");
        self.replica = match Legacy::open(&dir)? {
            None if options.replica => Some(replica::create(&dir, &self.legacy)?),
            known => known,
        };
        let dir = self.dir.join("standby");
        self.standby = match Upgrade::open(&dir)? {
            None if options.standby => Some(standby::create(&dir, &self.upgrade)?),
            known => known,
        };
        install(
            self.replica.as_ref().unwrap_or(&self.legacy),
            self.standby.as_ref().unwrap_or(&self.upgrade),
        )?;
        self.replica.iter().try_for_each(Legacy::start)?;
        self.standby.iter().try_for_each(Upgrade::start)
    }
}

/// Stops the servers in `dir`, complete or not, and removes the directory. Refuses a directory that is not a pair's.
pub fn remove(dir: &Path) -> Result<()> {
    let dir = std::path::absolute(dir)?;
    if !dir.join(MARKER).exists() {
        bail!("there is no pair of servers in \"{}\"", dir.display());
    }
    let _lock = cache::lock(&dir.join(MARKER))?;
    for member in MEMBERS {
        home::remove(&dir.join(member))?;
    }
    fs::remove_dir_all(&dir)?;
    Ok(())
}

/// Removes every pair in the folders directly in `dir`.
pub fn remove_pairs_in(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.join(MARKER).exists() {
            remove(&path)?;
        }
    }
    Ok(())
}
