//! Tandem: a link that was paused while the changes were made. It captures by triggers, or from the binary log.

use anyhow::Result;

use crate::bench::backlog::{Backlog, Case};
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::followed::{Address, Followed};
use crate::bench::link::SCHEMA;
use crate::bench::peak::Peak;
use crate::bench::sample::Sample;
use crate::bench::stage::Stage;

/// A link and the table that it follows.
pub struct Ends {
    followed: Followed,
    name: &'static str,
    contender: String,
    from_log: bool,
}

/// One case.
pub struct Tandem<'a> {
    followed: &'a mut Followed,
    contender: &'a str,
    from_log: bool,
    case: Case,
    changes: u64,
}

impl Ends {
    /// By triggers: makes the table and brings it over.
    pub fn begin(stage: &Stage, backlog: Backlog) -> Result<Self> {
        Self::make(stage, backlog, "bench_apply", false)
    }

    /// From the binary log: the same. The link stands still unless it is its turn, since all other changes are in that log, too.
    pub fn begin_from_log(stage: &Stage, backlog: Backlog) -> Result<Self> {
        let ends = Self::make(stage, backlog, "bench_apply_log", true)?;
        ends.followed.link.hold_still(stage)?;
        Ok(ends)
    }

    fn make(stage: &Stage, backlog: Backlog, name: &'static str, from_log: bool) -> Result<Self> {
        stage.upgrade_database(name)?;
        let address = Address {
            name: name.to_string(),
            database: name.to_string(),
            schema: SCHEMA.to_string(),
            capture: if from_log { "binlog" } else { "triggers" },
        };
        Ok(Self {
            followed: Followed::begin(stage, address, backlog)?,
            name,
            contender: if from_log {
                format!("{TANDEM}, capture 'binlog'")
            } else {
                TANDEM.to_string()
            },
            from_log,
        })
    }

    /// The contender of a case.
    pub fn contender(&mut self, case: Case) -> Tandem<'_> {
        Tandem {
            followed: &mut self.followed,
            contender: &self.contender,
            from_log: self.from_log,
            case,
            changes: 0,
        }
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.followed.remove(stage)?;
        stage.drop_upgrade_database(self.name)
    }
}

impl Contender for Tandem<'_> {
    fn name(&self) -> String {
        self.contender.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        if self.from_log {
            // Past what the others did.
            self.followed.link.verb(stage, "resume")?;
            self.followed.link.wait(stage)?;
        }
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
        self.followed.in_step(stage)?;
        if self.from_log {
            self.followed.link.hold_still(stage)?;
        }
        Ok(())
    }
}
