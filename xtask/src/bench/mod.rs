//! `cargo xtask bench`: one scenario, all its contenders in one run, interleaved.
//!
//! Promises: every contender does the same work on the same machine in each round, in turns; the figures are medians over
//! the rounds; what a contender wrote is looked at before its time counts. Nothing of a run stays behind, Ctrl-C included.
//! Never says that a number is good or bad. Called by `cargo xtask`, and in a small form by `cargo xtask test`.

mod apply;
mod backlog;
mod contest;
mod copy;
mod dice;
mod followed;
mod gauge;
mod items;
mod latency;
mod link;
mod links;
mod logical;
mod machine;
mod overhead;
mod peak;
mod peers;
mod place;
mod program;
mod report;
mod sample;
mod scenario;
mod small;
mod stage;
mod verify;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::interrupt;
use crate::servers::{LegacyEngine, UpgradeEngine};
pub use scenario::Scenario;
pub use small::small;
use stage::Stage;

/// Below this size one round says all that there is to say.
const SMALL_ROWS: u64 = 10_000;
/// Rounds of a measurement.
const ROUNDS: usize = 3;

/// What to measure.
#[derive(Args, Clone, Debug)]
pub struct BenchOptions {
    /// copy, apply, latency, overhead, verify or links
    pub scenario: Scenario,
    /// Size: rows, changed rows, or milliseconds of each measurement where a rate is given
    #[arg(long, value_parser = clap::value_parser!(u64).range(100..=1_000_000_000))]
    pub rows: Option<u64>,
    /// Also measure programs of others, which are fetched as packages
    #[arg(long)]
    pub peers: bool,
    /// File for the results as JSON
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Rounds; 3 when not given, 1 for a size below 10000
    #[arg(long)]
    pub rounds: Option<usize>,
    /// mysql-9.7, mariadb-10.11 or mariadb-11.8
    #[arg(long, default_value = "mysql-9.7")]
    pub legacy: LegacyEngine,
    /// PostgreSQL 15, 16, 17 or 18
    #[arg(long, default_value = "18")]
    pub upgrade: UpgradeEngine,
}

/// How much is measured, and against whom.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// What the scenario counts in.
    pub rows: u64,
    /// Rounds.
    pub rounds: usize,
    /// Whether to fetch and measure programs of others.
    pub peers: bool,
}

/// Runs a scenario, prints a table, and writes the results where they are wanted.
pub fn bench(options: &BenchOptions) -> Result<()> {
    interrupt::watch();
    place::sweep();
    let measured = measure(options);
    if interrupt::happened() {
        anyhow::bail!("interrupted; everything has been stopped and removed");
    }
    let report = measured?;
    print!("{}", report.table());
    match &options.json {
        Some(path) => report.write(path),
        None => Ok(()),
    }
}

fn measure(options: &BenchOptions) -> Result<report::Report> {
    let rows = options.rows.unwrap_or(options.scenario.default_rows());
    let size = Size {
        rows,
        rounds: options
            .rounds
            .unwrap_or(if rows < SMALL_ROWS { 1 } else { ROUNDS })
            .max(1),
        peers: options.peers,
    };
    let replica = size.peers && options.scenario == Scenario::Apply;
    let stage = Stage::up(options.legacy, options.upgrade, replica)?;
    options.scenario.play(&stage, size)
}
