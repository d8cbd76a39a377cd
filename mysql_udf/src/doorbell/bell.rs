//! The shared doorbell: sessions ring it, readers wait on it, the plugin opens and closes it.
//!
//! One mutex guards the memory; it is held for a map lookup, never across a wait, a callback or a system call other than
//! the wake-up itself. Each link that somebody waits for has a condition variable of its own, so that a ring wakes the
//! readers of its link only.
//!
//! ```text
//!   closed ── open(start) ──► open ── close() ──► closed ── open ...
//! ```
//! Readers that come while it is closed leave at once with [`Answer::Closing`]; `close` sends the waiting ones away too.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::memory::{Look, Memory};
use super::table_id::TableId;
use crate::limits::WAIT_SLICE_MS;

/// What a reader waits for.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The link.
    pub prefix: u64,
    /// The bell up to which the reader has looked; 0 at the first call.
    pub since: u64,
    /// When the call ends without a ring.
    pub timeout: Duration,
}

/// The numbers of a doorbell at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The newest bell.
    pub bell: u64,
    /// Links remembered.
    pub links: usize,
    /// Tables remembered.
    pub tables: usize,
    /// Calls that wait now.
    pub waiters: usize,
}

/// The doorbell of this server.
pub struct Doorbell {
    inside: Mutex<Inside>,
    /// Signalled when the last waiter of a closed doorbell has left.
    left: Condvar,
}

struct Inside {
    memory: Memory,
    open: bool,
    /// With the doorbell switched off nobody rings, so nobody can be told that nothing has changed.
    muted: bool,
    waiters: usize,
    /// The links that are waited for: how many readers each has, and what wakes them.
    signals: HashMap<u64, Signal>,
}

struct Signal {
    readers: usize,
    wake: Arc<Condvar>,
}

impl Doorbell {
    /// A closed doorbell.
    pub fn new() -> Self {
        let inside = Inside {
            memory: Memory::new(0),
            open: false,
            muted: false,
            waiters: 0,
            signals: HashMap::new(),
        };
        Self {
            inside: Mutex::new(inside),
            left: Condvar::new(),
        }
    }

    /// Opens it. Everything that readers knew is void, and the bell stands at `start` or above, above everything that
    /// this process gave out before.
    pub fn open(&self, start: u64) {
        let mut inside = self.lock();
        inside.memory.ring_all(start);
        inside.open = true;
    }

    /// Closes it and waits until the last reader has left, at most `patience`. Returns whether all have left.
    pub fn close(&self, patience: Duration) -> bool {
        let mut inside = self.lock();
        inside.open = false;
        inside.wake_all();
        let waited = self
            .left
            .wait_timeout_while(inside, patience, |inside| inside.waiters > 0);
        let (inside, _) = waited.unwrap_or_else(PoisonError::into_inner);
        inside.waiters == 0
    }

    /// Rings for these tables. Returns how often the memory had to forget something for it.
    pub fn ring(&self, tables: &[TableId]) -> u64 {
        if tables.is_empty() {
            return 0;
        }
        let mut inside = self.lock();
        if inside.muted {
            return 0;
        }
        let forgotten = inside.memory.ring(tables);
        let mut woken = None;
        for table in tables {
            if woken != Some(table.prefix()) {
                woken = Some(table.prefix());
                inside.wake(table.prefix());
            }
        }
        forgotten
    }

    /// Rings for every table of every link.
    pub fn ring_all(&self) {
        let mut inside = self.lock();
        inside.memory.ring_all(0);
        inside.wake_all();
    }

    /// Switches the doorbell off (rings are dropped, readers learn "unknown" at their timeout) or on again (all look
    /// everywhere once).
    pub fn mute(&self, muted: bool) {
        let mut inside = self.lock();
        if inside.muted && !muted {
            inside.memory.ring_all(0);
            inside.wake_all();
        }
        inside.muted = muted;
    }

    /// Waits for the request's link. `interrupted` is asked at every slice, outside of the lock, and ends the wait with
    /// [`Answer::Killed`] when it says true.
    pub fn wait(&self, request: Request, interrupted: &mut dyn FnMut() -> bool) -> Answer {
        let deadline = Instant::now() + request.timeout;
        let seat = Seat::take(self, request.prefix);
        let mut inside = self.lock();
        loop {
            if let Some(answer) = inside.answer(request) {
                return answer;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return inside.at_timeout();
            }
            let slice = left.min(Duration::from_millis(WAIT_SLICE_MS));
            let waited = seat.wake.wait_timeout(inside, slice);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            if interrupted() {
                return Answer::Killed;
            }
            inside = self.lock();
        }
    }

    /// The numbers of this moment.
    pub fn snapshot(&self) -> Snapshot {
        let inside = self.lock();
        Snapshot {
            bell: inside.memory.bell(),
            links: inside.memory.links(),
            tables: inside.memory.tables(),
            waiters: inside.waiters,
        }
    }

    /// A panic in another holder is no reason to stop: every change of the state is complete before it can panic.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Doorbell {
    fn default() -> Self {
        Self::new()
    }
}

impl Inside {
    /// What can be answered without waiting.
    fn answer(&self, request: Request) -> Option<Answer> {
        let bell = self.memory.bell();
        if !self.open {
            return Some(Answer::Closing { bell });
        }
        match self.memory.look(request.prefix, request.since) {
            Look::Nothing => None,
            Look::Tables(tables) => Some(Answer::Rang { bell, tables }),
            Look::Unknown => Some(Answer::Unknown { bell }),
        }
    }

    fn at_timeout(&self) -> Answer {
        let bell = self.memory.bell();
        if self.muted {
            Answer::Unknown { bell }
        } else {
            Answer::Quiet { bell }
        }
    }

    fn wake(&self, prefix: u64) {
        if let Some(signal) = self.signals.get(&prefix) {
            signal.wake.notify_all();
        }
    }

    fn wake_all(&self) {
        for signal in self.signals.values() {
            signal.wake.notify_all();
        }
    }
}

/// A reader's place at the door; given back when the call ends, however it ends.
struct Seat<'a> {
    doorbell: &'a Doorbell,
    prefix: u64,
    wake: Arc<Condvar>,
}

impl<'a> Seat<'a> {
    fn take(doorbell: &'a Doorbell, prefix: u64) -> Self {
        let mut inside = doorbell.lock();
        inside.waiters += 1;
        let signal = inside.signals.entry(prefix).or_insert_with(|| Signal {
            readers: 0,
            wake: Arc::new(Condvar::new()),
        });
        signal.readers += 1;
        let wake = Arc::clone(&signal.wake);
        Self {
            doorbell,
            prefix,
            wake,
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut inside = self.doorbell.lock();
        inside.waiters -= 1;
        if let Some(signal) = inside.signals.get_mut(&self.prefix) {
            signal.readers -= 1;
            if signal.readers == 0 {
                inside.signals.remove(&self.prefix);
            }
        }
        if inside.waiters == 0 {
            self.doorbell.left.notify_all();
        }
    }
}
