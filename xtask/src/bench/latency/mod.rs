//! Scenario `latency`: how long after a commit its row is visible on the other server.
//!
//! Cases: 1, 100 and 500 transactions a second, of one row each. Contenders: Tandem, and PostgreSQL's logical replication. The clock
//! starts when COMMIT has returned to the writer and stops when a reader, who asks about 4,000 times a second, has the row; so
//! a delay is up to a quarter of a millisecond too long. Writers keep to their times whatever the delay is.

mod pace;
mod race;
mod reader;
mod subject;
mod writer;

use anyhow::Result;

use super::Size;
use super::contest::{Contender, hold};
use super::scenario::Found;
use super::stage::Stage;
use pace::Pace;
use race::Race;
use subject::{Subject, logical, tandem};

/// Transactions a second.
const RATES: [u32; 3] = [1, 100, 500];

/// Measures; the size is the milliseconds of each measurement.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let subjects: [Box<dyn Subject>; 2] = [
        Box::new(tandem::Tandem::begin(stage)?),
        Box::new(logical::Logical::begin(stage)?),
    ];
    let mut outcomes = Vec::new();
    for rate in RATES {
        let pace = Pace::new(rate, size.rows);
        let mut contenders: Vec<Box<dyn Contender + '_>> = Vec::new();
        for subject in &subjects {
            contenders.push(Box::new(Race::new(subject.as_ref(), pace)));
        }
        outcomes.extend(hold(
            stage,
            &format!("{rate} a second"),
            size.rounds,
            &mut contenders,
        )?);
    }
    for subject in subjects {
        subject.remove(stage)?;
    }
    Ok((outcomes, Vec::new()))
}
