//! The system account a server runs as.
//!
//! Promises: a server never runs as root; who is not root runs servers as himself. Called before any server program starts.

use std::ffi::CString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Accounts a server may run as when we are root, in order of preference.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged account.
#[derive(Clone, Debug)]
pub struct Account {
    name: &'static str,
    user_id: u32,
    group_id: u32,
}

/// Whether this process is root.
pub fn is_root() -> bool {
    // SAFETY: geteuid takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

impl Account {
    /// The account for servers, or `None` when servers run as the caller himself.
    pub fn for_servers() -> Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        match CANDIDATES.iter().find_map(|name| lookup(name)) {
            Some(account) => Ok(Some(account)),
            None => {
                bail!("neither of the accounts \"postgres\" and \"nobody\" exists on this system")
            }
        }
    }

    /// Gives `path` (not what is in it) to the account.
    pub fn own(&self, path: &Path) -> Result<()> {
        std::os::unix::fs::chown(path, Some(self.user_id), Some(self.group_id)).with_context(|| {
            format!(
                "could not give \"{}\" to user \"{}\"",
                path.display(),
                self.name
            )
        })
    }
}

/// A command that will run `program` as the account for servers, with a small, known environment.
pub fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = match account {
        None => Command::new(program),
        Some(account) => {
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={}", account.user_id))
                .arg(format!("--regid={}", account.group_id))
                .args(["--clear-groups", "--"])
                .arg(program);
            command
        }
    };
    command
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC");
    command.env(
        "PATH",
        std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin:/usr/sbin:/sbin".into()),
    );
    command
}

/// Fails, naming the folder in the way, when the account cannot enter `dir`.
pub fn require_entry(dir: &Path, account: Option<&Account>) -> Result<()> {
    let Some(user) = account else { return Ok(()) };
    let enters = |path: &Path| {
        command(Path::new("test"), account)
            .arg("-x")
            .arg(path)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if enters(dir) {
        return Ok(());
    }
    let mut folders: Vec<&Path> = dir.ancestors().collect();
    folders.reverse();
    let blocked = folders
        .into_iter()
        .find(|folder| !enters(folder))
        .unwrap_or(dir);
    let mode = blocked
        .metadata()
        .map(|meta| meta.mode() & 0o7777)
        .unwrap_or_default();
    bail!(
        "user \"{}\", which the servers run as, cannot enter \"{}\" (mode {mode:04o}): choose another directory or allow it with chmod a+x",
        user.name,
        blocked.display()
    )
}

fn lookup(name: &'static str) -> Option<Account> {
    let key = CString::new(name).ok()?;
    // SAFETY: the key is a valid C string; the entry, when there is one, is read at once, before any other lookup of ours.
    let entry = unsafe { libc::getpwnam(key.as_ptr()).as_ref() }?;
    Some(Account {
        name,
        user_id: entry.pw_uid,
        group_id: entry.pw_gid,
    })
}
