//! Nothing to do, with links and without.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::crowd::Crowd;
use crate::bench::contest::Contender;
use crate::bench::gauge::server_s;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// Idle time after links have started, before one looks.
const CALM: Duration = Duration::from_secs(3);

/// A time in which nothing happens.
pub struct Idle<'a> {
    name: String,
    verb: &'static str,
    links: u64,
    crowds: &'a [&'a Crowd],
    time: Duration,
}

impl<'a> Idle<'a> {
    /// All links run.
    pub fn with(links: u64, crowds: &'a [&'a Crowd], time_ms: u64) -> Self {
        Self {
            name: format!("tandem, {links} links"),
            verb: "start",
            links,
            crowds,
            time: Duration::from_millis(time_ms),
        }
    }

    /// All links are stopped.
    pub fn without(crowds: &'a [&'a Crowd], time_ms: u64) -> Self {
        Self {
            name: "no link".to_string(),
            verb: "stop",
            links: 1,
            crowds,
            time: Duration::from_millis(time_ms),
        }
    }
}

impl Contender for Idle<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        for crowd in self.crowds {
            crowd.verb(stage, self.verb)?;
        }
        if self.verb == "start" {
            for crowd in self.crowds {
                crowd.wait(stage)?;
            }
        }
        sleep(CALM.min(self.time));
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let servers = stage.processes()?;
        let used = || -> Vec<f64> { servers.iter().map(|pid| server_s(*pid)).collect() };
        let (before, begun) = (used(), Instant::now());
        sleep(self.time);
        let (after, elapsed_s) = (used(), begun.elapsed().as_secs_f64());
        let percent = |at: usize| (after[at] - before[at]) / elapsed_s * 100.0;
        Ok(Sample::of_rows(self.links)
            .with("legacy_core_percent", percent(0))
            .with("upgrade_core_percent", percent(1)))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        // Removing links wants them to run or to be stopped, whichever; what follows wants them all alike.
        for crowd in self.crowds {
            crowd.verb(stage, "stop")?;
        }
        Ok(())
    }
}
