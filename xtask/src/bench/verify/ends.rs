//! The two tables that are compared.

use anyhow::Result;
use mysql::prelude::Queryable;

use super::blemish::{self, CHANGED, EXTRA, MISSING};
use crate::bench::items;
use crate::bench::link::{Link, SCHEMA};
use crate::bench::stage::Stage;

/// Name of the link and of the databases.
pub const NAME: &str = "bench_verify";
/// The table on the upgrade side.
pub const TABLE: &str = "app.item";

/// What there is to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Nothing.
    Equal,
    /// A hundred rows.
    Different,
}

impl Case {
    /// Its name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "100 differ",
        }
    }

    /// How many rows are changed, additional and missing.
    pub fn differences(self) -> [u64; 3] {
        match self {
            Self::Equal => [0; 3],
            Self::Different => [CHANGED, EXTRA, MISSING],
        }
    }
}

/// A table on both sides, and the link between.
pub struct Ends {
    link: Link,
    rows: u64,
}

impl Ends {
    /// Makes the table and brings it over.
    pub fn begin(stage: &Stage, rows: u64) -> Result<Self> {
        stage.legacy_database(NAME)?;
        stage.upgrade_database(NAME)?;
        let file = stage.file("items");
        items::write_file(&file, 1..=rows)?;
        let mut legacy = stage.legacy(NAME)?;
        legacy.query_drop(items::LEGACY_DDL)?;
        items::load(&mut legacy, &file)?;
        std::fs::remove_file(file)?;
        let link = Link::declare(stage, NAME, NAME, NAME)?;
        link.scaffold(stage, SCHEMA)?;
        link.verb(stage, "start")?;
        link.wait(stage)?;
        stage
            .upgrade(NAME)?
            .batch_execute(&format!("VACUUM ANALYZE {TABLE}"))?;
        Ok(Self { link, rows })
    }

    /// Rows of the table.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Name of the link.
    pub fn link(&self) -> &str {
        &self.link.name
    }

    /// Puts the differences of a case there.
    pub fn spoil(&self, stage: &Stage, case: Case) -> Result<()> {
        match case {
            Case::Equal => Ok(()),
            Case::Different => blemish::put(&mut stage.upgrade(NAME)?, TABLE, self.rows),
        }
    }

    /// Takes them away.
    pub fn mend(&self, stage: &Stage, case: Case) -> Result<()> {
        match case {
            Case::Equal => Ok(()),
            Case::Different => blemish::remove(&mut stage.upgrade(NAME)?, TABLE, self.rows),
        }
    }

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.link.remove(stage)?;
        stage.drop_legacy_database(NAME)?;
        stage.drop_upgrade_database(NAME)
    }
}
