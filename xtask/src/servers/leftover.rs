//! What a killed server leaves behind: processes on their way out, and lock files that name them.
//!
//! Promises: a lock file goes only when no process works in the data directory any more. A new server would refuse to
//! start while the old one's number is taken, be it by a zombie that nobody collects. Called before a server starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::process::{LOOK_INTERVAL, alive};

/// Waits until nothing works in `data_dir`, then removes the `lock_files` of a server that has gone.
pub fn clear(data_dir: &Path, lock_files: &[PathBuf], timeout: Duration) -> Result<()> {
    if !lock_files.iter().any(|file| file.exists()) {
        return Ok(());
    }
    let deadline = Instant::now() + timeout;
    while let Some(pid) = worker_in(data_dir) {
        if Instant::now() > deadline {
            bail!("process {pid} still works in \"{}\"", data_dir.display());
        }
        sleep(LOOK_INTERVAL);
    }
    for file in lock_files.iter().filter(|file| file.exists()) {
        fs::remove_file(file)
            .with_context(|| format!("could not remove \"{}\"", file.display()))?;
    }
    Ok(())
}

/// A live process whose working directory is `dir`, as a server's is its data directory.
fn worker_in(dir: &Path) -> Option<u32> {
    fs::read_dir("/proc").ok()?.find_map(|entry| {
        let entry = entry.ok()?;
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let works_there = fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == dir);
        (works_there && alive(pid)).then_some(pid)
    })
}
