//! `cargo xtask dist`: a Debian package for each end.
//!
//! Promises: `postgresql-NN-tandem` for each PostgreSQL version and `tandem-mysql-plugin`, under `target/dist`, each checked
//! to put its files where the servers look for them. Nothing is installed. Called by `cargo xtask`.

mod check;
mod package;

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::build::{self, Extension};
use crate::servers::UpgradeEngine;
use package::Package;

/// Where MySQL's and MariaDB's Debian packages look for plugins.
const PLUGIN_DIR: &str = "usr/lib/mysql/plugin";

/// Builds the packages and returns their files.
pub fn dist(engines: &[UpgradeEngine]) -> Result<Vec<PathBuf>> {
    let folder = build::target_dir().join("dist");
    fs::create_dir_all(&folder)?;
    let mut built = vec![plugin_package()?.build(&folder)?];
    check::plugin(&built[0])?;
    for &engine in engines {
        let archive = extension_package(engine, &build::extension(engine)?).build(&folder)?;
        check::extension(&archive, engine)?;
        built.push(archive);
    }
    Ok(built)
}

fn plugin_package() -> Result<Package> {
    Ok(Package {
        name: "tandem-mysql-plugin".to_string(),
        // Nothing stronger: where the server comes from elsewhere, no second one must be pulled in.
        relations: vec![("Suggests", "mysql-server | mariadb-server".to_string())],
        summary: "legacy end of Tandem: plugin for MySQL and MariaDB".to_string(),
        text: "Rings when a transaction that changed a mapped table has committed, so that a PostgreSQL\n \
               server with the extension of the same name follows at once. Install it in the server\n \
               with INSTALL PLUGIN tandem SONAME 'tandem.so'."
            .to_string(),
        files: vec![(build::plugin()?, format!("{PLUGIN_DIR}/tandem.so"))],
    })
}

fn extension_package(engine: UpgradeEngine, extension: &Extension) -> Package {
    let share = format!("usr/share/postgresql/{engine}/extension");
    let script = extension
        .script
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    Package {
        name: format!("postgresql-{engine}-tandem"),
        relations: vec![("Depends", format!("postgresql-{engine}"))],
        summary: format!("upgrade end of Tandem: extension for PostgreSQL {engine}"),
        text: "Brings a live MySQL or MariaDB database into PostgreSQL and keeps it in step.\n \
               Install it in a database with CREATE EXTENSION tandem."
            .to_string(),
        files: vec![
            (
                extension.library.clone(),
                format!("usr/lib/postgresql/{engine}/lib/tandem.so"),
            ),
            (extension.control.clone(), format!("{share}/tandem.control")),
            (extension.script.clone(), format!("{share}/{script}")),
        ],
    }
}
