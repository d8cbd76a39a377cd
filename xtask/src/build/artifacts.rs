//! The files of both ends, and a pair of servers that has them.
//!
//! Promises: a file that is there already, byte for byte, is left alone; any other is replaced by a new file, so a running
//! server is never disturbed (and is told of, because it goes on with the old one). Called by `cargo xtask`, the demo, the benches.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Extension, extension, plugin};
use crate::servers::{Legacy, Pair, PairOptions, Upgrade, UpgradeEngine, install_file};

/// The plugin, and the extension for one PostgreSQL version.
#[derive(Clone, Debug)]
pub struct Artifacts {
    /// The plugin's library.
    pub plugin: PathBuf,
    /// The extension's files.
    pub extension: Extension,
}

impl Artifacts {
    /// Builds both ends.
    pub fn build(engine: UpgradeEngine) -> Result<Self> {
        Ok(Self {
            plugin: plugin()?,
            extension: extension(engine)?,
        })
    }

    /// Installs the plugin and the extension into the two servers' own folders.
    pub fn install(&self, legacy: &Legacy, upgrade: &Upgrade) -> Result<()> {
        let replaced = install(&self.plugin, &legacy.plugin_dir().join("tandem.so"))?;
        if replaced && legacy.pid().is_ok() {
            eprintln!(
                "the running {} server goes on with the plugin it has loaded",
                legacy.engine()
            );
        }
        let Extension {
            library,
            control,
            script,
        } = &self.extension;
        let folder = upgrade.extension_dir();
        let replaced = install(library, &upgrade.library_dir().join("tandem.so"))?
            | install(script, &folder.join(script.file_name().unwrap_or_default()))?
            | install(control, &folder.join("tandem.control"))?;
        if replaced && upgrade.pid().is_ok() {
            eprintln!(
                "the running PostgreSQL {} server goes on with the library it has loaded",
                upgrade.engine()
            );
        }
        Ok(())
    }
}

/// Brings up a pair that has both ends' files, or, with `TANDEM_UP_BARE=1` in the environment, bare servers.
pub fn up(dir: &Path, options: &PairOptions) -> Result<Pair> {
    if std::env::var_os("TANDEM_UP_BARE").is_some_and(|value| value == "1") {
        return Pair::up(dir, options, |_, _| Ok(()));
    }
    let artifacts = Artifacts::build(options.upgrade)?;
    Pair::up(dir, options, |legacy, upgrade| {
        artifacts.install(legacy, upgrade)
    })
}

/// Installs one file; returns whether it took the place of another one.
fn install(from: &Path, to: &Path) -> Result<bool> {
    if fs::read(to).is_ok_and(|old| fs::read(from).is_ok_and(|new| old == new)) {
        return Ok(false);
    }
    let replaced = to.exists();
    install_file(from, to)?;
    Ok(replaced)
}
