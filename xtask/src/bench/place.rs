//! The directory of a run: the servers and their files.
//!
//! Promises: everything in it is stopped and removed when the run ends, at once when it is interrupted; what a killed run
//! left behind is removed by the next one. Called by `stage`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::interrupt;
use crate::servers::{Upgrade, alive, remove_pairs_in};

/// Beginning of a directory's name; the number of the run's process follows.
const PREFIX: &str = "tandem-bench-";
/// Folder of the pair.
const PAIR: &str = "pair";
/// Folder of a PostgreSQL server that plays the legacy one.
const PUBLISHER: &str = "publisher";
/// How soon an interruption is noticed.
const LOOK: Duration = Duration::from_millis(100);

/// A directory that goes with everything in it.
pub struct Place {
    dir: PathBuf,
    ended: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Place {
    /// Makes the directory. From now on an interruption kills the servers in it, so that whoever waits for them fails.
    pub fn new() -> Result<Self> {
        let dir = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        let failed = || format!("could not create directory \"{}\"", dir.display());
        fs::create_dir_all(&dir).with_context(failed)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).with_context(failed)?;
        let ended = Arc::new(AtomicBool::new(false));
        let (watched, stop) = (dir.clone(), Arc::clone(&ended));
        let watcher = spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                if interrupt::happened() {
                    // What cannot be killed now is removed at the end.
                    return drop(kill(&watched));
                }
                sleep(LOOK);
            }
        });
        Ok(Self {
            dir,
            ended,
            watcher: Some(watcher),
        })
    }

    /// Folder of the pair.
    pub fn pair(&self) -> PathBuf {
        self.dir.join(PAIR)
    }

    /// Folder of the publisher.
    pub fn publisher(&self) -> PathBuf {
        self.dir.join(PUBLISHER)
    }

    /// A file that the servers can read.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if let Some(watcher) = self.watcher.take() {
            // A watcher that failed has nothing left to do.
            let _ = watcher.join();
        }
        remove(&self.dir);
    }
}

/// Removes what runs that were killed have left behind.
pub fn sweep() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let run = name
            .strip_prefix(PREFIX)
            .and_then(|number| number.parse().ok());
        if run.is_some_and(|pid| !alive(pid)) {
            remove(&path);
        }
    }
}

fn remove(dir: &Path) {
    let removed = kill(dir).and_then(|()| Ok(fs::remove_dir_all(dir)?));
    if let Err(error) = removed {
        eprintln!("warning: could not remove \"{}\": {error:#}", dir.display());
    }
}

/// Kills every server in the directory.
fn kill(dir: &Path) -> Result<()> {
    if let Some(publisher) = Upgrade::open(&dir.join(PUBLISHER))?
        && publisher.pid().is_ok()
    {
        publisher.kill9()?;
    }
    remove_pairs_in(dir)
}
