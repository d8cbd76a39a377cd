//! `tandem.verify`.

use anyhow::Result;
use mysql::prelude::Queryable;

use super::blemish::{self, CHANGED, EXTRA, MISSING};
use crate::bench::contest::{Contender, TANDEM};
use crate::bench::items;
use crate::bench::link::{Link, SCHEMA};
use crate::bench::sample::Sample;
use crate::bench::stage::{Stage, same};

/// Name of the link and of the databases.
const NAME: &str = "bench_verify";
/// The table on the upgrade side.
const TABLE: &str = "app.item";

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
}

/// A table on both sides.
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

    /// Removes everything.
    pub fn remove(self, stage: &Stage) -> Result<()> {
        self.link.remove(stage)?;
        stage.drop_legacy_database(NAME)?;
        stage.drop_upgrade_database(NAME)
    }
}

/// One case.
pub struct Tandem<'a> {
    ends: &'a Ends,
    case: Case,
    found: Vec<(String, i64)>,
}

impl<'a> Tandem<'a> {
    /// Compares.
    pub fn new(ends: &'a Ends, case: Case) -> Self {
        Self {
            ends,
            case,
            found: Vec::new(),
        }
    }
}

impl Contender for Tandem<'_> {
    fn name(&self) -> String {
        TANDEM.to_string()
    }

    fn prepare(&mut self, stage: &Stage) -> Result<()> {
        if self.case == Case::Different {
            blemish::put(&mut stage.upgrade(NAME)?, TABLE, self.ends.rows)?;
        }
        Ok(())
    }

    fn run(&mut self, stage: &Stage) -> Result<Sample> {
        let sql = format!(
            "SELECT kind, count(*) FROM tandem.verify('{}') GROUP BY kind ORDER BY kind",
            self.ends.link.name
        );
        let found = stage.upgrade(NAME)?.query(&sql, &[])?;
        self.found = found.iter().map(|row| (row.get(0), row.get(1))).collect();
        Ok(Sample::of_rows(self.ends.rows))
    }

    fn clear(&mut self, stage: &Stage) -> Result<()> {
        let mut expected = Vec::new();
        if self.case == Case::Different {
            for (kind, count) in [
                ("different", CHANGED),
                ("extra", EXTRA),
                ("missing", MISSING),
            ] {
                expected.push((kind.to_string(), i64::try_from(count)?));
            }
            blemish::remove(&mut stage.upgrade(NAME)?, TABLE, self.ends.rows)?;
        }
        same("the differences", &self.found, &expected)
    }
}
