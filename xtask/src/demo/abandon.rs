//! Ends the programs that prepare a run when it is interrupted: downloads, compilers, the making of data directories.
//!
//! Promises: a Ctrl-C in a terminal reaches them anyway, a signal sent to this process alone does so through here; servers,
//! which lead sessions of their own, and the system's package database are left alone. Called while servers are prepared.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

use crate::interrupt;

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Watches for an interruption until it is dropped.
pub struct Abandon {
    over: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Abandon {
    /// Begins to watch.
    pub fn on_interrupt() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let watcher = std::thread::spawn(move || {
            while !seen.load(Ordering::SeqCst) {
                if interrupt::happened() {
                    programs().into_iter().for_each(end);
                }
                sleep(LOOK);
            }
        });
        Self {
            over,
            watcher: Some(watcher),
        }
    }
}

impl Drop for Abandon {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }
}

/// What we have started, directly or not, within our own session.
fn programs() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let all: HashMap<i32, Program> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, program(pid)?)))
        .collect();
    let us = i32::try_from(std::process::id()).unwrap_or(0);
    let Some(session) = all.get(&us).map(|program| program.session) else {
        return Vec::new();
    };
    let ours = |pid: &i32| {
        let mut at = *pid;
        while let Some(program) = all.get(&at).filter(|_| at > 1) {
            if program.session != session || program.name == "dpkg" {
                return false;
            }
            if program.parent == us {
                return true;
            }
            at = program.parent;
        }
        false
    };
    all.keys().copied().filter(ours).collect()
}

struct Program {
    name: String,
    parent: i32,
    session: i32,
}

/// Reads `/proc/PID/stat`.
fn program(pid: i32) -> Option<Program> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything; fields are counted after it.
    let (head, tail) = text.rsplit_once(')')?;
    let fields: Vec<&str> = tail.split_whitespace().collect();
    Some(Program {
        name: head.split_once('(')?.1.to_string(),
        parent: fields.get(1)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
    })
}

fn end(pid: i32) {
    // SAFETY: kill takes plain numbers.
    unsafe { libc::kill(pid, libc::SIGTERM) };
}

#[cfg(test)]
mod tests {
    use super::programs;
    use std::process::Command;

    #[test]
    fn a_program_that_we_started_is_found() {
        let mut child = Command::new("sleep")
            .arg("600")
            .spawn()
            .expect("sleep runs");
        let found = programs().contains(&i32::try_from(child.id()).expect("a process number"));
        child.kill().expect("it is ours");
        child.wait().expect("it has ended");
        assert!(found);
    }
}
