//! PostgreSQL's logical replication.

use anyhow::Result;
use postgres::Client;

use super::{Door, Subject};
use crate::bench::logical::Replication;
use crate::bench::stage::Stage;

/// Name of publication, subscription and databases.
const NAME: &str = "bench_latency_logical";

/// A subscription that is in step.
pub struct Logical(Replication);

impl Logical {
    /// Makes it.
    pub fn begin(stage: &Stage) -> Result<Self> {
        let mut replication = Replication::begin(
            stage,
            NAME,
            "CREATE TABLE probe (id bigint NOT NULL PRIMARY KEY, payload character varying(100) NOT NULL)",
        )?;
        replication.mark(stage)?;
        replication.wait(stage)?;
        Ok(Self(replication))
    }
}

impl Subject for Logical {
    fn name(&self) -> &'static str {
        "logical replication"
    }

    fn table(&self) -> &'static str {
        "probe"
    }

    fn writer(&self, stage: &Stage) -> Result<Door> {
        let mut client = self.0.publisher(stage)?;
        let insert = client.prepare("INSERT INTO probe VALUES ($1, 'a row that is on its way')")?;
        Ok(Box::new(move |id| {
            client.execute(&insert, &[&id])?;
            Ok(())
        }))
    }

    fn reader(&self, stage: &Stage) -> Result<Client> {
        self.0.subscriber(stage)
    }

    fn remove(self: Box<Self>, stage: &Stage) -> Result<()> {
        self.0.remove(stage)
    }
}
