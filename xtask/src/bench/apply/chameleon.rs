//! pg_chameleon, which was not running while the changes were made.
//!
//! Promises: a tenth of the changes, since it takes long; its rate is compared.

use anyhow::Result;
use mysql::prelude::Queryable;

use crate::bench::backlog::{Backlog, Case, digest};
use crate::bench::contest::Contender;
use crate::bench::items;
use crate::bench::peers::chameleon::Chameleon;
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};

/// Name of the databases.
const NAME: &str = "bench_chameleon";

/// The table that it follows.
pub struct Ends {
    chameleon: Chameleon,
    backlog: Backlog,
    round: u64,
}

/// One case.
pub struct Follower<'a> {
    ends: &'a mut Ends,
    case: Case,
    changes: u64,
}

impl Ends {
    /// Fetches it, makes the table, and lets it bring the table over.
    pub fn begin(stage: &Stage, changes: u64) -> Result<Self> {
        let backlog = Backlog::of(changes / 10);
        stage.legacy_database(NAME)?;
        let mut legacy = stage.legacy(NAME)?;
        legacy.query_drop(items::LEGACY_DDL)?;
        legacy.query_drop(items::LEGACY_MARKER)?;
        items::insert(&mut legacy, backlog.standing_rows())?;
        let mut chameleon = Chameleon::begin(stage, NAME)?;
        chameleon.start()?;
        chameleon.mark(stage)?;
        chameleon.wait(stage)?;
        chameleon.stop()?;
        Ok(Self {
            chameleon,
            backlog,
            round: 0,
        })
    }

    /// The contender of a case.
    pub fn contender(&mut self, case: Case) -> Follower<'_> {
        Follower {
            ends: self,
            case,
            changes: 0,
        }
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.chameleon.remove(stage)?;
        stage.drop_legacy_database(NAME)
    }
}

impl Contender for Follower<'_> {
    fn name(&self) -> String {
        "pg_chameleon".to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        // It reads the whole server's log: what others have written meanwhile is not to be measured.
        let ends = &mut self.ends;
        ends.chameleon.start()?;
        ends.chameleon.mark(stage)?;
        ends.chameleon.wait(stage)?;
        ends.chameleon.stop()?;
        let mut legacy = stage.legacy(NAME)?;
        self.changes = ends.backlog.make(&mut legacy, self.case, ends.round)?;
        ends.round += 1;
        ends.chameleon.mark(stage)
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        self.ends.chameleon.start()?;
        self.ends.chameleon.wait(stage)?;
        Ok(Sample::of_rows(self.changes))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        let ends = &mut self.ends;
        ends.chameleon.stop()?;
        same(
            "the rows of pg_chameleon",
            &digest(&mut ends.chameleon.reader(stage)?, "app.item")?,
            &digest(&mut stage.legacy(NAME)?, "item")?,
        )
    }

    fn is_peer(&self) -> bool {
        true
    }
}
