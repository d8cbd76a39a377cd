//! Ctrl-C and a request to end.
//!
//! Promises: after [`watch`] they no longer end this process; it finds out with [`happened`] and cleans up. The programs that
//! it waits for get a Ctrl-C of their own from the terminal and end. Called by `test`, the demo and the benches.

use std::sync::atomic::{AtomicBool, Ordering};

static HAPPENED: AtomicBool = AtomicBool::new(false);

extern "C" fn note(_signal: libc::c_int) {
    HAPPENED.store(true, Ordering::SeqCst);
}

/// Takes over SIGINT and SIGTERM.
pub fn watch() {
    let handler = note as extern "C" fn(libc::c_int) as libc::sighandler_t;
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler only stores into an atomic, which is async-signal-safe.
        unsafe { libc::signal(signal, handler) };
    }
}

/// Whether one of the two signals has come.
pub fn happened() -> bool {
    HAPPENED.load(Ordering::SeqCst)
}
