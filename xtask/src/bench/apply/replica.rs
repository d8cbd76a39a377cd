//! A replica of the legacy server, of its own kind, that was stopped while the changes were made.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mysql::prelude::Queryable;
use mysql::{Conn, Row};

use crate::bench::backlog::{Backlog, Case, digest};
use crate::bench::contest::Contender;
use crate::bench::items;
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};
use crate::interrupt;

/// Name of the database.
const NAME: &str = "bench_replica";
/// The longest that the replica may need to catch up.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(2);

/// The table that the replica follows.
pub struct Ends {
    backlog: Backlog,
    round: u64,
    reached: u64,
}

/// One case.
pub struct Replica<'a> {
    ends: &'a mut Ends,
    case: Case,
    changes: u64,
}

impl Ends {
    /// Makes the table; it comes over with everything else that the server has committed.
    pub fn begin(stage: &Stage, backlog: Backlog) -> Result<Self> {
        stage.legacy_database(NAME)?;
        let mut legacy = stage.legacy(NAME)?;
        legacy.query_drop(items::LEGACY_DDL)?;
        legacy.query_drop(items::LEGACY_MARKER)?;
        items::insert(&mut legacy, backlog.standing_rows())?;
        let mut ends = Self {
            backlog,
            round: 0,
            reached: 0,
        };
        ends.mark(stage)?;
        ends.wait(stage)?;
        replica_does(stage, "STOP")?;
        confine(stage)?;
        Ok(ends)
    }

    /// The contender of a case.
    pub fn contender(&mut self, case: Case) -> Replica<'_> {
        Replica {
            ends: self,
            case,
            changes: 0,
        }
    }

    /// Removes the table.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        stage.drop_legacy_database(NAME)
    }

    fn mark(&mut self, stage: &Stage) -> Result<()> {
        self.reached += 1;
        let sql = format!("UPDATE marker SET reached = {}", self.reached);
        Ok(stage.legacy(NAME)?.query_drop(sql)?)
    }

    fn wait(&self, stage: &Stage) -> Result<()> {
        let mut replica = stage.replica()?.connect_as_root()?;
        let deadline = Instant::now() + PATIENCE;
        let sql = format!("SELECT reached FROM {NAME}.marker");
        loop {
            // Until the table has come there is none.
            let reached: Option<u64> = replica.query_first(&sql).unwrap_or_default();
            if reached == Some(self.reached) {
                return Ok(());
            }
            if interrupt::happened() || Instant::now() > deadline {
                bail!("the replica does not catch up");
            }
            still_applies(&mut replica)?;
            sleep(LOOK);
        }
    }
}

impl Contender for Replica<'_> {
    fn name(&self) -> String {
        "replica".to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        // It follows the whole server: what others have changed meanwhile is not to be measured.
        self.ends.mark(stage)?;
        replica_does(stage, "START")?;
        self.ends.wait(stage)?;
        replica_does(stage, "STOP")?;
        let mut legacy = stage.legacy(NAME)?;
        let ends = &mut self.ends;
        self.changes = ends.backlog.make(&mut legacy, self.case, ends.round)?;
        ends.round += 1;
        ends.mark(stage)
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        replica_does(stage, "START")?;
        self.ends.wait(stage)?;
        Ok(Sample::of_rows(self.changes))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        replica_does(stage, "STOP")?;
        let table = format!("{NAME}.item");
        same(
            "the rows of the replica",
            &digest(&mut stage.replica()?.connect_as_root()?, &table)?,
            &digest(&mut stage.legacy(NAME)?, &table)?,
        )
    }

    fn is_peer(&self) -> bool {
        true
    }
}

fn replica_does(stage: &Stage, verb: &str) -> Result<()> {
    let sql = format!("{verb} REPLICA");
    let mut replica = stage.replica()?.connect_as_root()?;
    replica
        .query_drop(sql)
        .with_context(|| format!("the replica does not {verb}"))
}

/// Lets the replica follow the one database only: what others do is not its work, and not all of it is in the binary log.
fn confine(stage: &Stage) -> Result<()> {
    let sql = if stage.is_mysql() {
        format!("CHANGE REPLICATION FILTER REPLICATE_DO_DB = ({NAME})")
    } else {
        format!("SET GLOBAL replicate_do_db = '{NAME}'")
    };
    Ok(stage.replica()?.connect_as_root()?.query_drop(sql)?)
}

/// Fails, with the replica's own words, when it has given up.
fn still_applies(replica: &mut Conn) -> Result<()> {
    let status: Option<Row> = replica.query_first("SHOW REPLICA STATUS")?;
    let status = status.context("the replica has no source")?;
    let text = |names: [&str; 2]| -> String {
        let value = names
            .iter()
            .find_map(|name| status.get_opt::<String, _>(*name));
        value.and_then(Result::ok).unwrap_or_default()
    };
    if text(["Replica_SQL_Running", "Slave_SQL_Running"]) == "No" {
        bail!("{}", text(["Last_SQL_Error", "Last_Error"]));
    }
    Ok(())
}
