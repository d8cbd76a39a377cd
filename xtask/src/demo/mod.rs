//! `cargo xtask demo`: a telephone system moves from a legacy server to PostgreSQL while it is in use.
//!
//! Promises: exit code 0 only when both sides were compared and found equal; whatever happens, Ctrl-C included, nothing keeps
//! running and nothing stays behind, except with `--keep`. When it fails, the servers' logs are kept and named. Called by
//! `cargo xtask`.

mod abandon;
mod clock;
mod crash;
mod dba;
mod farewell;
mod legacy_dba;
mod link;
mod marker;
mod place;
mod questions;
mod screen;
mod servers;
mod status;
mod step;
mod story;
mod traffic;
mod verdict;
mod watch;
mod world;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::interrupt;
use crate::servers::{LegacyEngine, UpgradeEngine};
use place::Place;
use screen::Screen;

/// What to show.
#[derive(Args, Clone, Debug)]
pub struct DemoOptions {
    /// mysql-9.7, mariadb-10.11 or mariadb-11.8; MySQL, or MariaDB where that cannot be had, when not given
    #[arg(long)]
    pub legacy: Option<LegacyEngine>,
    /// PostgreSQL 15, 16, 17 or 18
    #[arg(long, default_value = "18")]
    pub upgrade: UpgradeEngine,
    /// Users of the telephone system
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(i64::from(world::USERS_MIN)..=i64::from(world::USERS_MAX)))]
    pub users: u32,
    /// What names, numbers and changes are drawn from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Kill the legacy server in the middle and start it again
    #[arg(long)]
    pub crash: bool,
    /// Leave the servers and the link running, and say how to connect
    #[arg(long)]
    pub keep: bool,
    /// Directory of the servers, which must not exist; one in the system's place for temporary files when not given
    #[arg(long)]
    pub dir: Option<PathBuf>,
}

/// Runs the demo; returns whether both sides were proved equal.
pub fn demo(options: &DemoOptions) -> bool {
    interrupt::watch();
    place::sweep();
    let last_words = match tell_and_clear(options) {
        Ok(Ending::Proved) => return true,
        Ok(Ending::Interrupted) => {
            "interrupted; everything has been stopped and removed".to_string()
        }
        Err(error) => format!("error: {error:#}"),
    };
    // When the terminal has gone nobody hears them.
    let _ = writeln!(io::stderr(), "{last_words}");
    false
}

/// How a story ends that nothing went wrong in.
enum Ending {
    Proved,
    Interrupted,
}

fn tell_and_clear(options: &DemoOptions) -> Result<Ending> {
    let mut place = Place::new(options.dir.as_deref(), options.keep)?;
    let told = story::tell(&Screen::new(), options, &mut place);
    if told.is_err() && interrupt::happened() {
        place.clear()?;
        return Ok(Ending::Interrupted);
    }
    told.map(|()| Ending::Proved)
}
