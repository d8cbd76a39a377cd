//! Scenario `verify`: one table of items, the same on both sides or nearly, and everything that differs is to be found.
//!
//! Cases: `equal`, and `100 differ`: changed, missing and additional rows on the upgrade side. The time of `tandem.verify` is from
//! the call until the last difference has been returned.

mod blemish;
mod tandem;

use anyhow::Result;

use super::Size;
use super::contest::hold;
use super::scenario::Found;
use super::stage::Stage;
use tandem::Case;

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    eprintln!("making a table of {} rows on both sides", size.rows);
    let ends = tandem::Ends::begin(stage, size.rows)?;
    let mut outcomes = Vec::new();
    for case in [Case::Equal, Case::Different] {
        outcomes.extend(hold(
            stage,
            case.name(),
            size.rounds,
            &mut [Box::new(tandem::Tandem::new(&ends, case))],
        )?);
    }
    ends.remove(stage)?;
    Ok((outcomes, Vec::new()))
}
