//! The commands of the project: `cargo xtask help` lists them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use xtask::servers::{LegacyEngine, PairOptions, UpgradeEngine, remove_pair};
use xtask::{build, tidy};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands of the project.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a private pair of servers in a directory and print how to reach them, as JSON
    Up(Up),
    /// Stop the servers in a directory and remove it
    Down {
        /// The directory given to `up`
        #[arg(long)]
        dir: PathBuf,
    },
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

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Up(options) => up(options),
        Command::Down { dir } => remove_pair(&dir),
        Command::Tidy => tidy::check(),
    }
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
