//! Scenario `latency`: how long after a commit its row is visible on the other server.
//!
//! Cases: 1, 100 and 500 transactions a second, of one row each. Contenders: Tandem, and PostgreSQL's logical replication. Peer:
//! pg_chameleon. The clock
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
use super::report::Found;
use super::stage::Stage;
use pace::Pace;
use race::Race;
use subject::{Subject, chameleon, logical, tandem};

/// Transactions a second.
const RATES: [u32; 3] = [1, 100, 500];

/// Measures; the size is the milliseconds of each measurement.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let mut found = Found::default();
    let mut subjects: Vec<Box<dyn Subject>> = vec![
        Box::new(tandem::Tandem::begin(stage)?),
        Box::new(logical::Logical::begin(stage)?),
    ];
    if size.peers {
        let begun = chameleon::Follower::begin(stage);
        let follower = found.try_out("pg_chameleon", begun);
        subjects.extend(follower.map(|follower| Box::new(follower) as Box<dyn Subject>));
    }
    for rate in RATES {
        let pace = Pace::new(rate, size.rows);
        let mut contenders: Vec<Box<dyn Contender + '_>> = Vec::new();
        for subject in &subjects {
            contenders.push(Box::new(Race::new(subject.as_ref(), pace)));
        }
        let case = format!("{rate} a second");
        found.add(hold(stage, &case, size.rounds, contenders)?);
    }
    for subject in subjects {
        subject.remove(stage)?;
    }
    Ok(found)
}
