//! The promises that are checked while a run goes on. (Those of the acknowledgement are in `network`, "not written again" is in `target`,
//! "comes right in bounded time" and "idle costs nothing" are in `world`.)

use super::model::{Rows, Snapshot};
use super::worker::Worker;
use super::world::{Waiter, World};
use crate::flow::{Apply, TableState};

impl World {
    /// After every event: what the machine says of itself must be true.
    pub fn check_status(&mut self, worker: &mut Worker) -> Result<(), String> {
        let status = worker.machine.status();
        let Some(consistent) = status.consistent else {
            let claimed = status.caught_up;
            return (!claimed)
                .then_some(())
                .ok_or_else(|| "caught up without a snapshot".into());
        };
        if status.caught_up && consistent.pull <= worker.bell_after {
            return Err("caught up though a bell rang after the pull was ordered".into());
        }
        let fresh = worker.reached != Some(consistent);
        if !fresh && !status.caught_up {
            return Ok(());
        }
        let mut known = self.snapshots.iter().rev();
        let Some((_, snapshot)) = known.find(|(pull, _)| *pull == consistent.pull).copied() else {
            return Err(format!(
                "pull {} is complete but never reached the source",
                consistent.pull
            ));
        };
        self.check_equal(worker, &snapshot)?;
        if fresh {
            self.totals.caught_up += 1;
            worker.reached = Some(consistent);
            worker.reached_commits = snapshot.commits;
            worker.reached_with_pending = worker.pending.contains(&true);
        }
        Ok(())
    }

    /// The target equals the snapshot in every live table.
    fn check_equal(&self, worker: &Worker, snapshot: &Snapshot) -> Result<(), String> {
        for table in 0..self.scenario.tables {
            // A table that is being copied again may have left without the worker knowing it yet.
            let live = worker.is_live(table) && self.stored[table] == TableState::Live;
            let (there, here) = (snapshot.image[table], self.target.visible[table]);
            if live && there != here {
                return Err(format!(
                    "caught up with {} commits, but table {table} is {here:?} instead of {there:?}",
                    snapshot.commits
                ));
            }
        }
        Ok(())
    }

    /// Before a batch is applied.
    pub fn check_apply(&self, worker: &Worker, apply: &Apply<Rows>) -> Result<(), String> {
        let pull = apply.receipt.pull;
        if pull <= worker.last_applied {
            return Err(format!(
                "pull {pull} is applied after pull {}",
                worker.last_applied
            ));
        }
        if pull <= worker.failed_up_to {
            return Err(format!(
                "pull {pull} is applied though the batch before it failed"
            ));
        }
        for (place, _) in &apply.payload.rows {
            if !worker.is_live(place.table) {
                return Err(format!(
                    "a row of table {} is applied after it left",
                    place.table
                ));
            }
        }
        Ok(())
    }

    /// Somebody's wait ends: all that was committed when they came must be there.
    pub fn check_served(&self, worker: &Worker, waiter: Waiter) -> Result<(), String> {
        let mut tables = 0..self.scenario.tables;
        if !tables.any(|table| worker.is_live(table) || worker.pending[table]) {
            return Ok(());
        }
        if worker.reached.is_none() || worker.reached_commits < waiter.commits {
            return Err(format!(
                "ticket {} is served with {} commits, it came after {}",
                waiter.ticket.0, worker.reached_commits, waiter.commits
            ));
        }
        if worker.reached_with_pending {
            return Err(format!(
                "ticket {} is served before all tables are live",
                waiter.ticket.0
            ));
        }
        Ok(())
    }
}
