//! PostgreSQL's logical replication: a subscription that was disabled while the changes were made.

use anyhow::Result;

use crate::bench::backlog::{Backlog, Case, digest};
use crate::bench::contest::Contender;
use crate::bench::items;
use crate::bench::logical::Replication;
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};

/// Name of publication, subscription and databases.
const NAME: &str = "bench_apply_logical";

/// A subscription and the table that it follows.
pub struct Ends {
    backlog: Backlog,
    replication: Replication,
    round: u64,
}

/// One case.
pub struct Logical<'a> {
    ends: &'a mut Ends,
    case: Case,
    changes: u64,
}

impl Ends {
    /// Makes the table and brings it over.
    pub fn begin(stage: &Stage, backlog: Backlog) -> Result<Self> {
        let mut replication = Replication::begin(stage, NAME, items::UPGRADE_DDL)?;
        let file = stage.file("items");
        items::write_file(&file, 1..=backlog.standing_rows())?;
        let sql = format!("COPY item FROM '{}'", file.display());
        replication.publisher(stage)?.batch_execute(&sql)?;
        std::fs::remove_file(file)?;
        replication.mark(stage)?;
        replication.wait(stage)?;
        Ok(Self {
            backlog,
            replication,
            round: 0,
        })
    }

    /// The contender of a case.
    pub fn contender(&mut self, case: Case) -> Logical<'_> {
        Logical {
            ends: self,
            case,
            changes: 0,
        }
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.replication.remove(stage)
    }
}

impl Contender for Logical<'_> {
    fn name(&self) -> String {
        "logical replication".to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        let replication = &mut self.ends.replication;
        replication.pause(stage)?;
        let mut publisher = replication.publisher(stage)?;
        self.changes = self
            .ends
            .backlog
            .make(&mut publisher, self.case, self.ends.round)?;
        self.ends.round += 1;
        replication.mark(stage)?;
        publisher.batch_execute("VACUUM ANALYZE item")?;
        replication
            .subscriber(stage)?
            .batch_execute("VACUUM ANALYZE item")?;
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        self.ends.replication.resume(stage)?;
        self.ends.replication.wait(stage)?;
        Ok(Sample::of_rows(self.changes))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        let replication = &self.ends.replication;
        same(
            "the rows of the subscriber",
            &digest(&mut replication.subscriber(stage)?, "item")?,
            &digest(&mut replication.publisher(stage)?, "item")?,
        )
    }
}
