//! `INSERT ... SELECT` from a foreign table of mysql_fdw.

use anyhow::Result;

use super::subject::{PLAIN, Subject};
use crate::bench::contest::Contender;
use crate::bench::items::TABLE;
use crate::bench::peers::mysql_fdw;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// The foreign table, and the plain one that it fills.
pub struct Fdw<'a>(&'a Subject);

impl<'a> Fdw<'a> {
    /// Fetches the extension and makes the foreign table.
    pub fn new(stage: &Stage, subject: &'a Subject) -> Result<Self> {
        mysql_fdw::install(stage)?;
        mysql_fdw::import(stage, &subject.legacy, &subject.upgrade)?;
        Ok(Self(subject))
    }
}

impl Contender for Fdw<'_> {
    fn name(&self) -> String {
        "mysql_fdw".to_string()
    }

    fn prepare(&mut self, _: &Stage) -> Result<()> {
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let sql = format!(
            "INSERT INTO {PLAIN}.{TABLE} SELECT * FROM {}.{TABLE}",
            mysql_fdw::SCHEMA
        );
        stage.upgrade(&self.0.upgrade)?.batch_execute(&sql)?;
        Ok(Sample::of_rows(self.0.rows))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.0.arrived(stage, PLAIN)?;
        self.0.empty(stage)
    }

    fn is_peer(&self) -> bool {
        true
    }
}
