//! Ctrl-C, a request to end, and a terminal that is closed.
//!
//! Promises: after [`watch`] they no longer end this process; it finds out with [`happened`] and cleans up. A program started
//! with [`spawn`] is interrupted with everything it started, whoever was sent the signal. Called by `test`, the demo and the
//! benches.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use anyhow::{Context, Result};

static HAPPENED: AtomicBool = AtomicBool::new(false);
/// Process group of the program that runs now; 0 when there is none.
static GROUP: AtomicI32 = AtomicI32::new(0);

extern "C" fn note(_signal: libc::c_int) {
    HAPPENED.store(true, Ordering::SeqCst);
    interrupt_group();
}

fn interrupt_group() {
    let group = GROUP.load(Ordering::SeqCst);
    if group > 0 {
        // SAFETY: kill takes plain numbers and is async-signal-safe.
        unsafe { libc::kill(-group, libc::SIGINT) };
    }
}

/// Takes over SIGINT and SIGTERM, and SIGHUP unless it is ignored, as `nohup` wants it.
pub fn watch() {
    let handler = note as extern "C" fn(libc::c_int) as libc::sighandler_t;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler only uses atomics and kill, which are async-signal-safe.
        unsafe { libc::signal(signal, handler) };
    }
    // SAFETY: as above.
    if unsafe { libc::signal(libc::SIGHUP, handler) } == libc::SIG_IGN {
        // SAFETY: no handler is involved.
        unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
    }
}

/// Whether one of the signals has come.
pub fn happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}

/// A program in a process group of its own. One at a time.
pub struct Watched(pub Child);

/// Starts `command` so that an interruption of this process interrupts it and what it starts.
pub fn spawn(command: &mut Command) -> Result<Watched> {
    let child = command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("could not run {:?}", command.get_program()))?;
    GROUP.store(i32::try_from(child.id())?, Ordering::SeqCst);
    if happened() {
        interrupt_group();
    }
    Ok(Watched(child))
}

impl Drop for Watched {
    fn drop(&mut self) {
        GROUP.store(0, Ordering::SeqCst);
    }
}
