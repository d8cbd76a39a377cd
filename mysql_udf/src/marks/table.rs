//! The marks of all sessions, in shards by connection id.
//!
//! A statement of a session without marks costs one atomic read. A fire costs one short lock that is shared with a
//! sixty-fourth of the sessions.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::echo::Echo;
use super::prepared::Prepared;
use super::session::{Rings, SessionMarks};
use super::verdict::{Report, Source, decides, verdict};
use crate::doorbell::TableId;
use crate::limits::{MARK_SHARDS, SESSIONS_PER_SHARD};
use crate::statement::{Branch, Ended, classify, may_be_xa};

/// What became of a fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fired {
    /// The session's transaction is marked.
    Marked,
    /// Marked, but as having changed every table: it changed too many to name.
    MarkedAll,
    /// No room for another session: ring at once. The marks ring again later by themselves.
    Full,
}

/// The marks of this server.
pub struct Marks {
    shards: Vec<Shard>,
    /// Fires of sessions for which there was no room.
    orphans: Mutex<Option<SessionMarks>>,
    prepared: Mutex<Prepared>,
    /// When the next echo is due, at the latest; `u64::MAX` if none is.
    next_due_ms: AtomicU64,
}

#[derive(Default)]
struct Shard {
    sessions: Mutex<HashMap<u64, SessionMarks>>,
    /// The number of sessions, readable without the lock. Only a session itself adds its marks, so the value that it
    /// reads about itself is never too old.
    count: AtomicUsize,
}

impl Marks {
    /// No marks.
    pub fn new() -> Self {
        Self {
            shards: (0..MARK_SHARDS).map(|_| Shard::default()).collect(),
            orphans: Mutex::new(None),
            prepared: Mutex::new(Prepared::default()),
            next_due_ms: AtomicU64::new(u64::MAX),
        }
    }

    /// The session's transaction has changed `table`. `now_ms` is asked at the first fire of a statement only.
    pub fn fire(&self, session: u64, table: TableId, now_ms: impl Fn() -> u64) -> Fired {
        let shard = self.shard(session);
        let mut sessions = lock(&shard.sessions);
        if let Some(marks) = sessions.get_mut(&session) {
            self.expect(marks.echo.fire(now_ms));
            return if marks.add(table) {
                Fired::MarkedAll
            } else {
                Fired::Marked
            };
        }
        let now_ms = now_ms();
        if sessions.len() >= SESSIONS_PER_SHARD {
            // Threads that never tell an end (finished events, appliers) leave marks that have rung all they can.
            sessions.retain(|_, marks| marks.echo != Echo::Spent);
        }
        let marked = if sessions.len() >= SESSIONS_PER_SHARD {
            drop(sessions);
            self.orphan(table, now_ms);
            Fired::Full
        } else {
            sessions.insert(session, SessionMarks::first(table, now_ms));
            shard.count.store(sessions.len(), Ordering::Relaxed);
            Fired::Marked
        };
        self.expect(Echo::armed(now_ms).due_ms());
        marked
    }

    /// A statement of the session has ended: what to ring. `in_transaction` is asked only when it matters.
    pub fn ended(
        &self,
        session: u64,
        report: Report,
        in_transaction: impl FnOnce() -> bool,
        now_ms: impl FnOnce() -> u64,
    ) -> Rings {
        let shard = self.shard(session);
        let mut marked = shard.count.load(Ordering::Relaxed) > 0;
        if marked {
            marked = lock(&shard.sessions).contains_key(&session);
        }
        if !marked && !may_be_xa(report.text) {
            return Rings::default();
        }
        let ended = classify(report.text);
        if !decides(report.source, ended, report.failed) {
            return Rings::default();
        }
        match ended {
            Ended::XaPrepare(branch) if !report.failed => {
                let rings = self.take(session);
                lock(&self.prepared).put(branch, rings);
                Rings::default()
            }
            Ended::XaCommit(branch) if !report.failed => self.committed(session, branch, now_ms),
            Ended::XaRollback(branch) if !report.failed => {
                lock(&self.prepared).take(branch);
                self.take(session)
            }
            _ if marked => self.judged(session, report, ended, in_transaction()),
            _ => Rings::default(),
        }
    }

    /// The session is gone: what to ring. What it had not committed is rolled back; ringing for it is the safe side.
    pub fn gone(&self, session: u64) -> Rings {
        if self.shard(session).count.load(Ordering::Relaxed) == 0 {
            return Rings::default();
        }
        self.take(session)
    }

