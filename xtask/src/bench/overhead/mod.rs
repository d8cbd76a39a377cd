//! Scenario `overhead`: what capture costs the legacy server's writers.
//!
//! Cases: `write_only`, transactions of two updates, a delete and an insert, and `insert`, one row a transaction; from 1, 4 and 8
//! sessions; durable, with a flush at every commit, and relaxed. Contenders: no capture; Tandem's triggers while its link is paused, which
//! is the cost on the legacy server alone (contender `tandem`); the same while the link runs and shares the machine; and
//! triggers that store both images of a row as JSON. The transactions are those of sysbench, made by sysbench itself when peers are
//! wanted.

mod durability;
mod generator;
mod subject;
mod table;
mod transaction;

use anyhow::Result;

use super::SMALL_ROWS;
use super::Size;
use super::contest::{Contender, hold};
use super::peers::sysbench::Sysbench;
use super::report::Found;
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
    let mut found = Found::default();
    let sysbench = if size.peers {
        found.try_out("sysbench", Sysbench::fetch())
    } else {
        None
    };
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
                let mut contenders: Vec<Box<dyn Contender + '_>> = Vec::new();
                for subject in &subjects {
                    contenders.push(Box::new(Writers::new(subject, load, sysbench.as_ref())));
                }
                found.add(with_kept(hold(stage, &case, size.rounds, contenders)?));
            }
        }
    }
    Durability::Durable.set(stage)?;
    Subject::remove(subjects, stage)?;
    Ok(found)
}

/// Adds what part of the rate without capture each has.
fn with_kept(mut found: Found) -> Found {
    let free = found
        .outcomes
        .iter()
        .find(|outcome| outcome.contender == subject::NO_CAPTURE)
        .map(|outcome| outcome.rows_per_s);
    for outcome in &mut found.outcomes {
        if let Some(free) = free {
            outcome.figures.insert(KEPT, outcome.rows_per_s / free);
        }
    }
    found
}
