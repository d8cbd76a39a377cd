//! pg_chameleon.

use std::cell::RefCell;

use anyhow::Result;
use mysql::prelude::Queryable;
use postgres::Client;

use super::{Door, Subject};
use crate::bench::items::LEGACY_MARKER;
use crate::bench::peers::chameleon::Chameleon;
use crate::bench::stage::Stage;

/// Name of the databases.
const NAME: &str = "bench_chameleon";

/// It, running only while it is measured: it asks its databases all the time.
pub struct Follower(RefCell<Chameleon>);

impl Follower {
    /// Fetches it and lets it bring the table over.
    pub fn begin(stage: &Stage) -> Result<Self> {
        stage.legacy_database(NAME)?;
        let mut legacy = stage.legacy(NAME)?;
        legacy.query_drop(super::LEGACY_DDL)?;
        legacy.query_drop(LEGACY_MARKER)?;
        Ok(Self(RefCell::new(Chameleon::begin(stage, NAME)?)))
    }
}

impl Subject for Follower {
    fn name(&self) -> &'static str {
        "pg_chameleon"
    }

    fn table(&self) -> &'static str {
        "app.probe"
    }

    fn begin_turn(&self, stage: &Stage) -> Result<()> {
        let mut chameleon = self.0.borrow_mut();
        chameleon.start()?;
        chameleon.mark(stage)?;
        chameleon.wait(stage)
    }

    fn end_turn(&self, _: &Stage) -> Result<()> {
        self.0.borrow_mut().stop()
    }

    fn is_peer(&self) -> bool {
        true
    }

    fn writer(&self, stage: &Stage) -> Result<Door> {
        super::legacy_door(stage, NAME)
    }

    fn reader(&self, stage: &Stage) -> Result<Client> {
        self.0.borrow().reader(stage)
    }

    fn remove(self: Box<Self>, stage: &Stage) -> Result<()> {
        self.0.into_inner().remove(stage)?;
        stage.drop_legacy_database(NAME)
    }
}
