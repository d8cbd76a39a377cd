//! reladiff on the same two tables.

use std::process::Command;

use anyhow::{Result, bail};

use super::ends::{Case, Ends, NAME, TABLE};
use crate::bench::contest::Contender;
use crate::bench::peers::reladiff;
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};

/// One case.
pub struct Reladiff<'a> {
    ends: &'a Ends,
    case: Case,
    command: Command,
    lines: u64,
}

impl<'a> Reladiff<'a> {
    /// Fetches it.
    pub fn new(stage: &Stage, ends: &'a Ends, case: Case) -> Result<Self> {
        let command = reladiff::command(stage, (NAME, "item"), (NAME, TABLE))?;
        Ok(Self {
            ends,
            case,
            command,
            lines: 0,
        })
    }
}

impl Contender for Reladiff<'_> {
    fn name(&self) -> String {
        "reladiff".to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.ends.spoil(stage, self.case)
    }

    fn run(&mut self, _: &Stage) -> Result<Sample> {
        let output = self.command.output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if let Some(error) = said.lines().find(|line| line.contains("ERROR")) {
            bail!("{error}");
        }
        let found = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = found.lines().filter(|line| line.starts_with(['+', '-']));
        self.lines = lines.count() as u64;
        Ok(Sample::of_rows(self.ends.rows()))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.ends.mend(stage, self.case)?;
        // It shows a changed row twice, as it was and as it is.
        let [changed, extra, missing] = self.case.differences();
        same("its lines", &self.lines, &(2 * changed + extra + missing))
    }

    fn is_peer(&self) -> bool {
        true
    }
}
