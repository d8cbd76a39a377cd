//! The directory of a run.
//!
//! Promises: what is in it is stopped and removed when the run ends, unless it is to be kept; runs that were killed are cleared
//! away by the next one; a directory that was there before is never used. Called by `demo`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail};

use crate::build;
use crate::servers::{alive, remove_pair};

/// Beginning of the name of a directory; the number of the run's process follows.
const PREFIX: &str = "tandem-demo-";
/// The same for directories that are to be kept.
const KEPT_PREFIX: &str = "tandem-demo-kept-";

/// A directory for a pair of servers.
pub struct Place {
    dir: PathBuf,
    keep: bool,
}

impl Place {
    /// Makes the directory: the one given, or a new one for temporary files.
    pub fn new(dir: Option<&Path>, keep: bool) -> Result<Self> {
        let dir = match dir {
            Some(dir) => std::path::absolute(dir)?,
            None => {
                let prefix = if keep { KEPT_PREFIX } else { PREFIX };
                std::env::temp_dir().join(format!("{prefix}{}", std::process::id()))
            }
        };
        if dir.exists() {
            bail!(
                "directory \"{}\" exists; if it is a demo's, end that with: cargo xtask down --dir {}",
                dir.display(),
                dir.display()
            );
        }
        let failed = || format!("could not create directory \"{}\"", dir.display());
        fs::create_dir_all(&dir).with_context(failed)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).with_context(failed)?;
        // Kept only when the story has come to its end.
        Ok(Self { dir, keep: false })
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Leaves everything as it is when the run ends.
    pub fn keep(&mut self) {
        self.keep = true;
    }

    /// Stops the servers and removes everything, unless it is to be kept.
    pub fn clear(&mut self) -> Result<()> {
        if self.keep || !self.dir.exists() {
            return Ok(());
        }
        remove(&self.dir)
    }

    /// Copies the servers' logs to a place that stays; returns where they are.
    pub fn keep_logs(&self) -> Result<Vec<PathBuf>> {
        let name = self.dir.file_name().unwrap_or_default();
        let target = build::own_dir("logs")?.join(name);
        let mut kept = Vec::new();
        for member in ["legacy", "upgrade"] {
            let Ok(entries) = fs::read_dir(self.dir.join(member).join("log")) else {
                continue;
            };
            fs::create_dir_all(target.join(member))?;
            for entry in entries {
                let entry = entry?;
                let copy = target.join(member).join(entry.file_name());
                fs::copy(entry.path(), &copy)?;
                kept.push(copy);
            }
        }
        Ok(kept)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            warn(&error);
        }
    }
}

/// Removes what runs that were killed have left behind.
pub fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let run = name
            .strip_prefix(PREFIX)
            .and_then(|number| number.parse().ok());
        if run.is_some_and(|pid| !alive(pid))
            && let Err(error) = remove(&path)
        {
            warn(&error);
        }
    }
}

/// Removes a pair's directory, or an empty one: before there is a pair, there is nothing in it.
fn remove(dir: &Path) -> Result<()> {
    if fs::remove_dir(dir).is_ok() {
        return Ok(());
    }
    remove_pair(dir).with_context(|| {
        format!(
            "could not stop what runs in \"{}\" and remove it",
            dir.display()
        )
    })
}

fn warn(error: &Error) {
    // The terminal may have gone.
    let _ = writeln!(io::stderr(), "warning: {error:#}");
}
