//! A second reader of a link's binary log, for a worker beside the link's: it reads what the link's worker has not acknowledged when it stands still.

use std::sync::Arc;

use crossbeam_channel::unbounded;
use tandem_shared::plan::TablePlan;

use super::wake::{Bell, answer};
use crate::legacy::binlog::log::Log;
use crate::legacy::binlog::{reader, server, watch};
use crate::legacy::lane::Post;
use crate::legacy::options::{Capture, LinkOptions};
use crate::legacy::{catalog, task};
use crate::report::Result;
use crate::state::binlog;
use crate::state::link::Link;
use crate::upgrade::transaction::transaction;

/// Reads from where the link's worker would begin again, until this is dropped.
pub struct SideLog(Arc<Log>);

impl SideLog {
    /// Begins to read; `None` for a link with triggers.
    pub fn begin(
        row: &Link,
        options: &LinkOptions,
        plans: &[Arc<TablePlan>],
        bell: &Bell,
    ) -> Result<Option<Self>> {
        if options.capture == Capture::Triggers {
            return Ok(None);
        }
        let Some(stored) = transaction(|| binlog::load(&row.name))? else {
            return Ok(None);
        };
        let (database, family) = (options.dbname.clone(), row.family);
        let task = task::run(options, bell.wake(), move |session| {
            let catalog = catalog::read(&mut session.conn, &database, family)?;
            Ok((catalog, server::traits(session)?))
        })?;
        let (catalog, traits) = answer(bell, &task)?;
        let watch = watch::watch(&catalog, plans, traits.case_matters);
        // It holds what the link's worker holds, and little more.
        let log = Log::new(&stored.resume, &stored.since, usize::MAX);
        let log = Arc::new(log);
        let (sender, _) = unbounded();
        let post = Post {
            sender,
            wake: bell.wake(),
        };
        reader::begin(options.clone(), watch, Arc::clone(&log), post)?;
        Ok(Some(Self(log)))
    }

    /// What it has read.
    pub fn log(&self) -> Arc<Log> {
        Arc::clone(&self.0)
    }
}

impl Drop for SideLog {
    fn drop(&mut self) {
        self.0.stop();
    }
}
