//! Scenario `apply`: a backlog of changes is there, and one contender after the other works it off.
//!
//! Cases: `distinct`, every row of the backlog once, a third inserted, a third updated, a third deleted; and `hot`, as many updates
//! of a hundredth as many rows. Contenders: Tandem, from `tandem.resume` until `tandem.wait` returns, and PostgreSQL's logical
//! replication of the same changes, from `ENABLE` until the last one is visible.

mod logical;
mod tandem;

use anyhow::Result;

use super::Size;
use super::backlog::{Backlog, Case};
use super::contest::hold;
use super::scenario::Found;
use super::stage::Stage;

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let backlog = Backlog::of(size.rows);
    eprintln!("making tables of {} rows", backlog.standing_rows());
    let mut tandem = tandem::Ends::begin(stage, backlog)?;
    let mut logical = logical::Ends::begin(stage, backlog)?;
    let mut outcomes = Vec::new();
    for case in [Case::Distinct, Case::Hot] {
        outcomes.extend(hold(
            stage,
            case.name(),
            size.rounds,
            &mut [
                Box::new(tandem.contender(case)),
                Box::new(logical.contender(case)),
            ],
        )?);
    }
    tandem.remove(stage)?;
    logical.remove(stage)?;
    Ok((outcomes, Vec::new()))
}
