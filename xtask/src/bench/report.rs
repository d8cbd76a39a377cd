//! The results of a run.
//!
//! Promises: `ratio_to_tandem` is a contender's rate divided by Tandem's rate in the same case, or, where only delays
//! matter, its median delay divided by Tandem's: below 1 a rate is worse, above 1 a delay is. Called by the scenarios.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::contest::{Outcome, TANDEM, title};
use super::machine::Machine;

/// Everything that a run found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    scenario: String,
    rows: u64,
    rounds: usize,
    machine: Machine,
    results: Vec<Line>,
    left_out: Vec<LeftOut>,
}

/// Heads of the columns that every scenario has; figures of its own follow.
const HEADS: [&str; 8] = [
    "", "seconds", "rows/s", "p50 ms", "p99 ms", "ratio", "CPU s", "others",
];

/// What a scenario found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What the contenders achieved.
    pub outcomes: Vec<Outcome>,
    /// Who did not take part.
    pub left_out: Vec<LeftOut>,
}

impl Found {
    /// Notes that somebody does not take part, and says so.
    pub fn leave_out(&mut self, name: &str, error: &anyhow::Error) {
        let reason = format!("{error:#}");
        eprintln!("left out: {name}: {reason}");
        self.left_out.push(LeftOut {
            name: name.to_string(),
            reason,
        });
    }

    /// What could be had; notes it otherwise.
    pub fn try_out<T>(&mut self, name: &str, outcome: Result<T>) -> Option<T> {
        outcome
            .inspect_err(|error| self.leave_out(name, error))
            .ok()
    }

    /// Adds what another part of the scenario found.
    pub fn add(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
        self.left_out.extend(other.left_out);
    }
}

/// A contender that did not take part.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
struct Line {
    name: String,
    case: String,
    contender: String,
    median_s: f64,
    rows_per_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio_to_tandem: Option<f64>,
    cpu_s: f64,
    others: f64,
    rounds_s: Vec<f64>,
    #[serde(flatten)]
    figures: BTreeMap<&'static str, f64>,
}

impl Report {
    /// Puts outcomes together.
    pub fn new(scenario: &str, size: super::Size, machine: Machine, found: Found) -> Self {
        let outcomes = &found.outcomes;
        Self {
            scenario: scenario.to_string(),
            rows: size.rows,
            rounds: size.rounds,
            machine,
            results: outcomes
                .iter()
                .map(|outcome| line(outcome, outcomes))
                .collect(),
            left_out: found.left_out,
        }
    }

    /// Whether there is a result and every one has a rate, or a delay, that can be.
    pub fn makes_sense(&self) -> bool {
        let sound = |number: f64| number.is_finite() && number > 0.0;
        !self.results.is_empty()
            && self
                .results
                .iter()
                .all(|line| sound(line.median_s) && sound(line.rows_per_s))
    }

    /// Writes the results as JSON; `-` is standard output.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        if path == Path::new("-") {
            println!("{text}");
            return Ok(());
        }
        fs::write(path, text + "\n")
            .with_context(|| format!("could not write \"{}\"", path.display()))
    }

    /// The results for people.
    pub fn table(&self) -> String {
        let machine = &self.machine;
        let mut text = format!(
            "{}, {} rows, median of {}; {}, {} cores, {} GiB; {}, {}, {} build of {}\n\n",
            self.scenario,
            grouped(self.rows as f64),
            self.rounds,
            machine.processor,
            machine.cores,
            machine.memory_gib,
            machine.legacy,
            machine.upgrade,
            machine.profile,
            machine.commit
        );
        let cells = self.cells();
        let width = |at: usize| cells.iter().map(|line| line[at].chars().count()).max();
        let widths: Vec<usize> = (0..cells[0].len())
            .map(|at| width(at).unwrap_or(0))
            .collect();
        for line in &cells {
            let _ = write!(text, "{:<width$}", line[0], width = widths[0]);
            for (cell, width) in line.iter().zip(&widths).skip(1) {
                let _ = write!(text, "  {cell:>width$}");
            }
            text.push('\n');
        }
        for absent in &self.left_out {
            let _ = writeln!(text, "left out: {}: {}", absent.name, absent.reason);
        }
        text
    }
}

impl Report {
    /// Heads and lines, without the columns in which nothing stands.
    fn cells(&self) -> Vec<Vec<String>> {
        let mut names: Vec<&str> = self
            .results
            .iter()
            .flat_map(|line| line.figures.keys().copied())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut cells = vec![
            HEADS
                .iter()
                .chain(&names)
                .map(|head| (*head).to_string())
                .collect::<Vec<String>>(),
        ];
        cells.extend(self.results.iter().map(|line| line.cells(&names)));
        let filled: Vec<bool> = (0..cells[0].len())
            .map(|at| cells.iter().skip(1).any(|line| !line[at].is_empty()))
            .collect();
        for line in &mut cells {
            let mut keep = filled.iter();
            line.retain(|_| keep.next().copied().unwrap_or(true));
        }
        cells
    }
}

impl Line {
    fn cells(&self, figures: &[&str]) -> Vec<String> {
        let some = |value: Option<f64>, digits: usize| {
            value.map_or(String::new(), |value| format!("{value:.digits$}"))
        };
        let mut cells = vec![
            self.name.clone(),
            format!("{:.2}", self.median_s),
            grouped(self.rows_per_s),
            some(self.p50_ms, 2),
            some(self.p99_ms, 2),
            some(self.ratio_to_tandem, 2),
            format!("{:.1}", self.cpu_s),
            format!("{:.0} %", self.others * 100.0),
        ];
        cells.extend(
            figures
                .iter()
                .map(|name| some(self.figures.get(name).copied(), 3)),
        );
        cells
    }
}

fn line(outcome: &Outcome, all: &[Outcome]) -> Line {
    let tandem = all
        .iter()
        .find(|other| other.case == outcome.case && other.contender == TANDEM);
    let ratio = tandem.map(|tandem| match (outcome.p50_ms, tandem.p50_ms) {
        (Some(own), Some(other)) => own / other,
        _ => outcome.rows_per_s / tandem.rows_per_s,
    });
    Line {
        name: title(&outcome.case, &outcome.contender),
        case: outcome.case.clone(),
        contender: outcome.contender.clone(),
        median_s: outcome.median_s,
        rows_per_s: outcome.rows_per_s,
        p50_ms: outcome.p50_ms,
        p99_ms: outcome.p99_ms,
        ratio_to_tandem: ratio.filter(|ratio| ratio.is_finite()),
        cpu_s: outcome.cpu_s,
        others: outcome.others,
        rounds_s: outcome.rounds_s.clone(),
        figures: outcome.figures.clone(),
    }
}

/// A number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(0.4), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_234_567.8), "1,234,568");
    }
}
