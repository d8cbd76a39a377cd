//! Servers that belong to one test, for tests that kill or fill them.
//!
//! Promises: made of the same files as the shared pair; gone at the end of the test, and at the end of the run when the test itself was
//! killed (`cargo xtask test` removes every pair in its directory). Called by tests of faults.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xtask::servers::{Legacy, Pair, Upgrade, install_file, remove_pair};

use crate::ends::{Ends, test_dir};
use crate::pair;
use crate::upgrade_sql::literal;

/// A directory that `cargo xtask test` knows to be a pair's, complete or not.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Result<Self> {
        let dir = test_dir()?.join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("tandem-pair"), "")?;
        Ok(Self(dir))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = remove_pair(&self.0) {
            eprintln!("warning: {error:#}");
        }
    }
}

/// A legacy server of the shared pair's kind.
pub struct PrivateLegacy {
    /// The server.
    pub server: Legacy,
    _place: Place,
}

impl PrivateLegacy {
    /// Makes and starts one, with the plugin's library in place. `name` is short and used by no other test.
    pub fn new(name: &str) -> Result<Self> {
        let shared = pair::report()?;
        let place = Place::new(name)?;
        let engine = shared.legacy.engine.parse()?;
        let server = Legacy::create(&place.0.join("legacy"), engine, &[], true)?;
        install_file(
            &shared.legacy.library_dir.join("tandem.so"),
            &server.plugin_dir().join("tandem.so"),
        )?;
        Ok(Self {
            server,
            _place: place,
        })
    }

    /// This server with the shared upgrade server; the plugin is installed.
    pub fn ends(&self) -> Result<Ends> {
        let ends = Ends {
            legacy: self.server.endpoint()?,
            upgrade: pair::report()?.upgrade,
        };
        ends.install_plugin()?;
        Ok(ends)
    }
}

/// An upgrade server of the shared pair's kind.
pub struct PrivateUpgrade {
    /// The server.
    pub server: Upgrade,
    place: Place,
}

impl PrivateUpgrade {
    /// Makes and starts one, with the extension's files in place. `name` is short and used by no other test.
    pub fn new(name: &str) -> Result<Self> {
        let upgrade = Self::prepared(name)?;
        upgrade.server.start()?;
        Ok(upgrade)
    }

    /// As [`PrivateUpgrade::new`], but it does not run yet.
    pub fn prepared(name: &str) -> Result<Self> {
        let shared = Pair::open(&pair::report()?.dir)?.upgrade;
        let place = Place::new(name)?;
        let server = Upgrade::create(&place.0.join("upgrade"), shared.engine(), &[])?;
        install_file(
            &shared.library_dir().join("tandem.so"),
            &server.library_dir().join("tandem.so"),
        )?;
        for entry in fs::read_dir(shared.extension_dir())? {
            let path = entry?.path();
            let name = path.file_name().context("a file without a name")?;
            if name.to_string_lossy().starts_with("tandem") {
                install_file(&path, &server.extension_dir().join(name))?;
            }
        }
        Ok(Self { server, place })
    }

    /// This server with the shared legacy server.
    pub fn ends(&self) -> Result<Ends> {
        let shared = Ends::shared()?;
        Ok(Ends {
            upgrade: self.server.endpoint()?,
            ..shared
        })
    }

    /// A folder of the test, made by nobody yet.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.place.0.join(name)
    }

    /// Makes a tablespace in a new folder of `dir`, which the server may write to.
    pub fn make_tablespace(&self, name: &str, dir: &Path) -> Result<()> {
        let folder = dir.join(name);
        let mut client = self.server.connect("postgres")?;
        // The folder must belong to the account that the server runs as.
        let make = format!("mkdir -m 700 \"{}\"", folder.display());
        client.batch_execute(&format!("COPY (SELECT) TO PROGRAM {}", literal(&make)))?;
        let create = format!(
            "CREATE TABLESPACE {name} LOCATION {}",
            literal(&folder.display().to_string())
        );
        Ok(client.batch_execute(&create)?)
    }
}
