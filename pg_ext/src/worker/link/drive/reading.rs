//! Capture from the binary log, from the driver's side: the reader is started, what it has read is stored, and what it cannot tell is compared.

use std::sync::Arc;

use tandem_shared::binlog::Place;

use super::Driver;
use crate::legacy::binlog::log::{Figures, Log};
use crate::legacy::binlog::{proof, reader};
use crate::legacy::lane::Post;
use crate::report::Result;
use crate::state::binlog;
use crate::state::event::{self, Severity};
use crate::state::table;
use crate::upgrade::transaction::transaction;
use crate::worker::link::prepare::Ready;

/// Milliseconds between two times that the place is stored, while it changes.
const SAVE_MS: u64 = 1_000;

/// What the driver has of the log; nothing for capture by triggers.
#[derive(Default)]
pub struct Reading {
    /// What was read.
    pub log: Option<Arc<Log>>,
    /// What was stored of it, and at which of its versions.
    saved: Option<Figures>,
    version: u64,
    /// When that is due again.
    pub save_at_ms: u64,
    /// Tables that the log says have to be compared, and where it says so.
    pub wholes: Vec<(u32, Place)>,
    /// Why the log cannot be read any more.
    pub lost: Option<String>,
}

impl Reading {
    /// Starts the reader of a link that captures from the binary log.
    pub fn begin(ready: &Ready, post: &Post) -> Result<Self> {
        let Some(reading) = &ready.reading else {
            return Ok(Self::default());
        };
        let options = &ready.options;
        let log = Arc::new(Log::new(
            &reading.resume,
            &reading.since,
            options.binlog_memory_bytes,
        ));
        let watch = reading.watch.clone();
        reader::begin(options.clone(), watch, Arc::clone(&log), post.clone())?;
        proof::begin(options.clone(), Arc::clone(&log), post.clone())?;
        Ok(Self {
            log: Some(log),
            ..Self::default()
        })
    }
}

impl Driver<'_> {
    /// Stores where reading is, now and then, and acts on what the log cannot tell. True when the link has to begin anew.
    pub(super) fn follow_log(&mut self) -> Result<bool> {
        if self.unsaved() && self.now_ms() >= self.reading.save_at_ms {
            self.save_log()?;
        }
        if let Some(why) = self.reading.lost.take() {
            self.lost(&why)?;
            return Ok(true);
        }
        if self.reading.wholes.is_empty() {
            return Ok(false);
        }
        let name = self.row.name.clone();
        let wholes = std::mem::take(&mut self.reading.wholes);
        transaction(|| {
            for (number, place) in wholes {
                let source = self.source_of(number);
                table::compare_again(&name, number)?;
                binlog::compared(&name, number, place)?;
                let message = format!(
                    "the binary log says that legacy table \"{source}\" changed, and not row by row"
                );
                let hint = "The table is compared with the legacy server and mended.";
                let object = Some(source.as_str());
                let code = "table_replaced";
                event::write(&name, Severity::Warning, code, object, &message, Some(hint))?;
            }
            Ok(())
        })?;
        Ok(true)
    }

    /// The log is not there any more from where it was read to: everything is compared.
    fn lost(&self, why: &str) -> Result<()> {
        let name = self.row.name.as_str();
        let message =
            format!("the binary log can no longer be read from where it was read to: {why}");
        pgrx::log!("link \"{name}\": {message}");
        transaction(|| {
            // Without a place the link begins at the log's end, and all tables are compared.
            binlog::forget(name)?;
            let hint = "All tables are compared with the legacy server and mended. Keep binary logs longer than the link may be stopped.";
            event::write(
                name,
                Severity::Warning,
                "binlog_lost",
                None,
                &message,
                Some(hint),
            )
        })
    }

    /// True when there is something to store.
    pub(super) fn unsaved(&self) -> bool {
        let log = self.reading.log.as_ref();
        log.is_some_and(|log| log.version() != self.reading.version)
    }

    /// Stores where reading is.
    pub(super) fn save_log(&mut self) -> Result<()> {
        let Some(log) = &self.reading.log else {
            return Ok(());
        };
        let (version, figures) = (log.version(), log.figures());
        self.reading.save_at_ms = self.now_ms() + SAVE_MS;
        self.reading.version = version;
        if self.reading.saved.as_ref() != Some(&figures) {
            transaction(|| binlog::save(&self.row.name, &figures))?;
            self.reading.saved = Some(figures);
        }
        Ok(())
    }

    /// Ends the reader and stores where it was.
    pub(super) fn end_reading(&mut self) {
        let Some(log) = &self.reading.log else { return };
        log.stop();
        if let Err(failure) = self.save_log() {
            // The place that was stored before does as well.
            pgrx::warning!(
                "could not store a place in the binary log: {}",
                failure.line()
            );
        }
    }
}
