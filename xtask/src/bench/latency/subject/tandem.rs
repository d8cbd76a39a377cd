//! A link.

use anyhow::Result;
use mysql::prelude::Queryable;
use postgres::Client;

use super::{Door, Subject};
use crate::bench::contest::TANDEM;
use crate::bench::link::{Link, SCHEMA};
use crate::bench::stage::Stage;

/// Name of the link and of the databases.
const NAME: &str = "bench_latency";

/// A link that is in step.
pub struct Tandem(Link);

impl Tandem {
    /// Makes it.
    pub fn begin(stage: &Stage) -> Result<Self> {
        stage.legacy_database(NAME)?;
        stage.upgrade_database(NAME)?;
        stage.legacy(NAME)?.query_drop(super::LEGACY_DDL)?;
        let link = Link::declare(stage, NAME, NAME, NAME)?;
        link.scaffold(stage, SCHEMA)?;
        link.verb(stage, "start")?;
        link.wait(stage)?;
        Ok(Self(link))
    }
}

impl Subject for Tandem {
    fn name(&self) -> &'static str {
        TANDEM
    }

    fn table(&self) -> &'static str {
        "app.probe"
    }

    fn writer(&self, stage: &Stage) -> Result<Door> {
        super::legacy_door(stage, NAME)
    }

    fn reader(&self, stage: &Stage) -> Result<Client> {
        stage.upgrade(NAME)
    }

    fn remove(self: Box<Self>, stage: &Stage) -> Result<()> {
        self.0.remove(stage)?;
        stage.drop_legacy_database(NAME)?;
        stage.drop_upgrade_database(NAME)
    }
}
