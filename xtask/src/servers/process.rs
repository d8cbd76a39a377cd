//! A server process that outlives us.
//!
//! Promises: the process leads its own session, so a Ctrl-C in our terminal does not reach it; its identity is its number
//! together with its start time, so a number used again is never taken for it. A dead child of ours does not stay behind.
//! Called by the instances.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// Pause between two looks at a condition.
pub const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// A process, by number and start time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Process number.
    pub pid: u32,
    /// Clock ticks from the machine's start to the process's.
    started_ticks: u64,
}

impl Process {
    /// Starts `command` in a session of its own; what it prints is appended to `log`.
    pub fn spawn(mut command: Command, log: &Path) -> Result<Self> {
        let output = fs::File::options().create(true).append(true).open(log)?;
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        // SAFETY: setsid is async-signal-safe, and nothing else happens between fork and exec.
        unsafe {
            command.pre_exec(|| match libc::setsid() {
                -1 => Err(std::io::Error::last_os_error()),
                _ => Ok(()),
            });
        }
        let child = command
            .spawn()
            .with_context(|| format!("could not run {:?}", command.get_program()))?;
        let pid = child.id();
        let started_ticks = stat(pid).map_or(0, |stat| stat.started_ticks);
        Ok(Self { pid, started_ticks })
    }

    /// Whether the process is there and is not a zombie.
    pub fn alive(&self) -> bool {
        reap(self.pid);
        stat(self.pid).is_some_and(|stat| !stat.dead && stat.started_ticks == self.started_ticks)
    }

    /// Sends `signal`; a process that has gone is no error.
    pub fn signal(&self, signal: i32) {
        if self.alive() {
            send(self.pid, signal);
        }
    }

    /// Kills the process and its children at once, with no chance to clean up, and waits until it has gone.
    pub fn kill9(&self) -> Result<()> {
        let children = children_of(self.pid);
        self.signal(libc::SIGKILL);
        for child in &children {
            child.signal(libc::SIGKILL);
        }
        for process in std::iter::once(self).chain(&children) {
            process.wait_gone(Duration::from_secs(120))?;
        }
        Ok(())
    }

    /// Waits until the process has gone.
    pub fn wait_gone(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        while self.alive() {
            if Instant::now() > deadline {
                bail!(
                    "process {} did not end within {} s",
                    self.pid,
                    timeout.as_secs()
                );
            }
            sleep(LOOK_INTERVAL);
        }
        Ok(())
    }
}

/// Whether a process with this number is there and is not a zombie.
pub fn alive(pid: u32) -> bool {
    reap(pid);
    stat(pid).is_some_and(|stat| !stat.dead)
}

/// What of `/proc/PID/stat` is needed here.
struct Stat {
    dead: bool,
    parent: u32,
    started_ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses and may hold anything; fields are counted after it.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Stat {
        dead: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        started_ticks: fields.get(19)?.parse().ok()?,
    })
}

fn children_of(parent: u32) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid: u32| stat(pid).map(|stat| (pid, stat)))
        .filter(|(_, stat)| stat.parent == parent)
        .map(|(pid, stat)| Process {
            pid,
            started_ticks: stat.started_ticks,
        })
        .collect()
}

/// Collects the process if it is a dead child of ours; otherwise does nothing.
fn reap(pid: u32) {
    let mut status = 0;
    // SAFETY: status is a valid place for the result; with WNOHANG the call does not block, and it refuses strangers.
    unsafe { libc::waitpid(pid as libc::pid_t, &mut status, libc::WNOHANG) };
}

fn send(pid: u32, signal: i32) {
    // SAFETY: kill takes plain numbers.
    unsafe { libc::kill(pid as libc::pid_t, signal) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_child_is_gone() {
        let log = std::env::temp_dir().join(format!("tandem-process-{}", std::process::id()));
        let mut command = Command::new("sleep");
        command.arg("600");
        let process = Process::spawn(command, &log).expect("sleep runs");
        assert!(process.alive());
        process.kill9().expect("it dies");
        assert!(!process.alive() && !alive(process.pid));
        fs::remove_file(log).expect("the log was made");
    }
}
