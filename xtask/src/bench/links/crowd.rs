//! Links that work at the same time.

use anyhow::Result;

use crate::bench::backlog::Case;
use crate::bench::contest::Contender;
use crate::bench::followed::Followed;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// Some links.
pub struct Crowd {
    name: String,
    links: Vec<Followed>,
    changes: u64,
}

impl Crowd {
    /// These links, under a name for the results.
    pub fn new(name: impl Into<String>, links: Vec<Followed>) -> Self {
        Self {
            name: name.into(),
            links,
            changes: 0,
        }
    }

    /// One more.
    pub fn add(&mut self, link: Followed) {
        self.links.push(link);
    }

    /// Runs a verb on all of them.
    pub fn verb(&self, stage: &Stage, verb: &str) -> Result<()> {
        self.links
            .iter()
            .try_for_each(|followed| followed.link.verb(stage, verb))
    }

    /// Waits for all of them.
    pub fn wait(&self, stage: &Stage) -> Result<()> {
        self.links
            .iter()
            .try_for_each(|followed| followed.link.wait(stage))
    }

    /// Removes all of them.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.links
            .into_iter()
            .try_for_each(|followed| followed.remove(stage))
    }
}

impl Contender for &mut Crowd {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.changes = 0;
        for followed in &mut self.links {
            self.changes += followed.fall_behind(stage, Case::Distinct)?;
        }
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        self.verb(stage, "resume")?;
        self.wait(stage)?;
        Ok(Sample::of_rows(self.changes))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.links
            .iter()
            .try_for_each(|followed| followed.in_step(stage))
    }
}
