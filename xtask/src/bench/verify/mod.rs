//! Scenario `verify`: one table of items, the same on both sides or nearly, and everything that differs is to be found.
//!
//! Cases: `equal`, and `100 differ`: changed, missing and additional rows on the upgrade side. The time of `tandem.verify` is from
//! the call until the last difference has been returned. Peer: reladiff.

mod blemish;
mod ends;
mod reladiff;
mod tandem;

use anyhow::Result;

use super::Size;
use super::contest::{Contender, hold};
use super::report::Found;
use super::stage::Stage;
use ends::{Case, Ends};

/// Measures.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    eprintln!("making a table of {} rows on both sides", size.rows);
    let ends = Ends::begin(stage, size.rows)?;
    let mut found = Found::default();
    for case in [Case::Equal, Case::Different] {
        let mut contenders: Vec<Box<dyn Contender + '_>> =
            vec![Box::new(tandem::Tandem::new(&ends, case))];
        if size.peers {
            let peer = found.try_out("reladiff", reladiff::Reladiff::new(stage, &ends, case));
            contenders.extend(peer.map(|peer| Box::new(peer) as Box<dyn Contender>));
        }
        found.add(hold(stage, case.name(), size.rounds, contenders)?);
    }
    ends.remove(stage)?;
    Ok(found)
}