    /// What to ring for transactions whose end was not told in time. Costs one atomic read when nothing is due.
    pub fn sweep(&self, now_ms: u64) -> Rings {
        if now_ms < self.next_due_ms.load(Ordering::Relaxed) {
            return Rings::default();
        }
        // Whoever fires from here on sets a new time; the times that are left are put back below. A mark that set its time
        // before is seen below: the order of this store and that fire's `fetch_min` is the order of everything else.
        self.next_due_ms.swap(u64::MAX, Ordering::AcqRel);
        let mut rings = Rings::default();
        for shard in &self.shards {
            if shard.count.load(Ordering::Relaxed) > 0 {
                for marks in lock(&shard.sessions).values_mut() {
                    self.echo(marks, now_ms, &mut rings);
                }
            }
        }
        let mut orphans = lock(&self.orphans);
        if let Some(marks) = orphans.as_mut() {
            self.echo(marks, now_ms, &mut rings);
            if marks.echo == Echo::Spent {
                *orphans = None;
            }
        }
        drop(orphans);
        self.overdue_all(now_ms, &mut rings);
        rings
    }

    /// Sessions that hold marks, and XA branches remembered.
    pub fn counts(&self) -> (usize, usize) {
        let sessions = |shard: &Shard| shard.count.load(Ordering::Relaxed);
        let marked = self.shards.iter().map(sessions).sum();
        (marked, lock(&self.prepared).len())
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for shard in &self.shards {
            let mut sessions = lock(&shard.sessions);
            sessions.clear();
            shard.count.store(0, Ordering::Relaxed);
        }
        *lock(&self.orphans) = None;
        *lock(&self.prepared) = Prepared::default();
        self.next_due_ms.store(u64::MAX, Ordering::Relaxed);
    }

    /// An XA branch was committed, by whatever session.
    fn committed(&self, session: u64, branch: Branch, now_ms: impl FnOnce() -> u64) -> Rings {
        let mut rings = self.take(session);
        let mut prepared = lock(&self.prepared);
        if let Some(branch) = prepared.take(branch) {
            rings.absorb(branch);
        } else if rings.is_empty() {
            rings.all = prepared.unknown(now_ms());
            self.expect(prepared.due_ms());
        }
        rings
    }

    fn judged(&self, session: u64, report: Report, ended: Ended, in_transaction: bool) -> Rings {
        let verdict = verdict(report.source, ended, report.failed, in_transaction);
        if !verdict.keep {
            return self.take(session);
        }
        let mut sessions = lock(&self.shard(session).sessions);
        let Some(marks) = sessions.get_mut(&session) else {
            return Rings::default();
        };
        if report.source != Source::Status {
            marks.echo = Echo::Told;
        }
        if verdict.ring {
            marks.copy()
        } else {
            Rings::default()
        }
    }

    fn take(&self, session: u64) -> Rings {
        let shard = self.shard(session);
        let mut sessions = lock(&shard.sessions);
        let marks = sessions.remove(&session);
        shard.count.store(sessions.len(), Ordering::Relaxed);
        marks.map(SessionMarks::into_rings).unwrap_or_default()
    }

    fn orphan(&self, table: TableId, now_ms: u64) {
        let mut orphans = lock(&self.orphans);
        match orphans.as_mut() {
            Some(marks) => {
                marks.add(table);
                marks.echo.fire(|| now_ms);
            }
            None => *orphans = Some(SessionMarks::first(table, now_ms)),
        }
    }

    fn echo(&self, marks: &mut SessionMarks, now_ms: u64, rings: &mut Rings) {
        if marks.echo.ring(now_ms) {
            rings.absorb(marks.copy());
        }
        self.expect(marks.echo.due_ms());
    }

    fn overdue_all(&self, now_ms: u64, rings: &mut Rings) {
        let mut prepared = lock(&self.prepared);
        if prepared.due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            rings.all |= prepared.unknown(now_ms);
        }
        self.expect(prepared.due_ms());
    }

    fn expect(&self, due_ms: Option<u64>) {
        if let Some(due_ms) = due_ms {
            self.next_due_ms.fetch_min(due_ms, Ordering::AcqRel);
        }
    }

    fn shard(&self, session: u64) -> &Shard {
        // Connection ids are consecutive numbers.
        &self.shards[session as usize % MARK_SHARDS]
    }
}

impl Default for Marks {
    fn default() -> Self {
        Self::new()
    }
}

/// A panic in another holder is no reason to stop: every change is complete before it can panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
