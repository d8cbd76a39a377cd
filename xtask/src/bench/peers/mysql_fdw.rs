//! mysql_fdw, an extension of PostgreSQL with foreign tables that lie in MySQL or MariaDB.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::bench::stage::Stage;
use crate::servers::{Root, UpgradeEngine, capture, install_file};

/// The schema of the foreign tables.
pub const SCHEMA: &str = "fdw";

/// Fetches the extension and installs it into the upgrade server's own folders.
pub fn install(stage: &Stage) -> Result<()> {
    if stage.is_mysql() {
        bail!(
            "its client library looks for MySQL's way to ask for passwords in the system's folders only"
        );
    }
    let upgrade = stage.upgrade_server();
    let root = root(upgrade.engine())?;
    let (major, place) = (upgrade.engine().major(), root.path());
    let library = place.join(format!("usr/lib/postgresql/{major}/lib/mysql_fdw.so"));
    let client = fs::read_dir(place.join("usr/lib"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("libmysqlclient.so").exists())
        .context("the packages have no client library")?;
    let copy = stage.file("mysql_fdw.so");
    install_file(&library, &copy)?;
    // It loads the client library by its name alone, so it has to be told where that is.
    capture(
        Command::new("patchelf")
            .args(["--force-rpath", "--set-rpath"])
            .arg(client)
            .arg(&copy),
    )?;
    install_file(&copy, &upgrade.library_dir().join("mysql_fdw.so"))?;
    let scripts = place.join(format!("usr/share/postgresql/{major}/extension"));
    for entry in fs::read_dir(scripts)? {
        let entry = entry?;
        let target = upgrade.extension_dir().join(entry.file_name());
        if entry.file_name().to_string_lossy().starts_with("mysql_fdw") {
            install_file(&entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Makes foreign tables of all tables of a legacy database.
pub fn import(stage: &Stage, legacy: &str, upgrade: &str) -> Result<()> {
    let end = stage.legacy_end();
    let sql = format!(
        "CREATE EXTENSION mysql_fdw;
         CREATE SERVER {SCHEMA} FOREIGN DATA WRAPPER mysql_fdw OPTIONS (host '{}', port '{}');
         CREATE USER MAPPING FOR CURRENT_USER SERVER {SCHEMA} OPTIONS (username '{}', password '{}');
         CREATE SCHEMA {SCHEMA};
         IMPORT FOREIGN SCHEMA {legacy} FROM SERVER {SCHEMA} INTO {SCHEMA}",
        end.host, end.port, end.user, end.password
    );
    Ok(stage.upgrade(upgrade)?.batch_execute(&sql)?)
}

fn root(engine: UpgradeEngine) -> Result<Root> {
    match engine {
        UpgradeEngine::Pg15 => Root::of_packages(
            "peer-mysql-fdw-15",
            &["bookworm"],
            &["postgresql-15-mysql-fdw"],
            "2.",
            &[],
        ),
        UpgradeEngine::Pg17 => Root::of_packages(
            "peer-mysql-fdw-17",
            &["trixie"],
            &["postgresql-17-mysql-fdw"],
            "2.",
            &[],
        ),
        UpgradeEngine::Pg18 => Root::of_packages(
            "peer-mysql-fdw-18",
            &["sid", "forky"],
            &["postgresql-18-mysql-fdw"],
            "2.",
            &[],
        ),
        UpgradeEngine::Pg16 => bail!("no suite has it for PostgreSQL 16"),
    }
}
