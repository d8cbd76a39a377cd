//! When to look at the outboxes, and at which: bells, second looks after a bell that came early, and polls.
//!
//! Promise: a bell that rings while a look is under way leads to another look; a bell is dropped only after its look found something
//! for it or the bounded series of second looks is over; without any bell everything is looked at within the poll interval. It never
//! looks itself.

use super::event::Dirty;
use super::limits::Limits;
use super::names::TableId;
use super::tables::DirtySet;

/// The reasons to look that are open now.
#[derive(Debug)]
pub(super) struct Looks {
    limits: Limits,
    doorbell: bool,
    /// Bells that rang since the last look started.
    dirty: DirtySet,
    /// Something unknown may be waiting: a first look, a join, a backlog's end.
    full_due: bool,
    last_full_ms: u64,
    full_at_ms: u64,
    poll_ms: u64,
    relook: Option<Relook>,
}

#[derive(Debug)]
struct Relook {
    expected: Expected,
    at_ms: u64,
}

/// What a look hopes to find: the bells that caused it.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    dirty: DirtySet,
    attempt: u32,
}

/// Which tables a look has to name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Full,
    Dirty(DirtySet),
}

impl Looks {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            doorbell: false,
            dirty: DirtySet::default(),
            full_due: true,
            last_full_ms: 0,
            full_at_ms: 0,
            poll_ms: limits.min_poll_ms,
            relook: None,
        }
    }

    pub(super) fn bell(&mut self, dirty: Dirty) {
        self.dirty.add(dirty);
    }

    /// The doorbell came or went: either way bells may have been missed.
    pub(super) fn doorbell(&mut self, present: bool) {
        self.doorbell = present;
        self.poll_ms = self.limits.min_poll_ms;
        self.full_due = true;
    }

    /// The next look must be at everything, without delay.
    pub(super) fn want_full(&mut self) {
        self.full_due = true;
    }

    /// True while no bell is unanswered.
    pub(super) fn quiet(&self) -> bool {
        self.dirty.is_empty()
    }

    /// Tables that rang since the last look started.
    pub(super) fn rang(&self, table: TableId) -> bool {
        self.dirty.contains(table)
    }

    /// The look that is due now.
    pub(super) fn due(&self, now_ms: u64, live_tables: usize) -> Option<Scope> {
        if self.full_due || now_ms >= self.full_at_ms {
            return Some(Scope::Full);
        }
        let relook = self.relook.as_ref().filter(|r| now_ms >= r.at_ms);
        if self.dirty.is_empty() && relook.is_none() {
            return None;
        }
        let mut wanted = self.dirty.clone();
        if let Some(relook) = &self.relook {
            wanted.merge(relook.expected.dirty.clone());
        }
        if wanted.is_all() || live_tables <= self.limits.full_look_tables {
            return Some(Scope::Full);
        }
        Some(Scope::Dirty(wanted))
    }

    /// When the next look becomes due by itself.
    pub(super) fn next_ms(&self) -> u64 {
        let relook_ms = self.relook.as_ref().map_or(u64::MAX, |r| r.at_ms);
        self.full_at_ms.min(relook_ms)
    }

    /// A look from the start begins; every bell so far counts for it.
    pub(super) fn started(&mut self, now_ms: u64, scope: &Scope) -> Expected {
        if *scope == Scope::Full {
            self.full_due = false;
            self.last_full_ms = now_ms;
        }
        let fresh = !self.dirty.is_empty();
        let mut expected = self.relook.take().map(|r| r.expected).unwrap_or_default();
        expected.dirty.merge(std::mem::take(&mut self.dirty));
        if fresh {
            expected.attempt = 0;
        }
        expected
    }

    /// The look ended with an answer: these tables had something.
    pub(super) fn answered(
        &mut self,
        now_ms: u64,
        full: bool,
        expected: Expected,
        found: &[TableId],
    ) {
        self.plan_poll(now_ms, full, !found.is_empty());
        let rest = expected.dirty.without(found);
        let wait_ms = self
            .limits
            .relook_first_ms
            .saturating_mul(1 << expected.attempt.min(40));
        if rest.is_empty() || wait_ms > self.limits.relook_max_ms {
            return;
        }
        self.relook = Some(Relook {
            at_ms: now_ms + wait_ms,
            expected: Expected {
                dirty: rest,
                attempt: expected.attempt + 1,
            },
        });
    }

    /// The look came to nothing, or what it found was thrown away.
    pub(super) fn lost(&mut self, expected: Expected) {
        self.dirty.merge(expected.dirty);
        self.full_due = true;
    }

    #[cfg(test)]
    pub(super) fn forget_bells(&mut self) {
        self.dirty = DirtySet::default();
    }

    fn plan_poll(&mut self, now_ms: u64, full: bool, found: bool) {
        if !full {
            let after_gap_ms = self.last_full_ms + self.limits.full_look_gap_ms;
            self.full_at_ms = self.full_at_ms.min(after_gap_ms.max(now_ms));
            return;
        }
        self.poll_ms = if found {
            self.limits.min_poll_ms
        } else {
            (self.poll_ms * 2).min(self.limits.max_poll_ms)
        };
        let interval_ms = if self.doorbell {
            self.limits.safety_poll_ms
        } else {
            self.poll_ms
        };
        self.full_at_ms = now_ms + interval_ms;
    }
}
