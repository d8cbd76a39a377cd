//! What the loop says: in the log, in the events, and of tables that are set aside.

use std::sync::atomic::Ordering;

use tandem_shared::flow::{Failure as Kind, Report, TableId};

use super::Driver;
use crate::report::{Failure, Result};
use crate::stat::shm::Trouble;
use crate::state::event::{self, Severity};
use crate::state::memory::{self, Aside, Cause};
use crate::upgrade::transaction::transaction;

impl Driver<'_> {
    /// Says once when the backfill workers cannot go on, and when they can again.
    pub(super) fn hear_of_copy(&mut self) -> Result<()> {
        let trouble = self.worker.shm.trouble();
        let before = std::mem::replace(&mut self.trouble_of_copy, trouble);
        if trouble == before {
            return Ok(());
        }
        self.say(match (trouble, before) {
            (Trouble::Legacy, _) => Report::SourceAway,
            (Trouble::Target, _) => Report::TargetFailing,
            (Trouble::None, Trouble::Legacy) => Report::SourceBack,
            (Trouble::None, _) => Report::TargetBack,
        })
    }

    /// What kind of trouble a failed batch is.
    pub(super) fn trouble(&self, table: Option<u32>, failure: &Failure) -> Kind {
        match table {
            Some(number) if failure.of_a_table() => {
                let line = failure.line();
                let aside = Aside {
                    cause: Cause::Other,
                    error: &line,
                    hint: None,
                };
                let kept =
                    transaction(|| memory::set_errored(&self.row.name, number, &aside, None));
                if let Err(failure) = kept {
                    pgrx::warning!("could not mark a table as errored: {}", failure.line());
                }
                Kind::Table(TableId(number))
            }
            _ => Kind::Transient,
        }
    }

    /// The loop and the copy may both notice that an end is away, and that it is back: whoever is first tells it.
    fn told_already(&mut self, report: Report) -> bool {
        let (told, now) = match report {
            Report::SourceAway => (&mut self.told_away, true),
            Report::SourceBack => (&mut self.told_away, false),
            Report::TargetFailing => (&mut self.told_failing, true),
            Report::TargetBack => (&mut self.told_failing, false),
            Report::TableExcluded(_) | Report::Paused => return false,
        };
        std::mem::replace(told, now) == now
    }

    /// Marks a table that the machine has set aside. One that could not be read may have another definition: that is looked at.
    pub(super) fn set_aside(&mut self, number: u32, error: &str) -> Result<()> {
        let name = self.row.name.as_str();
        transaction(|| {
            if memory::all(name)?
                .get(&number)
                .is_some_and(|m| m.cause.is_some())
            {
                return Ok(());
            }
            let aside = Aside {
                cause: Cause::Unreadable,
                error,
                hint: None,
            };
            memory::set_errored(name, number, &aside, None).map(drop)
        })?;
        self.copying.set_aside(number);
        self.legacy_changed = true;
        Ok(())
    }

    /// The legacy name of a table.
    pub(super) fn source_of(&self, number: u32) -> String {
        let found = self.plans.iter().find(|plan| plan.table_no == number);
        found.map_or_else(
            || format!("number {number}"),
            |plan| plan.source.table.clone(),
        )
    }

    /// Says something once, in the log and in the events.
    pub(super) fn say(&mut self, report: Report) -> Result<()> {
        if self.told_already(report) {
            self.show();
            return Ok(());
        }
        let name = &self.row.name;
        let mut object = None;
        let error = self
            .worker
            .shm
            .error()
            .map_or(String::new(), |(text, _)| format!(": {text}"));
        let (severity, code, message) = match report {
            Report::SourceAway => (
                Severity::Warning,
                "legacy_away",
                format!("the legacy server is away{error}"),
            ),
            Report::SourceBack => (
                Severity::Info,
                "legacy_back",
                "the legacy server answers again".to_owned(),
            ),
            Report::TargetFailing => (
                Severity::Warning,
                "target_failing",
                format!("a batch could not be applied{error}"),
            ),
            Report::TargetBack => (
                Severity::Info,
                "target_back",
                "batches are applied again".to_owned(),
            ),
            Report::TableExcluded(table) => {
                let source = self.source_of(table.0);
                let text = format!("table \"{source}\" was set aside{error}");
                let kept = error.trim_start_matches(": ").to_owned();
                self.set_aside(table.0, &kept)?;
                object = Some(source);
                (Severity::Error, "table_errored", text)
            }
            Report::Paused => {
                // Who compares reads the log from there.
                self.save_log()?;
                self.worker
                    .shm
                    .holding
                    .store(self.holding, Ordering::SeqCst);
                self.worker.shm.broadcast();
                return Ok(());
            }
        };
        pgrx::log!("link \"{name}\": {message}");
        let written =
            transaction(|| event::write(name, severity, code, object.as_deref(), &message, None));
        if let Err(failure) = written {
            // The database may be what fails (a full disk): the log has it, and the loop goes on trying.
            pgrx::warning!("could not write an event: {}", failure.line());
        }
        self.show();
        Ok(())
    }
}
