//! Every scenario once, in a small form.
//!
//! Promises: all scenarios share one pair of servers; a contender whose work is not done fails it, a contender that is slow does
//! not. Called by `cargo xtask test`.

use anyhow::{Context, Result, ensure};

use super::stage::Stage;
use super::{Scenario, Size, place};
use crate::servers::{LegacyEngine, UpgradeEngine};

/// Plays every scenario; fails when one does not work.
pub fn small(legacy: LegacyEngine, upgrade: UpgradeEngine) -> Result<()> {
    place::sweep();
    let stage = Stage::up(legacy, upgrade, false)?;
    for scenario in Scenario::ALL {
        let size = Size {
            rows: scenario.small_rows(),
            rounds: 1,
            peers: false,
        };
        let report = scenario
            .play(&stage, size)
            .with_context(|| format!("scenario \"{scenario}\" does not work"))?;
        ensure!(
            report.makes_sense(),
            "scenario \"{scenario}\" has no sensible results:\n{}",
            report.table()
        );
    }
    Ok(())
}
