//! Scenario `overhead`: what capture costs the legacy server's writers.
//!
//! Cases: `write_only`, transactions of two updates, a delete and an insert, and `insert`, one row a transaction; from 1, 4 and 8
//! sessions; durable, with a flush at every commit, and relaxed. Contenders: no capture; Tandem's triggers while its link is paused, which
//! is the cost on the legacy server alone (contender `tandem`); the same while the link runs and shares the machine; and
//! triggers that store both images of a row as JSON.

mod durability;
mod generator;
mod subject;
mod table;
mod transaction;

use anyhow::Result;

use super::SMALL_ROWS;
use super::Size;
use super::contest::{Contender, Outcome, hold};
use super::scenario::Found;
use super::stage::Stage;
use durability::Durability;
use generator::Load;
use subject::{Subject, Writers};
use transaction::Workload;

/// Sessions that write.
const THREADS: [usize; 3] = [1, 4, 8];
/// The same for a small form.
const FEW_THREADS: [usize; 1] = [2];
/// Rows of the table at the beginning.
const ROWS: u64 = 100_000;
/// The same for a small form.
const FEW_ROWS: u64 = 1_000;
/// The figure that says what part of the rate without capture is left.
const KEPT: &str = "rate_kept";

/// Measures; the size is the milliseconds of each measurement.
pub fn play(stage: &Stage, size: Size) -> Result<Found> {
    let small = size.rows < SMALL_ROWS;
    let (threads, rows): (&[usize], u64) = if small {
        (&FEW_THREADS, FEW_ROWS)
    } else {
        (&THREADS, ROWS)
    };
    eprintln!("making three tables of {rows} rows");
    let subjects = Subject::all(stage, rows)?;
    let mut outcomes = Vec::new();
    for durability in [Durability::Durable, Durability::Relaxed] {
        durability.set(stage)?;
        for workload in [Workload::WriteOnly, Workload::Insert] {
            for threads in threads {
                let load = Load {
                    workload,
                    threads: *threads,
                    time_ms: size.rows,
                    rows,
                };
                let case = format!(
                    "{}, {}, {threads} threads",
                    durability.name(),
                    workload.name()
                );
                outcomes.extend(with_kept(play_case(
                    stage,
                    &case,
                    size.rounds,
                    &subjects,
                    load,
                )?));
            }
        }
    }
    Durability::Durable.set(stage)?;
    Subject::remove(subjects, stage)?;
    Ok((outcomes, Vec::new()))
}

fn play_case(
    stage: &Stage,
    case: &str,
    rounds: usize,
    subjects: &[Subject],
    load: Load,
) -> Result<Vec<Outcome>> {
    let mut contenders: Vec<Box<dyn Contender + '_>> = Vec::new();
    for subject in subjects {
        contenders.push(Box::new(Writers::new(subject, load)));
    }
    hold(stage, case, rounds, &mut contenders)
}

/// Adds what part of the rate without capture each has.
fn with_kept(mut outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let free = outcomes
        .iter()
        .find(|outcome| outcome.contender == subject::NO_CAPTURE)
        .map(|outcome| outcome.rows_per_s);
    for outcome in &mut outcomes {
        if let Some(free) = free {
            outcome.figures.insert(KEPT, outcome.rows_per_s / free);
        }
    }
    outcomes
}
