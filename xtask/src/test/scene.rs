//! One pair of servers for one round of integration tests.
//!
//! Promises: the directory is short, so that sockets fit in it, and open to the servers' account; dropping the scene stops
//! and removes every pair in it, those that tests made included; the logs can be kept. Called by the steps.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::pairs::Choice;
use crate::build;
use crate::servers::{PairOptions, alive, remove_pairs_in};

/// Beginning of the name of a scene's directory; the number of the run's process follows.
const PREFIX: &str = "tandem-test-";

/// A running pair in a directory of its own.
pub struct Scene {
    /// The directory; tests may make more pairs in it.
    pub dir: PathBuf,
    /// The file with what `cargo xtask up` prints.
    pub report: PathBuf,
}

impl Scene {
    /// Brings up a pair.
    pub fn up((legacy, upgrade): Choice) -> Result<Self> {
        let dir = std::env::temp_dir().join(format!(
            "tandem-test-{}-{legacy}-{upgrade}",
            std::process::id()
        ));
        fs::create_dir_all(&dir)
            .with_context(|| format!("could not create directory \"{}\"", dir.display()))?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755))?;
        let scene = Self {
            report: dir.join("pair.json"),
            dir,
        };
        let options = PairOptions {
            legacy,
            upgrade,
            ..PairOptions::default()
        };
        let pair =
            build::up(&scene.dir.join("pair"), &options).inspect_err(|_| scene.keep_logs())?;
        fs::write(
            &scene.report,
            serde_json::to_string_pretty(&pair.report()?)?,
        )?;
        Ok(scene)
    }

    /// Copies every log of the scene to a place that stays, and says where.
    pub fn keep_logs(&self) {
        let name = self
            .dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let copied = build::own_dir("logs").and_then(|logs| {
            let kept = logs.join(name);
            copy_logs(&self.dir, &kept).map(|()| kept)
        });
        match copied {
            Ok(kept) => eprintln!("the servers' logs are in {}", kept.display()),
            Err(error) => eprintln!("warning: could not keep the servers' logs: {error}"),
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        remove(&self.dir);
    }
}

/// Removes the scenes of runs that were killed.
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
            .and_then(|rest| rest.split('-').next()?.parse().ok());
        if run.is_some_and(|pid| !alive(pid)) {
            remove(&path);
        }
    }
}

fn remove(dir: &Path) {
    let removed = remove_pairs_in(dir).and_then(|()| Ok(fs::remove_dir_all(dir)?));
    if let Err(error) = removed {
        eprintln!("warning: could not remove \"{}\": {error:#}", dir.display());
    }
}

/// Copies the folders named `log` under `from` to the same places under `to`.
fn copy_logs(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.is_symlink() || !path.is_dir() || path.ends_with("data") || path.ends_with("root") {
            continue;
        }
        let target = to.join(path.file_name().unwrap_or_default());
        if path.ends_with("log") {
            fs::create_dir_all(&target)?;
            for log in fs::read_dir(&path)? {
                let log = log?;
                fs::copy(log.path(), target.join(log.file_name()))?;
            }
        } else {
            copy_logs(&path, &target)?;
        }
    }
    Ok(())
}
