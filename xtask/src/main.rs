//! The commands of the project: `cargo xtask help` lists them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use xtask::bench::{self, BenchOptions};
use xtask::demo::{self, DemoOptions};
use xtask::servers::{LegacyEngine, PairOptions, UpgradeEngine, remove_pair};
use xtask::test::{self, TestOptions};
use xtask::{build, compatibility, dist, tidy};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands of the project.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Move a telephone system from a legacy server to PostgreSQL while it is in use
    Demo(DemoOptions),
    /// Start a private pair of servers in a directory and print how to reach them, as JSON
    Up(Up),
    /// Stop the servers in a directory and remove it
    Down {
        /// The directory given to `up`
        #[arg(long)]
        dir: PathBuf,
    },
    /// Run everything: checks, unit tests, and the tests on real servers
    Test(Test),
    /// Build a Debian package for each end, in target/dist
    Dist {
        /// PostgreSQL versions to build for; all of them when none is named
        #[arg(long)]
        upgrade: Vec<UpgradeEngine>,
    },
    /// Measure one scenario with all its contenders
    Bench(BenchOptions),
    /// Write docs/compatibility.md from the test cases
    Compatibility,
    /// Check the rules of the code base that a machine can check
    Tidy,
}

#[derive(Args)]
struct Up {
    /// Directory of the pair; made when it is not there
    #[arg(long)]
    dir: PathBuf,
    /// mysql-9.7, mariadb-10.11 or mariadb-11.8
    #[arg(long, default_value = "mysql-9.7")]
    legacy: LegacyEngine,
    /// PostgreSQL 15, 16, 17 or 18
    #[arg(long, default_value = "18")]
    upgrade: UpgradeEngine,
    /// Also start a replica of the legacy server
    #[arg(long)]
    replica: bool,
    /// Also start a physical standby of the upgrade server
    #[arg(long)]
    standby: bool,
}

#[derive(Args)]
struct Test {
    /// Leave out formatting and lints, and take one pair of servers only
    #[arg(long)]
    quick: bool,
    /// mysql-9.7, mariadb-10.11 or mariadb-11.8
    #[arg(long)]
    legacy: Option<LegacyEngine>,
    /// PostgreSQL 15, 16, 17 or 18
    #[arg(long)]
    upgrade: Option<UpgradeEngine>,
    /// Every legacy server with every upgrade server
    #[arg(long)]
    matrix: bool,
    /// Only tests whose name contains this
    #[arg(long)]
    filter: Option<String>,
}

impl From<Test> for TestOptions {
    fn from(
        Test {
            quick,
            legacy,
            upgrade,
            matrix,
            filter,
        }: Test,
    ) -> Self {
        Self {
            quick,
            legacy,
            upgrade,
            matrix,
            filter,
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        // What went wrong has been said, and the last line is for the counts.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Carries out a command; `false` when tests failed.
fn run(command: Command) -> Result<bool> {
    match command {
        Command::Demo(options) => return Ok(demo::demo(&options)),
        Command::Up(options) => up(options)?,
        Command::Down { dir } => remove_pair(&dir)?,
        Command::Test(options) => return Ok(test::test(&options.into())),
        Command::Dist { upgrade } => dist(&upgrade)?,
        Command::Bench(options) => bench::bench(&options)?,
        Command::Compatibility => compatibility::write()?,
        Command::Tidy => {
            tidy::check()?;
            compatibility::check()?;
        }
    }
    Ok(true)
}

fn up(up: Up) -> Result<()> {
    let options = PairOptions {
        legacy: up.legacy,
        upgrade: up.upgrade,
        replica: up.replica,
        standby: up.standby,
        ..PairOptions::default()
    };
    let pair = build::up(&up.dir, &options)?;
    println!("{}", serde_json::to_string_pretty(&pair.report()?)?);
    Ok(())
}

fn dist(engines: &[UpgradeEngine]) -> Result<()> {
    let engines = if engines.is_empty() {
        &UpgradeEngine::ALL
    } else {
        engines
    };
    for package in dist::dist(engines)? {
        println!("{}", package.display());
    }
    Ok(())
}
