//! An application that commits one row at a time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::interrupt;

/// A session that inserts and commits a row with this number.
pub type Door = Box<dyn FnMut(i64) -> Result<()> + Send>;

/// Commits rows from `last + 1` on when they are due; returns when each commit had returned.
pub fn write(
    mut door: Door,
    begun: Instant,
    due: impl Iterator<Item = Duration>,
    last: i64,
) -> Result<Vec<(i64, Instant)>> {
    let mut committed = Vec::new();
    for (id, due) in (last + 1..).zip(due) {
        sleep((begun + due).saturating_duration_since(Instant::now()));
        if interrupt::happened() {
            bail!("interrupted");
        }
        door(id)?;
        committed.push((id, Instant::now()));
    }
    Ok(committed)
}
