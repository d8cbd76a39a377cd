//! Building the extension for one PostgreSQL version.
//!
//! Promises: three files, set aside under the version and the profile: the library, the control file and the script. Needs
//! no cargo-pgrx: the headers come from the server's root, and the script is written by hand. Called by `artifacts` and `dist`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{cargo, freshness, script};
use crate::servers::{Root, UpgradeEngine, install_file, need_for_building};

/// The files of the extension for one PostgreSQL version.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Installed as `tandem.so`.
    pub library: PathBuf,
    /// Installed as `tandem.control`.
    pub control: PathBuf,
    /// Installed under its own name, `tandem--VERSION.sql`.
    pub script: PathBuf,
}

/// Builds the extension for `engine`, or takes what was set aside when no source has changed since.
pub fn extension(engine: UpgradeEngine) -> Result<Extension> {
    let _lock = cargo::build_lock()?;
    let dir = cargo::own_dir(&format!("{}/pg{engine}", cargo::profile()))?;
    let (version, text) = script::compose(&cargo::workspace().join("pg_ext"))?;
    let files = Extension {
        library: dir.join("tandem.so"),
        control: dir.join("tandem.control"),
        script: dir.join(format!("tandem--{version}.sql")),
    };
    let (stamp_path, stamp) = (
        dir.join("stamp"),
        freshness::of_extension(&features(engine))?,
    );
    if files.library.exists() && fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) {
        return Ok(files);
    }
    cargo::build("tandem", &features(engine), &environment(engine)?)
        .with_context(|| format!("could not build the extension for PostgreSQL {engine}"))?;
    install_file(&cargo::built("libtandem.so"), &files.library)?;
    install_file(
        &cargo::workspace().join("pg_ext/tandem.control"),
        &files.control,
    )?;
    fs::write(&files.script, text)?;
    fs::write(stamp_path, stamp)?;
    Ok(files)
}

/// A command that runs the lints on the extension, which needs the headers of `engine`.
pub fn lint(engine: UpgradeEngine) -> Result<Command> {
    let environment = environment(engine)?;
    let mut command = cargo::command();
    command
        .args(["clippy", "-p", "tandem"])
        .args(features(engine))
        .envs(environment)
        .args(["--", "-D", "warnings"]);
    Ok(command)
}

/// What pgrx reads to find the server's headers. Without a file named `config.toml` in its home it builds anew every time.
fn environment(engine: UpgradeEngine) -> Result<[(&'static str, PathBuf); 2]> {
    need_for_building()?;
    let pg_config = Root::upgrade(engine)?.pg_config(engine);
    let home = cargo::own_dir("pgrx")?;
    if !home.join("config.toml").exists() {
        fs::write(home.join("config.toml"), "")?;
    }
    Ok([("PGRX_PG_CONFIG_PATH", pg_config), ("PGRX_HOME", home)])
}

fn features(engine: UpgradeEngine) -> [String; 3] {
    [
        "--no-default-features".to_string(),
        "--features".to_string(),
        format!("pg{engine}"),
    ]
}
