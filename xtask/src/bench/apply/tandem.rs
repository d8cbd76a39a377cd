//! Tandem: a link that was paused while the changes were made.

use anyhow::Result;

use crate::bench::backlog::{Backlog, Case};
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::followed::{Address, Followed};
use crate::bench::link::SCHEMA;
use crate::bench::peak::Peak;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// Name of the link and of the databases.
const NAME: &str = "bench_apply";

/// A link and the table that it follows.
pub struct Ends(Followed);

/// One case.
pub struct Tandem<'a> {
    followed: &'a mut Followed,
    case: Case,
    changes: u64,
}

impl Ends {
    /// Makes the table and brings it over.
    pub fn begin(stage: &Stage, backlog: Backlog) -> Result<Self> {
        stage.upgrade_database(NAME)?;
        let address = Address {
            name: NAME.to_string(),
            database: NAME.to_string(),
            schema: SCHEMA.to_string(),
        };
        Ok(Self(Followed::begin(stage, address, backlog)?))
    }

    /// The contender of a case.
    pub fn contender(&mut self, case: Case) -> Tandem<'_> {
        Tandem {
            followed: &mut self.0,
            case,
            changes: 0,
        }
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.0.remove(stage)?;
        stage.drop_upgrade_database(NAME)
    }
}

impl Contender for Tandem<'_> {
    fn name(&self) -> String {
        TANDEM.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        self.changes = self.followed.fall_behind(stage, self.case)?;
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let link = &self.followed.link;
        let peak = Peak::watch(link.worker(stage)?);
        link.verb(stage, "resume")?;
        link.wait(stage)?;
        Ok(Sample::of_rows(self.changes).with("worker_peak_mib", peak.mib()))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        self.followed.in_step(stage)
    }
}
