//! The contenders that need nothing but the servers' own clients.

use anyhow::Result;

use super::subject::{PLAIN, Subject, Table};
use crate::bench::contest::Contender;
use crate::bench::program;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// The legacy server's client piped into `\copy`.
pub struct Pipe<'a>(pub &'a Subject);

/// `\copy` from files.
pub struct Files<'a>(pub &'a Subject);

impl Contender for Pipe<'_> {
    fn name(&self) -> String {
        "client piped into \\copy".to_string()
    }

    fn prepare(&mut self, _: &Stage) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        for table in &self.0.tables {
            program::pipe(
                &mut program::legacy_rows(stage, &self.0.legacy, &table.select),
                &mut program::psql(stage, &self.0.upgrade, &copy(table, "STDIN")),
            )?;
        }
        finish(self.0, stage)
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        clear(self.0, stage)
    }
}

impl Contender for Files<'_> {
    fn name(&self) -> String {
        "\\copy from a file".to_string()
    }

    fn prepare(&mut self, _: &Stage) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        for table in &self.0.tables {
            let from = format!("'{}'", table.file.display());
            program::run(&mut program::psql(
                stage,
                &self.0.upgrade,
                &copy(table, &from),
            ))?;
        }
        finish(self.0, stage)
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        clear(self.0, stage)
    }
}

fn copy(table: &Table, from: &str) -> String {
    format!(
        "\\copy {PLAIN}.{} ({}) FROM {from} WITH (NULL 'NULL')",
        table.name, table.columns
    )
}

/// Indexes and foreign keys.
fn finish(subject: &Subject, stage: &Stage) -> Result<Sample> {
    let mut client = stage.upgrade(&subject.upgrade)?;
    for statement in &subject.afterwards {
        client.batch_execute(statement)?;
    }
    Ok(Sample::of_rows(subject.rows))
}

/// Counts, and makes the tables anew.
fn clear(subject: &Subject, stage: &Stage) -> Result<()> {
    subject.arrived(stage, PLAIN)?;
    subject.empty(stage)
}
