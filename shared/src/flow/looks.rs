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

#[cfg(test)]
mod tests {
    use super::*;

    fn bell(looks: &mut Looks, now_ms: u64) -> Expected {
        looks.bell(Dirty::Tables(vec![TableId(1)]));
        looks.started(now_ms, &Scope::Full)
    }

    #[test]
    fn a_bell_that_finds_nothing_is_looked_after_with_growing_distance() {
        let mut looks = Looks::new(Limits::default());
        looks.doorbell(true);
        let mut now_ms = 1_000;
        let mut expected = bell(&mut looks, now_ms);
        let mut waits_ms = Vec::new();
        loop {
            looks.answered(now_ms, true, expected, &[]);
            let wait_ms = looks.next_ms() - now_ms;
            if wait_ms >= Limits::default().safety_poll_ms {
                break;
            }
            assert_eq!(looks.due(now_ms, 1), None);
            waits_ms.push(wait_ms);
            now_ms += wait_ms;
            assert_eq!(looks.due(now_ms, 1), Some(Scope::Full));
            expected = looks.started(now_ms, &Scope::Full);
        }
        assert_eq!(waits_ms, [1, 2, 4, 8, 16, 32, 64]);
        // The next bell begins anew.
        let expected = bell(&mut looks, now_ms);
        looks.answered(now_ms, true, expected, &[]);
        assert_eq!(looks.next_ms(), now_ms + 1);
    }

    #[test]
    fn a_bell_that_found_something_is_done_with() {
        let mut looks = Looks::new(Limits::default());
        looks.doorbell(true);
        let expected = bell(&mut looks, 1_000);
        looks.answered(1_000, true, expected, &[TableId(1)]);
        assert_eq!(looks.next_ms(), 1_000 + Limits::default().safety_poll_ms);
    }

    #[test]
    fn a_bell_survives_a_look_that_was_lost() {
        let mut looks = Looks::new(Limits::default());
        let expected = bell(&mut looks, 1_000);
        assert!(looks.quiet());
        looks.lost(expected);
        assert!(!looks.quiet());
        assert_eq!(looks.due(1_000, 1), Some(Scope::Full));
    }

    #[test]
    fn without_a_doorbell_the_poll_slows_down_and_speeds_up() {
        let limits = Limits {
            min_poll_ms: 5,
            max_poll_ms: 50,
            ..Limits::default()
        };
        let mut looks = Looks::new(limits);
        let mut intervals_ms = Vec::new();
        for found in [false, false, false, false, true, false] {
            let expected = looks.started(0, &Scope::Full);
            let tables = [TableId(1)];
            looks.answered(0, true, expected, if found { &tables } else { &[] });
            intervals_ms.push(looks.next_ms());
        }
        assert_eq!(intervals_ms, [10, 20, 40, 50, 5, 10]);
    }
}
