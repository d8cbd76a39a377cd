//! A table of items that a link follows, and the changes that are made to it.
//!
//! Promises: changes are made while the link stands still; afterwards both sides must hold the same. Called by the scenarios.

use anyhow::Result;
use mysql::prelude::Queryable;

use super::backlog::{Backlog, Case, digest};
use super::items;
use super::link::Link;
use super::stage::{Stage, same};

/// Where a link's two ends are.
#[derive(Clone, Debug)]
pub struct Address {
    /// Name of the link and of the legacy database.
    pub name: String,
    /// The upgrade database, which has the extension.
    pub database: String,
    /// Its schema for the table.
    pub schema: String,
    /// How changes are captured.
    pub capture: &'static str,
}

/// A link that is in step.
pub struct Followed {
    /// The link.
    pub link: Link,
    address: Address,
    backlog: Backlog,
    round: u64,
}

impl Followed {
    /// Makes the legacy table with rows and brings it over.
    pub fn begin(stage: &Stage, address: Address, backlog: Backlog) -> Result<Self> {
        let name = &address.name;
        stage.legacy_database(name)?;
        let mut legacy = stage.legacy(name)?;
        legacy.query_drop(items::LEGACY_DDL)?;
        let file = stage.file("items");
        items::write_file(&file, 1..=backlog.standing_rows())?;
        items::load(&mut legacy, &file)?;
        std::fs::remove_file(file)?;
        let link = Link::capturing(stage, address.capture, name, name, &address.database)?;
        link.scaffold(stage, &address.schema)?;
        link.verb(stage, "start")?;
        link.wait(stage)?;
        Ok(Self {
            link,
            address,
            backlog,
            round: 0,
        })
    }

    /// Lets the link stand still and makes changes; returns how many.
    pub fn fall_behind(&mut self, stage: &Stage, case: Case) -> Result<u64> {
        self.link.hold_still(stage)?;
        let mut legacy = stage.legacy(&self.address.name)?;
        let changes = self.backlog.make(&mut legacy, case, self.round)?;
        self.round += 1;
        let sql = format!("VACUUM ANALYZE {}", self.table());
        stage.upgrade(&self.address.database)?.batch_execute(&sql)?;
        Ok(changes)
    }

    /// Fails unless both sides hold the same.
    pub fn in_step(&self, stage: &Stage) -> Result<()> {
        let mut upgrade = stage.upgrade(&self.address.database)?;
        let mut legacy = stage.legacy(&self.address.name)?;
        same(
            &format!("table {}", self.table()),
            &digest(&mut upgrade, &self.table())?,
            &digest(&mut legacy, "item")?,
        )
    }

    /// Removes the link and the legacy database.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.link.remove(stage)?;
        stage.drop_legacy_database(&self.address.name)
    }

    fn table(&self) -> String {
        format!("{}.item", self.address.schema)
    }
}
