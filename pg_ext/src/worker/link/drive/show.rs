//! What the loop shows of itself: states and counters in the shared memory that the views read.

use std::sync::atomic::Ordering;

use pgrx::pg_sys;
use tandem_shared::change::TableBatch;
use tandem_shared::flow::Apply;

use super::Driver;
use crate::legacy::lane::Payload;
use crate::stat::shm::{Doing, Trouble};
use crate::upgrade::apply::Applied;

impl Driver<'_> {
    /// Puts what the machine says of itself where the views find it.
    pub(super) fn show(&self) {
        let shm = &self.worker.shm;
        let status = self.machine.status();
        let well =
            status.source_away_since_ms.is_none() && status.target_failing_since_ms.is_none();
        let all_live = self.copying.all_live();
        let caught_up = all_live && (status.caught_up || (self.complete && well));
        shm.caught_up.store(caught_up, Ordering::Relaxed);
        shm.quiet
            .store(status.caught_up && all_live, Ordering::Relaxed);
        if status.caught_up {
            shm.pending.store(0, Ordering::Relaxed);
        }
        if let Some(consistent) = status.consistent.filter(|_| all_live) {
            let age_us = self
                .now_ms()
                .saturating_sub(consistent.started_ms)
                .saturating_mul(1000);
            // SAFETY: the server's clock.
            let now = unsafe { pg_sys::GetCurrentTimestamp() };
            shm.consistent_at
                .store(now - i64::try_from(age_us).unwrap_or(0), Ordering::Relaxed);
        }
        let copying = self.copying.active();
        let trouble = if copying {
            self.trouble_of_copy
        } else {
            Trouble::None
        };
        let doing = if status.source_away_since_ms.is_some() || trouble == Trouble::Legacy {
            Doing::LegacyAway
        } else if status.target_failing_since_ms.is_some() || trouble == Trouble::Target {
            Doing::TargetFailing
        } else if self.copying.active() {
            Doing::Backfill
        } else if caught_up {
            Doing::Live
        } else {
            Doing::CatchingUp
        };
        shm.set_doing(doing);
    }

    /// Counts what was done to one table.
    pub(super) fn count(&mut self, table: &TableBatch, done: Applied) {
        let rows = (table.upserts.len() + table.deletes.len()) as u64;
        let shm = &self.worker.shm;
        shm.read.fetch_add(rows, Ordering::Relaxed);
        shm.changed.fetch_add(done.changed, Ordering::Relaxed);
        shm.parked.fetch_add(done.parked, Ordering::Relaxed);
        if let Some(counters) = shm.table(table.plan.table_no) {
            counters.read.fetch_add(rows, Ordering::Relaxed);
            counters.changed.fetch_add(done.changed, Ordering::Relaxed);
            counters
                .notifications
                .fetch_add(table.notifications(), Ordering::Relaxed);
            if done.changed > 0 {
                // SAFETY: the server's clock.
                counters
                    .last_change_at
                    .store(unsafe { pg_sys::GetCurrentTimestamp() }, Ordering::Relaxed);
            }
        }
        if done.changed > 0 {
            self.touched.insert(table.plan.table_no);
        }
    }

    /// Counts a batch that was applied.
    pub(super) fn batch_done(&mut self, apply: &Apply<Payload>, total: Applied) {
        let shm = &self.worker.shm;
        // SAFETY: the server's clock.
        let now = unsafe { pg_sys::GetCurrentTimestamp() };
        self.complete = apply.complete;
        if let Some(pending) = apply.payload.pending.or(apply.complete.then_some(0)) {
            shm.pending.store(pending, Ordering::Relaxed);
        }
        if apply.payload.tables.is_empty() {
            return;
        }
        let last = shm.last_batch_at.swap(now, Ordering::Relaxed);
        shm.batches.fetch_add(1, Ordering::Relaxed);
        let seconds = ((now - last).max(1000) as f64) / 1e6;
        let old = f64::from_bits(shm.rate.load(Ordering::Relaxed));
        // Weighs the past by how long ago it was: half of it is forgotten in two seconds.
        let keep = 0.5f64.powf(seconds / 2.0);
        let new = old * keep + (total.changed as f64 / seconds) * (1.0 - keep);
        shm.rate.store(new.to_bits(), Ordering::Relaxed);
    }
}
