//! A table on one server that another server follows.
//!
//! Promises: writers and readers are the same for all; only what is between them differs. Called by the race.

pub mod chameleon;
pub mod logical;
pub mod tandem;

use anyhow::Result;
use mysql::prelude::Queryable;
use postgres::Client;

use super::writer::Door;
use crate::bench::stage::Stage;

/// The legacy table.
const LEGACY_DDL: &str =
    "CREATE TABLE probe (id BIGINT NOT NULL PRIMARY KEY, payload VARCHAR(100) NOT NULL)";

/// Two ends and what keeps them in step.
pub trait Subject {
    /// Its name in the results.
    fn name(&self) -> &'static str;

    /// The table that readers look at.
    fn table(&self) -> &'static str;

    /// Makes ready for a measurement.
    fn begin_turn(&self, _stage: &Stage) -> Result<()> {
        Ok(())
    }

    /// Ends a measurement.
    fn end_turn(&self, _stage: &Stage) -> Result<()> {
        Ok(())
    }

    /// Whether this is somebody else's program.
    fn is_peer(&self) -> bool {
        false
    }

    /// A writer's session.
    fn writer(&self, stage: &Stage) -> Result<Door>;

    /// A reader's session.
    fn reader(&self, stage: &Stage) -> Result<Client>;

    /// Removes everything.
    fn remove(self: Box<Self>, stage: &Stage) -> Result<()>;
}

/// A writer's session on the legacy server.
fn legacy_door(stage: &Stage, database: &str) -> Result<Door> {
    let mut conn = stage.legacy(database)?;
    let insert = conn.prep("INSERT INTO probe VALUES (?, 'a row that is on its way')")?;
    Ok(Box::new(move |id| Ok(conn.exec_drop(&insert, (id,))?)))
}
