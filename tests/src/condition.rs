//! Waiting for a condition.
//!
//! Promises: never waits for a time alone; when the wait was in vain it says for what, for how long, and what it saw last. An error of
//! the look counts as "not yet", because servers that restart refuse connections. Called by the harness and the tests.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(10);
/// How much longer than a test says is waited before it is in vain: machines that run tests are slow at times, and only a failure takes longer
/// for it.
pub const SLOW_MACHINE: u32 = 3;

/// Looks until there is a value, for at most `patience` on a machine that is not slow.
pub fn until<T>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let patience = patience * SLOW_MACHINE;
    let begun = Instant::now();
    loop {
        let seen = match look() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => String::from("it is not so"),
            Err(error) => format!("{error:#}"),
        };
        if begun.elapsed() > patience {
            bail!("waited {patience:?} in vain until {what}; last: {seen}");
        }
        sleep(LOOK);
    }
}

/// Looks until it is so, for at most `patience`.
pub fn until_so(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> Result<bool>,
) -> Result<()> {
    until(what, patience, || Ok(look()?.then_some(())))
}
