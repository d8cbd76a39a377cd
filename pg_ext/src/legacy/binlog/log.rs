//! What the reader has found and the lanes take, behind one lock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use tandem_shared::binlog::{Pending, Place, Resume, Taken};

use crate::legacy::error::LegacyError;

/// How often somebody who waits looks whether it is still worth waiting.
const LOOK: Duration = Duration::from_millis(200);

/// What is known of the reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// True while the reader is connected.
    pub connected: bool,
    /// The names of the log's files without their number.
    pub base: String,
    /// When the file was begun.
    pub begun: u32,
    /// When the newest event was written, in the server's seconds since 1970.
    pub at: u32,
}

/// A figure of all of it, for the views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The reading.
    pub reading: Reading,
    /// Up to where it was read.
    pub read: Place,
    /// Where it would begin again.
    pub resume: Resume,
    /// Keys that are pending.
    pub pending: u64,
    /// Branches that are prepared.
    pub branches: usize,
    /// Bytes that the keys take.
    pub bytes: usize,
}

struct State {
    pending: Pending,
    reading: Reading,
}

/// The log as one link's worker knows it.
pub struct Log {
    state: Mutex<State>,
    changed: Condvar,
    stopped: AtomicBool,
    version: AtomicU64,
    server: String,
    limit: usize,
}

impl Log {
    /// Nothing read yet; reading begins at `resume`. `since` says from where on tables' keys count, `limit` how many bytes they may take.
    pub fn new(resume: &Resume, since: &BTreeMap<u32, Place>, limit: usize) -> Self {
        let mut pending = Pending::new(resume.place);
        for (&table, &place) in since {
            pending.since(table, place);
        }
        let reading = Reading {
            base: resume.base.clone(),
            begun: resume.begun,
            ..Reading::default()
        };
        Self {
            state: Mutex::new(State { pending, reading }),
            changed: Condvar::new(),
            stopped: AtomicBool::new(false),
            version: AtomicU64::new(1),
            server: resume.server.clone(),
            limit,
        }
    }

    /// Ends the reader and whoever waits.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.changed.notify_all();
    }

    /// True after [`Log::stop`].
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Lets the reader change something.
    pub fn change<R>(&self, work: impl FnOnce(&mut Pending, &mut Reading) -> R) -> R {
        let mut state = self.lock();
        let state = &mut *state;
        let done = work(&mut state.pending, &mut state.reading);
        self.version.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_all();
        done
    }

    /// Waits until there is room for more keys. False after [`Log::stop`].
    pub fn room(&self) -> bool {
        let mut state = self.lock();
        while state.pending.bytes() > self.limit && !self.stopped() {
            self.changed.wait_for(&mut state, LOOK);
        }
        !self.stopped()
    }

    /// Waits until everything before `place` was read. False when there is more than can be waited for: the keys take all the room, or the log
    /// comes in and is long.
    pub fn wait_read(&self, place: Place, patience: Duration) -> Result<bool, LegacyError> {
        let begun = Instant::now();
        let mut state = self.lock();
        let at_first = state.pending.read();
        loop {
            if state.pending.read() >= place {
                return Ok(true);
            }
            if state.pending.bytes() > self.limit {
                return Ok(false);
            }
            let late = begun.elapsed() > patience;
            if late && state.pending.read() > at_first {
                return Ok(false);
            }
            if self.stopped() || late {
                return Err(LegacyError::away(
                    "the legacy server's binary log does not come in as far as its newest transaction",
                ));
            }
            self.changed.wait_for(&mut state, LOOK);
        }
    }

    /// Waits until something is pending that is not proven to be visible. False after [`Log::stop`].
    pub fn wait_unproven(&self) -> bool {
        let mut state = self.lock();
        while !state.pending.unproven() && !self.stopped() {
            self.changed.wait_for(&mut state, Duration::from_secs(5));
        }
        !self.stopped()
    }

    /// Everything before this place is visible to snapshots from now on.
    pub fn prove(&self, place: Place) -> Vec<u32> {
        let mut state = self.lock();
        state.pending.prove(place);
        Self::dirty(&state)
    }

    /// The newest proof.
    pub fn proven(&self) -> Place {
        self.lock().pending.proven()
    }

    fn dirty(state: &State) -> Vec<u32> {
        let everything = Place {
            file: u64::MAX,
            offset: 0,
        };
        let wholes = state.pending.wholes(everything).into_iter();
        let mut tables = state.pending.dirty();
        tables.extend(wholes.map(|(table, _)| table));
        tables
    }

    /// Tables with something pending.
    pub fn pending_tables(&self) -> Vec<u32> {
        Self::dirty(&self.lock())
    }

    /// See [`Pending::take`].
    pub fn take(&self, table: u32, after: u64, limit: u64) -> Taken {
        self.lock().pending.take(table, after, limit)
    }

    /// Tables that have to be compared, as of groups before `place`.
    pub fn wholes(&self, place: Place) -> Vec<(u32, Place)> {
        self.lock().pending.wholes(place)
    }

    /// See [`Pending::committing`].
    pub fn committing(&self, names: &[String]) -> bool {
        self.lock().pending.committing(names)
    }

    /// See [`Pending::acknowledge`].
    pub fn acknowledge(&self, tables: &[(u32, Vec<(u64, u64)>)], proven: Place) {
        let mut state = self.lock();
        for (table, runs) in tables {
            state.pending.acknowledge(*table, runs, proven);
        }
        self.version.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_all();
    }

    /// A table's outbox rows that can go.
    pub fn spent(&self, table: u32) -> Vec<u64> {
        self.lock().pending.spent(table)
    }

    /// Keys pending.
    pub fn count(&self, table: u32) -> u64 {
        self.lock().pending.count(Some(table))
    }

    /// Rises with everything that changes.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    /// The figures as of now.
    pub fn figures(&self) -> Figures {
        let state = self.lock();
        let again = state.pending.again();
        let same_file = again.file == state.pending.read().file;
        Figures {
            reading: state.reading.clone(),
            read: state.pending.read(),
            resume: Resume {
                server: self.server.clone(),
                base: state.reading.base.clone(),
                place: again,
                begun: if same_file { state.reading.begun } else { 0 },
            },
            pending: state.pending.count(None),
            branches: state.pending.branches(),
            bytes: state.pending.bytes(),
        }
    }
}
