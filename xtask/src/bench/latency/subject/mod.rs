//! A table on one server that another server follows.
//!
//! Promises: writers and readers are the same for all; only what is between them differs. Called by the race.

pub mod logical;
pub mod tandem;

use anyhow::Result;
use postgres::Client;

use super::writer::Door;
use crate::bench::stage::Stage;

/// Two ends and what keeps them in step.
pub trait Subject {
    /// Its name in the results.
    fn name(&self) -> &'static str;

    /// The table that readers look at.
    fn table(&self) -> &'static str;

    /// A writer's session.
    fn writer(&self, stage: &Stage) -> Result<Door>;

    /// A reader's session.
    fn reader(&self, stage: &Stage) -> Result<Client>;

    /// Removes everything.
    fn remove(self: Box<Self>, stage: &Stage) -> Result<()>;
}
