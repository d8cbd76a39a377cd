//! The cache of roots: where it is, who may write in it now, and how a finished folder appears in it.
//!
//! Promises: a folder seen under its final name is complete; two runs at once make it once; a run killed in the middle
//! leaves only a temporary folder, which the next run removes. Called by `root` and `apt`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::account;

/// Written into a root when it is complete; a new number makes every machine build its roots again.
const MARKER: &str = "complete-1";

/// The cache directory: `$TANDEM_CACHE`, else `/var/cache/tandem` for root, else `tandem` in the user's cache directory.
pub fn dir() -> Result<PathBuf> {
    let dir = if let Some(dir) = std::env::var_os("TANDEM_CACHE") {
        std::path::absolute(PathBuf::from(dir))?
    } else if account::is_root() {
        PathBuf::from("/var/cache/tandem")
    } else if let Some(dir) = std::env::var_os("XDG_CACHE_HOME") {
        PathBuf::from(dir).join("tandem")
    } else {
        let home = std::env::var_os("HOME").context("neither TANDEM_CACHE nor HOME is set")?;
        PathBuf::from(home).join(".cache/tandem")
    };
    fs::create_dir_all(&dir)
        .with_context(|| format!("could not create directory \"{}\"", dir.display()))?;
    Ok(dir)
}

/// A lock between processes, held until it is dropped.
pub struct Lock(#[expect(dead_code, reason = "closing the file releases the lock")] File);

/// Waits for the lock on `path`, a file made for that purpose.
pub fn lock(path: &Path) -> Result<Lock> {
    let file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("could not open lock file \"{}\"", path.display()))?;
    file.lock()
        .with_context(|| format!("could not lock \"{}\"", path.display()))?;
    Ok(Lock(file))
}

/// The folder `name` of the cache; `make` fills it, given a temporary folder and the final path, when it is not there yet.
pub fn folder(name: &str, make: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<PathBuf> {
    let roots = dir()?.join("roots");
    fs::create_dir_all(&roots)?;
    let path = roots.join(name);
    if path.join(MARKER).exists() {
        return Ok(path);
    }
    let _lock = lock(&roots.join(format!("{name}.lock")))?;
    if path.join(MARKER).exists() {
        return Ok(path);
    }
    let fresh = roots.join(format!("{name}.new"));
    remove(&fresh)?;
    fs::create_dir_all(&fresh)?;
    make(&fresh, &path)?;
    fs::write(fresh.join(MARKER), "")?;
    remove(&path)?;
    fs::rename(&fresh, &path)
        .with_context(|| format!("could not move \"{}\" into place", path.display()))?;
    Ok(path)
}

fn remove(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        fs::remove_dir_all(path)
            .with_context(|| format!("could not remove \"{}\"", path.display()))?;
    }
    Ok(())
}
