//! `cargo xtask test`: everything, on real servers.
//!
//! Promises: the last line says how many tests passed and failed, and the exit code agrees; whatever happens, Ctrl-C
//! included, no server and no directory of a run stays behind, but the logs of a failed one do. Called by `cargo xtask`.

mod pairs;
mod scene;
mod steps;
mod tally;

use crate::interrupt;
use crate::servers::{LegacyEngine, UpgradeEngine};
use tally::Tally;

/// What to test.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Leave out formatting and lints, and take one pair only.
    pub quick: bool,
    /// The legacy server of the pair.
    pub legacy: Option<LegacyEngine>,
    /// The upgrade server of the pair.
    pub upgrade: Option<UpgradeEngine>,
    /// Every legacy server with every upgrade server.
    pub matrix: bool,
    /// Only tests whose name contains this.
    pub filter: Option<String>,
}

/// Runs the tests and prints the counts as the very last line; returns whether there were tests and all of them passed.
pub fn test(options: &TestOptions) -> bool {
    interrupt::watch();
    scene::sweep();
    let mut tally = steps::run(options, Tally::default());
    if interrupt::happened() {
        tally.fail("the run", "interrupted");
    }
    eprint!("{}", tally.failures());
    println!("{} passed, {} failed", tally.passed(), tally.failed());
    tally.passed() > 0 && tally.failed() == 0
}
