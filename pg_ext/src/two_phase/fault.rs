//! Points at which a test can stop or end this process.
//!
//! They do nothing unless the setting `tandem.fault` names one, which only a superuser can set: `point=kill` ends the process as `kill -9` does,
//! `point=error` fails there, `point=wait` waits there for the advisory lock 7400, so that a server can be ended meanwhile.

use pgrx::{Spi, pg_sys};

use super::settings;

/// Passes a point.
pub fn point(name: &str) {
    let Some(wish) = settings::fault() else {
        return;
    };
    let Some((at, what)) = wish.split_once('=') else {
        return;
    };
    if at != name {
        return;
    }
    match what {
        "kill" => {
            // SAFETY: ends this process at once.
            unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
        }
        "error" => {
            pgrx::error!("stopped at {name} for a test");
        }
        "wait" => wait(),
        _ => {}
    }
}

/// Waits until the test lets go of its lock. Only before the commit: afterwards no statement can be run.
fn wait() {
    // SAFETY: before the commit the transaction still takes statements, which want a snapshot.
    unsafe { pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot()) };
    let done = Spi::run("SELECT pg_catalog.pg_advisory_xact_lock(7400)");
    // SAFETY: the one pushed above.
    unsafe { pg_sys::PopActiveSnapshot() };
    if let Err(error) = done {
        pgrx::error!("{error}");
    }
}
