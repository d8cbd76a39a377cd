//! Tandem: the initial copy of a link.

use anyhow::Result;

use super::subject::Subject;
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::link::{Link, SCHEMA};
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// A link that copies the subject.
pub struct Tandem<'a> {
    subject: &'a Subject,
    link: Option<Link>,
}

impl<'a> Tandem<'a> {
    /// Copies `subject`.
    pub fn new(subject: &'a Subject) -> Self {
        Self {
            subject,
            link: None,
        }
    }
}

impl Contender for Tandem<'_> {
    fn name(&self) -> String {
        TANDEM.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        let subject = self.subject;
        let link = Link::declare(stage, "bench_copy", &subject.legacy, &subject.upgrade)?;
        link.scaffold(stage, SCHEMA)?;
        self.link = Some(link);
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        if let Some(link) = &self.link {
            link.verb(stage, "start")?;
            link.wait(stage)?;
        }
        Ok(Sample::of_rows(self.subject.rows))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.subject.arrived(stage, SCHEMA)?;
        if let Some(link) = self.link.take() {
            link.remove(stage)?;
        }
        stage
            .upgrade(&self.subject.upgrade)?
            .batch_execute(&format!("DROP SCHEMA {SCHEMA} CASCADE"))?;
        Ok(())
    }
}
