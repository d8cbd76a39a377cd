//! How carefully the legacy server keeps what it has committed.

use anyhow::Result;
use mysql::prelude::Queryable;

use crate::bench::stage::Stage;

/// Settings of the redo log and of the binary log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Both are flushed at every commit.
    Durable,
    /// Neither is; a crash of the machine may lose the last second.
    Relaxed,
}

impl Durability {
    /// Its name in the results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Relaxed => "relaxed",
        }
    }

    /// Sets it on the running server.
    pub fn set(self, stage: &Stage) -> Result<()> {
        let (flush, sync) = match self {
            Self::Durable => (1, 1),
            Self::Relaxed => (2, 0),
        };
        let mut legacy = stage.legacy("")?;
        legacy.query_drop(format!(
            "SET GLOBAL innodb_flush_log_at_trx_commit = {flush}"
        ))?;
        Ok(legacy.query_drop(format!("SET GLOBAL sync_binlog = {sync}"))?)
    }
}
