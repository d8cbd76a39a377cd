//! The folder of one instance and what is remembered in it.
//!
//! Promises: an instance that was not completely made is recognised; ports, passwords and settings are the same at every
//! start. Called by the instances.

use std::fs;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::account::{self, Account};
use super::port;
use super::process::Process;

/// Longest socket path a server takes, with room for PostgreSQL's `.s.PGSQL.PORT`.
const SOCKET_PATH_MAX: usize = 80;

/// What an instance remembers between starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// Name of the server, as in [`super::LegacyEngine`] or [`super::UpgradeEngine`].
    pub engine: String,
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// Password of the account for TCP.
    pub password: String,
    /// Folder of the socket.
    pub socket_dir: PathBuf,
    /// Extra server settings, in the server's own words.
    pub settings: Vec<(String, String)>,
}

/// An instance's folder.
#[derive(Debug)]
pub struct Home {
    dir: PathBuf,
    /// What is remembered.
    pub facts: Facts,
    /// The account that the server runs as, when it is not ours.
    pub account: Option<Account>,
}

impl Home {
    /// Makes the folder `dir`, which must not exist, and its socket folder.
    pub fn create(dir: &Path, engine: &str, settings: &[(String, String)]) -> Result<Self> {
        let dir = std::path::absolute(dir)?;
        fs::create_dir_all(&dir)
            .with_context(|| format!("could not create directory \"{}\"", dir.display()))?;
        let account = Account::for_servers()?;
        account::require_entry(&dir, account.as_ref())?;
        let facts = Facts {
            engine: engine.to_string(),
            port: port::free()?,
            password: random_word(),
            socket_dir: socket_dir(&dir),
            settings: settings.to_vec(),
        };
        let home = Self {
            dir,
            facts,
            account,
        };
        for folder in ["log", "tmp", "data"] {
            home.own_dir(&home.path(folder))?;
        }
        home.own_dir(&home.facts.socket_dir)?;
        fs::set_permissions(home.path("data"), fs::Permissions::from_mode(0o700))?;
        Ok(home)
    }

    /// Opens the complete instance in `dir`; `None` when there is none.
    pub fn open(dir: &Path) -> Result<Option<Self>> {
        let dir = std::path::absolute(dir)?;
        let Ok(text) = fs::read_to_string(dir.join("instance.json")) else {
            return Ok(None);
        };
        let facts = serde_json::from_str(&text).with_context(|| {
            format!(
                "\"{}\" does not describe an instance",
                dir.join("instance.json").display()
            )
        })?;
        let home = Self {
            dir,
            facts,
            account: Account::for_servers()?,
        };
        home.own_dir(&home.facts.socket_dir)?;
        Ok(Some(home))
    }

    /// Writes down the facts; from now on the instance is complete.
    pub fn remember(&self) -> Result<()> {
        let fresh = self.path("instance.json.new");
        fs::write(&fresh, serde_json::to_string_pretty(&self.facts)?)?;
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600))?;
        Ok(fs::rename(fresh, self.path("instance.json"))?)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file that the server must be able to read.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text)
            .with_context(|| format!("could not write \"{}\"", path.display()))?;
        Ok(path)
    }

    /// Makes a folder that belongs to the server's account.
    pub fn own_dir(&self, path: &Path) -> Result<()> {
        fs::create_dir_all(path)
            .with_context(|| format!("could not create directory \"{}\"", path.display()))?;
        match &self.account {
            Some(account) => account.own(path),
            None => Ok(()),
        }
    }

    /// The running server, if it runs.
    pub fn process(&self) -> Option<Process> {
        process_in(&self.dir)
    }

    /// Remembers the server's process.
    pub fn set_process(&self, process: Process) -> Result<()> {
        Ok(fs::write(
            self.path("process.json"),
            serde_json::to_string(&process)?,
        )?)
    }

    /// The running server; fails when it does not run.
    pub fn running(&self) -> Result<Process> {
        match self.process() {
            Some(process) => Ok(process),
            None => bail!("the server in \"{}\" is not running", self.dir.display()),
        }
    }
}

/// Kills what still runs in `dir` and removes it with its socket folder, complete or not.
pub fn remove(dir: &Path) -> Result<()> {
    let dir = std::path::absolute(dir)?;
    if let Some(process) = process_in(&dir) {
        process.kill9()?;
    }
    for folder in [socket_dir(&dir), dir] {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("could not remove \"{}\"", folder.display()))?;
        }
    }
    Ok(())
}

fn process_in(dir: &Path) -> Option<Process> {
    let text = fs::read_to_string(dir.join("process.json")).ok()?;
    serde_json::from_str::<Process>(&text)
        .ok()
        .filter(Process::alive)
}

/// The socket folder of an instance: inside it, or a short one under /tmp when the path would be too long for a socket.
fn socket_dir(dir: &Path) -> PathBuf {
    let inside = dir.join("run");
    if inside.as_os_str().len() <= SOCKET_PATH_MAX {
        return inside;
    }
    let mut hasher = DefaultHasher::new();
    dir.hash(&mut hasher);
    PathBuf::from(format!("/tmp/tandem-{:016x}", hasher.finish()))
}

fn random_word() -> String {
    let random = RandomState::new();
    format!("{:016x}{:016x}", random.hash_one(1), random.hash_one(2))
}

#[cfg(test)]
mod tests {
    use super::{SOCKET_PATH_MAX, socket_dir};
    use std::path::Path;

    #[test]
    fn a_long_path_gets_a_short_socket_folder() {
        assert_eq!(
            socket_dir(Path::new("/d/legacy")),
            Path::new("/d/legacy/run")
        );
        let long = socket_dir(Path::new(&format!("/{}", "d".repeat(200))));
        assert!(long.starts_with("/tmp") && long.as_os_str().len() <= SOCKET_PATH_MAX);
    }
}
