//! Waiting that Ctrl-C ends.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::interrupt;

/// Fails when somebody wants the demo to end.
pub fn go_on() -> Result<()> {
    if interrupt::happened() {
        bail!("interrupted");
    }
    Ok(())
}

/// Calls `tick` again and again for `time`, with pauses of `pause`.
pub fn for_a_while(
    time: Duration,
    pause: Duration,
    mut tick: impl FnMut() -> Result<()>,
) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        go_on()?;
        tick()?;
        sleep(pause.min(time.saturating_sub(begun.elapsed())));
    }
    Ok(())
}
