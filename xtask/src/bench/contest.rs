//! Contenders that take turns.
//!
//! Promises: each round has every contender once, and each round begins with another one; what a contender prepares and
//! clears away is not in its time; an outcome is the median over the rounds. Called by the scenarios.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::gauge::{Gauge, Usage};
use super::report::Found;
use super::sample::{Sample, median, percentile};
use super::stage::Stage;
use crate::interrupt;

/// One way to do a scenario's work.
pub trait Contender {
    /// Its name in the results.
    fn name(&self) -> String;

    /// Makes everything ready. Not measured.
    fn prepare(&mut self, stage: &Stage) -> Result<()>;

    /// Does the work. Measured.
    fn run(&mut self, stage: &Stage) -> Result<Sample>;

    /// Looks whether the work was done, and makes room for the next one. Not measured.
    fn clear(&mut self, stage: &Stage) -> Result<()>;

    /// Whether this is somebody else's program, whose failure is noted and does not end the run.
    fn is_peer(&self) -> bool {
        false
    }
}

/// Name of the contender that the others are compared with.
pub const TANDEM: &str = "tandem";

/// What a contender achieved.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What of the scenario; empty when there is only one thing.
    pub case: String,
    /// The contender.
    pub contender: String,
    /// Seconds of each round, in order.
    pub rounds_s: Vec<f64>,
    /// Median.
    pub median_s: f64,
    /// Median.
    pub rows_per_s: f64,
    /// Median of the rounds' medians, where delays were measured.
    pub p50_ms: Option<f64>,
    /// Median of the rounds' 99th percentiles.
    pub p99_ms: Option<f64>,
    /// CPU seconds of servers and programs, median.
    pub cpu_s: f64,
    /// Part of the machine that others had, median.
    pub others: f64,
    /// Medians of what else was measured.
    pub figures: BTreeMap<&'static str, f64>,
}

/// Lets the contenders do their work, `rounds` times in turns.
pub fn hold(
    stage: &Stage,
    case: &str,
    rounds: usize,
    mut contenders: Vec<Box<dyn Contender + '_>>,
) -> Result<Found> {
    let mut found = Found::default();
    let mut measured: Vec<Vec<(Sample, Usage)>> = vec![Vec::new(); contenders.len()];
    let mut failed = vec![false; contenders.len()];
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let at = (round + turn) % contenders.len();
            let contender = contenders[at].as_mut();
            if failed[at] {
                continue;
            }
            let name = title(case, &contender.name());
            match take_turn(stage, contender) {
                Ok((sample, usage)) => {
                    eprintln!("{}", progress(&name, round, &sample, &usage));
                    measured[at].push((sample, usage));
                }
                Err(error) if contender.is_peer() && !interrupt::happened() => {
                    failed[at] = true;
                    found.leave_out(&name, &error);
                }
                Err(error) => return Err(error.context(format!("{name} failed"))),
            }
        }
    }
    for (at, contender) in contenders.iter().enumerate() {
        if !failed[at] {
            let outcome = sum_up(case, &contender.name(), &measured[at]);
            found.outcomes.push(outcome);
        }
    }
    Ok(found)
}

/// Name of a result: the case, if there are several, and the contender.
pub fn title(case: &str, contender: &str) -> String {
    match case {
        "" => contender.to_string(),
        case => format!("{case}: {contender}"),
    }
}

fn take_turn(stage: &Stage, contender: &mut dyn Contender) -> Result<(Sample, Usage)> {
    if interrupt::happened() {
        bail!("interrupted");
    }
    contender.prepare(stage)?;
    stage.settle()?;
    let gauge = Gauge::start(&stage.processes()?);
    let sample = contender.run(stage)?;
    let usage = gauge.stop();
    contender.clear(stage)?;
    Ok((sample, usage))
}

fn seconds(sample: &Sample, usage: &Usage) -> f64 {
    sample.seconds.unwrap_or(usage.elapsed.as_secs_f64())
}

fn progress(name: &str, round: usize, sample: &Sample, usage: &Usage) -> String {
    let seconds = seconds(sample, usage);
    format!(
        "round {}, {}: {seconds:.2} s, {:.0} a second; others had {:.0} % of the machine",
        round + 1,
        name,
        sample.rows as f64 / seconds,
        usage.others * 100.0
    )
}

fn sum_up(case: &str, contender: &str, turns: &[(Sample, Usage)]) -> Outcome {
    let over = |figure: &dyn Fn(&(Sample, Usage)) -> f64| {
        median(&turns.iter().map(figure).collect::<Vec<f64>>())
    };
    let delays = turns.iter().all(|(sample, _)| !sample.delays_ms.is_empty());
    let delay =
        |percent| delays.then(|| over(&|(sample, _)| percentile(&sample.delays_ms, percent)));
    let mut figures: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for (name, value) in turns.iter().flat_map(|(sample, _)| &sample.figures) {
        figures.entry(name).or_default().push(*value);
    }
    Outcome {
        case: case.to_string(),
        contender: contender.to_string(),
        rounds_s: turns
            .iter()
            .map(|(sample, usage)| seconds(sample, usage))
            .collect(),
        median_s: over(&|(sample, usage)| seconds(sample, usage)),
        rows_per_s: over(&|(sample, usage)| sample.rows as f64 / seconds(sample, usage)),
        p50_ms: delay(50),
        p99_ms: delay(99),
        cpu_s: over(&|(_, usage)| usage.cpu_s),
        others: over(&|(_, usage)| usage.others),
        figures: figures
            .into_iter()
            .map(|(name, values)| (name, median(&values)))
            .collect(),
    }
}
