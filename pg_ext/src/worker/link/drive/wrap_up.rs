//! What is done beside the loop: foreign keys once everything is here, identity sequences that follow the keys.

use super::Driver;
use crate::report::{Failure, Result};
use crate::state::ddl;
use crate::state::event::{self, Severity};
use crate::upgrade::transaction::transaction;
use crate::worker::link::identity;

/// Milliseconds between two moves of the identity sequences.
const FOLLOW_MS: u64 = 2_000;
/// Milliseconds until something that failed is tried again.
const RETRY_MS: u64 = 5_000;

impl Driver<'_> {
    /// The first time that everything is here: foreign keys, and a word to the operator. Called only while this database equals one
    /// committed state of the legacy database, so that foreign keys which hold there hold here.
    pub(super) fn wrap_up(&mut self) {
        if self.wrapped_up || !self.copying.all_live() || self.now_ms() < self.wrap_up_at_ms {
            return;
        }
        match self.finish_schema() {
            Ok(()) => {
                self.wrapped_up = true;
                self.touched
                    .extend(self.plans.iter().map(|plan| plan.table_no));
                self.follow_identities(true);
            }
            Err(failure) => {
                self.wrap_up_at_ms = self.now_ms() + RETRY_MS;
                self.complain("foreign keys could not be created yet", &failure);
            }
        }
    }

    fn finish_schema(&self) -> Result<()> {
        let name = &self.row.name;
        let last = transaction(|| ddl::last(name))?;
        ddl::run(name, &last)?;
        transaction(|| {
            let first = pgrx::Spi::get_one_with_args::<bool>(
                "WITH before AS (SELECT caught_up_at FROM tandem.link WHERE link = $1 FOR UPDATE) \
                 UPDATE tandem.link SET caught_up_at = COALESCE(link.caught_up_at, clock_timestamp()) FROM before \
                 WHERE link = $1 RETURNING before.caught_up_at IS NULL",
                &[name.as_str().into()],
            )?;
            if first == Some(true) {
                let message = "the whole legacy database is here and in step";
                event::write(name, Severity::Info, "caught_up", None, message, None)?;
            }
            Ok(())
        })
    }

    /// Moves identity sequences on; `now` or at most once in a while, and only for tables that changed.
    pub(super) fn follow_identities(&mut self, now: bool) {
        let due = now || self.now_ms() >= self.follow_at_ms;
        if self.touched.is_empty() || !self.wrapped_up || !due {
            return;
        }
        self.follow_at_ms = self.now_ms() + FOLLOW_MS;
        let followed = transaction(|| {
            let touched = self
                .plans
                .iter()
                .filter(|plan| self.touched.contains(&plan.table_no));
            touched.into_iter().try_for_each(identity::follow)
        });
        match followed {
            Ok(()) => self.touched.clear(),
            Err(failure) => {
                self.follow_at_ms = self.now_ms() + RETRY_MS;
                self.complain("identity sequences could not be moved on", &failure);
            }
        }
    }

    /// Something beside the loop failed and is tried again: the loop goes on.
    fn complain(&self, what: &str, failure: &Failure) {
        let line = failure.line();
        self.worker.shm.set_error(&line);
        pgrx::warning!("link \"{}\": {what}: {line}", self.row.name);
    }
}
