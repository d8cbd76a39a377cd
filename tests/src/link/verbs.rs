//! What an operator does with a link.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Link, SCHEMA};
use crate::condition::{SLOW_MACHINE, until_so};
use crate::upgrade_sql::{Refusal, Row, refused, rows, value};

/// Seconds that a link may take to catch up, a restart of a server included.
const CATCH_UP_S: u32 = 90 * SLOW_MACHINE;
/// Time within which what was applied is acknowledged.
const ACKNOWLEDGED: Duration = Duration::from_secs(15);

impl Link {
    /// `tandem.scaffold`: kind, object, note.
    pub fn scaffold(&self) -> Result<Vec<Row>> {
        let sql = format!("SELECT * FROM tandem.scaffold('{}', '{SCHEMA}')", self.name);
        rows(&mut self.upgrade()?, &sql)
    }

    /// `tandem.start`, `pause`, `resume` or `stop`.
    pub fn verb(&self, verb: &str) -> Result<()> {
        rows(
            &mut self.upgrade()?,
            &format!("SELECT tandem.{verb}('{}')", self.name),
        )?;
        Ok(())
    }

    /// What the operator is told when a verb is refused.
    pub fn verb_refused(&self, verb: &str) -> Result<Refusal> {
        refused(
            &mut self.upgrade()?,
            &format!("SELECT tandem.{verb}('{}')", self.name),
        )
    }

    /// `tandem.wait`, which must succeed.
    pub fn wait(&self) -> Result<()> {
        let sql = format!("SELECT tandem.wait('{}', '{CATCH_UP_S} s')", self.name);
        let answer = value(&mut self.upgrade()?, &sql)?;
        ensure!(
            answer.as_deref() == Some("t"),
            "tandem.wait returned {answer:?}"
        );
        Ok(())
    }

    /// `tandem.resync`.
    pub fn resync(&self, table: &str) -> Result<()> {
        rows(
            &mut self.upgrade()?,
            &format!("SELECT tandem.resync('{}', '{table}')", self.name),
        )?;
        Ok(())
    }

    /// Fails unless both sides are equal. Others may write meanwhile.
    pub fn equal(&self) -> Result<()> {
        let found = self.verify()?;
        let shown: Vec<_> = found.iter().take(5).collect();
        ensure!(
            found.is_empty(),
            "{} rows differ, among them {shown:#?}",
            found.len()
        );
        Ok(())
    }

    /// Fails unless the link catches up and both sides are equal. Others may write meanwhile.
    pub fn in_step(&self) -> Result<()> {
        self.wait()?;
        self.equal()
    }

    /// Fails unless the link catches up, both sides are equal and no notification is left. Nobody may write meanwhile.
    pub fn settled(&self) -> Result<()> {
        self.in_step()?;
        until_so("every notification is acknowledged", ACKNOWLEDGED, || {
            Ok(self.notifications()? == 0)
        })
    }

    /// Waits until the link is in this state.
    pub fn becomes(&self, state: &str, patience: Duration) -> Result<()> {
        until_so(&format!("link {} is {state}", self.name), patience, || {
            let stat = self.stat()?;
            ensure!(stat.state == state, "{stat:?}");
            Ok(true)
        })
    }
}
