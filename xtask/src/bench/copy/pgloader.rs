//! pgloader, which makes its own tables.
//!
//! Promises: its defaults, but for a schema of its own; an answer that lacks rows counts as a failure.

use std::process::Command;

use anyhow::Result;

use super::subject::Subject;
use crate::bench::contest::Contender;
use crate::bench::peers::pgloader;
use crate::bench::program;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// The program and what it is to do.
pub struct Pgloader<'a> {
    subject: &'a Subject,
    command: Command,
}

impl<'a> Pgloader<'a> {
    /// Fetches it.
    pub fn new(stage: &Stage, subject: &'a Subject) -> Result<Self> {
        let command = pgloader::command(stage, &subject.legacy, &subject.upgrade)?;
        Ok(Self { subject, command })
    }

    fn drop_schema(&self, stage: &Stage) -> Result<()> {
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", pgloader::SCHEMA);
        Ok(stage.upgrade(&self.subject.upgrade)?.batch_execute(&sql)?)
    }
}

impl Contender for Pgloader<'_> {
    fn name(&self) -> String {
        "pgloader".to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.drop_schema(stage)
    }

    fn run(&mut self, _: &Stage) -> Result<Sample> {
        program::run(&mut self.command)?;
        Ok(Sample::of_rows(self.subject.rows))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.subject.counted(stage, pgloader::SCHEMA)?;
        self.drop_schema(stage)
    }

    fn is_peer(&self) -> bool {
        true
    }
}
