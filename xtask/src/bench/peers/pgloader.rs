//! pgloader, a program that copies a MySQL or MariaDB database into PostgreSQL.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::bench::stage::Stage;
use crate::servers::Root;

/// The schema that it copies into.
pub const SCHEMA: &str = "pgloader";
/// Beginnings of the names of the libraries that belong to the system's own loader and must be its own.
const OF_LOADER: [&str; 12] = [
    "ld-linux",
    "libc.so",
    "libc-",
    "libm.so",
    "libmvec",
    "libdl",
    "libpthread",
    "librt",
    "libresolv",
    "libnss",
    "libutil",
    "libBrokenLocale",
];

/// Fetches it; a command that copies the legacy database into the upgrade one, with pgloader's defaults.
pub fn command(stage: &Stage, legacy: &str, upgrade: &str) -> Result<Command> {
    if stage.is_mysql() {
        bail!("it does not know how MySQL asks for passwords since 8.0 (caching_sha2_password)");
    }
    let root = Root::of_packages("peer-pgloader", &["bookworm"], &["pgloader"], "3.6.", &[])?;
    let libraries = libraries(stage, root.path())?;
    let script = stage.file(&format!("{legacy}.load"));
    fs::write(&script, instructions(stage, legacy, upgrade))?;
    // Its image is a part of the program's file, which therefore must stay as it is: its libraries are named from outside.
    let mut command = Command::new(root.path().join("usr/bin/pgloader"));
    command
        .env("LD_LIBRARY_PATH", libraries)
        .arg("--root-dir")
        .arg(stage.file("pgloader"))
        .arg(script);
    Ok(command)
}

fn instructions(stage: &Stage, legacy: &str, upgrade: &str) -> String {
    let (from, to) = (stage.legacy_end(), stage.upgrade_end());
    format!(
        "LOAD DATABASE FROM mysql://{}:{}@{}:{}/{legacy} INTO postgresql://{}:{}@{}:{}/{upgrade}\n\
         ALTER SCHEMA '{legacy}' RENAME TO '{SCHEMA}';\n",
        from.user, from.password, from.host, from.port, to.user, to.password, to.host, to.port
    )
}

/// A folder with links to the root's libraries, but for those of the system's loader.
fn libraries(stage: &Stage, root: &Path) -> Result<PathBuf> {
    let folder = stage.file("pgloader-libraries");
    if folder.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    let loader = fs::read_dir(root.join("usr/lib"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("libc.so.6").exists())
        .context("the packages have no libraries")?;
    for entry in fs::read_dir(loader)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let text = name.to_string_lossy();
        let foreign = OF_LOADER.iter().any(|begin| text.starts_with(begin));
        if text.contains(".so") && !foreign && path.is_file() {
            symlink(&path, folder.join(&name))?;
        }
    }
    Ok(folder)
}
