//! The scenarios, by name.
//!
//! Promises: one name for one scenario, in options and in results. Called by `bench` and by the small form.

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, Result, bail};

use super::machine::Machine;
use super::report::Report;
use super::stage::Stage;
use super::{Size, apply, copy, latency, links, overhead, verify};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Bringing tables over.
    Copy,
    /// Working off a backlog of changes.
    Apply,
    /// From a commit to its row on the other server.
    Latency,
    /// Finding what differs.
    Verify,
    /// Many links at once.
    Links,
    /// What capture costs the legacy server.
    Overhead,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Copy,
        Self::Apply,
        Self::Latency,
        Self::Verify,
        Self::Links,
        Self::Overhead,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Apply => "apply",
            Self::Latency => "latency",
            Self::Verify => "verify",
            Self::Links => "links",
            Self::Overhead => "overhead",
        }
    }

    /// The size when none is asked for.
    pub fn default_rows(self) -> u64 {
        match self {
            Self::Copy => 2_000_000,
            Self::Apply => 1_000_000,
            Self::Latency => 20_000,
            Self::Verify => 2_000_000,
            Self::Links => 480_000,
            Self::Overhead => 10_000,
        }
    }

    /// The size that shows whether the scenario works.
    pub fn small_rows(self) -> u64 {
        match self {
            Self::Overhead => 200,
            Self::Latency => 1_000,
            _ => 2_000,
        }
    }

    /// Measures, and leaves the stage as it was.
    pub fn play(self, stage: &Stage, size: Size) -> Result<Report> {
        let found = match self {
            Self::Copy => copy::play(stage, size),
            Self::Apply => apply::play(stage, size),
            Self::Latency => latency::play(stage, size),
            Self::Verify => verify::play(stage, size),
            Self::Links => links::play(stage, size),
            Self::Overhead => overhead::play(stage, size),
        }?;
        let machine = Machine::describe(stage);
        Ok(Report::new(self.name(), size, machine, found))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Scenario {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match Self::ALL
            .into_iter()
            .find(|scenario| scenario.name() == name)
        {
            Some(scenario) => Ok(scenario),
            None => {
                let names = Self::ALL.map(Self::name).join(", ");
                bail!("unknown scenario \"{name}\": use one of {names}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scenario;

    #[test]
    fn names_read_back() {
        for scenario in Scenario::ALL {
            assert_eq!(scenario.name().parse::<Scenario>().ok(), Some(scenario));
        }
        assert!("speed".parse::<Scenario>().is_err());
    }
}
