//! A link's live state, in a piece of shared memory that its worker makes and every backend can look at.
//!
//! ```text
//! | LinkState (fixed) | TableState, TableState, ... one for each mapped table |
//! ```
//!
//! Promise: readers never block the worker and the worker never blocks for readers: everything is an atomic. The segment goes away with its
//! worker; a reader that finds none, or one that is another's, says that the worker is down. Nothing here survives a restart, and nothing
//! that has to is kept here.

use std::mem::size_of;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed,
    Ordering::SeqCst,
};

use pgrx::pg_sys;

/// What marks a segment as one of these.
const MAGIC: u64 = 0x7461_6e64_656d_0001;
/// Bytes of an error message that are kept.
const ERROR_BYTES: usize = 512;

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Doing {
    /// Opening its first connection.
    Connecting = 0,
    /// Creating outboxes and triggers.
    Installing = 1,
    /// Copying what was there before.
    Backfill = 2,
    /// Applying a backlog.
    CatchingUp = 3,
    /// In step.
    Live = 4,
    /// The legacy server cannot be reached.
    LegacyAway = 5,
    /// This database refuses batches.
    TargetFailing = 6,
    /// Paused by the operator.
    Paused = 7,
}

impl Doing {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Connecting, "connecting"),
        (Self::Installing, "installing"),
        (Self::Backfill, "backfill"),
        (Self::CatchingUp, "catching_up"),
        (Self::Live, "live"),
        (Self::LegacyAway, "legacy_away"),
        (Self::TargetFailing, "target_failing"),
        (Self::Paused, "paused"),
    ];

    /// The word that views show.
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(doing, _)| *doing == self)
            .map_or("unknown", |(_, word)| word)
    }

    fn from_number(number: u32) -> Self {
        Self::ALL
            .iter()
            .map(|(doing, _)| *doing)
            .find(|doing| *doing as u32 == number)
            .unwrap_or(Self::Connecting)
    }
}

/// What keeps the backfill workers from copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Trouble {
    /// Nothing.
    None = 0,
    /// The legacy server.
    Legacy = 1,
    /// This database.
    Target = 2,
}

/// The fixed part. Times are microseconds of PostgreSQL's clock, 0 for never.
#[repr(C)]
pub struct LinkState {
    magic: AtomicU64,
    link_key: AtomicU64,
    pid: AtomicI32,
    tables: AtomicU32,
    doing: AtomicU32,
    /// True when the newest batch left nothing pending.
    pub caught_up: AtomicBool,
    /// True when, besides, nothing has been heard since: there is no lag.
    pub quiet: AtomicBool,
    /// True when the doorbell is heard.
    pub doorbell: AtomicBool,
    /// When the newest complete snapshot was begun.
    pub consistent_at: AtomicI64,
    /// When the worker started.
    pub started_at: AtomicI64,
    /// When the newest batch was applied.
    pub last_batch_at: AtomicI64,
    /// Notifications waiting on the legacy server when last counted.
    pub pending: AtomicU64,
    /// Batches applied.
    pub batches: AtomicU64,
    /// Rows read.
    pub read: AtomicU64,
    /// Rows changed.
    pub changed: AtomicU64,
    /// Rows parked.
    pub parked: AtomicU64,
    /// Rows a second, smoothed, as the bits of an f64.
    pub rate: AtomicU64,
    /// The newest wait that was asked for.
    pub wait_asked: AtomicU64,
    /// The newest wait that was answered.
    pub wait_served: AtomicU64,
    trouble: AtomicU32,
    /// True when the worker is to end because its link goes away.
    pub leave: AtomicBool,
    /// The process that wants the loop to stand still because it begins a comparison; 0 for none.
    pub held: AtomicU32,
    /// True while the worker has stopped for `held`.
    pub holding: AtomicBool,
    error_at: AtomicI64,
    error_len: AtomicU32,
    error: [AtomicU8; ERROR_BYTES],
    served: pg_sys::ConditionVariable,
}

/// One table's counters since the worker started.
#[repr(C)]
pub struct TableState {
    table_no: AtomicU32,
    /// Rows read.
    pub read: AtomicU64,
    /// Rows changed.
    pub changed: AtomicU64,
    /// Notifications taken.
    pub notifications: AtomicU64,
    /// Rows of chunks that are being copied now.
    pub copied_rows: AtomicU64,
    /// Bytes of chunks that are being copied now.
    pub copied_bytes: AtomicU64,
    /// When a row was last changed.
    pub last_change_at: AtomicI64,
}

/// A mapped segment.
pub struct Shm {
    segment: *mut pg_sys::dsm_segment,
    state: *mut LinkState,
    /// The worker keeps its segment until it ends; a reader lets go when it is done.
    keep: bool,
}

impl Drop for Shm {
    fn drop(&mut self) {
        if !self.keep {
            // SAFETY: attached by this value and not detached since.
            unsafe { pg_sys::dsm_detach(self.segment) };
        }
    }
}

impl Shm {
    /// Makes the segment of a link whose worker this process is.
    pub fn create(link_key: u64, table_numbers: &[u32]) -> Self {
        let size = size_of::<LinkState>() + table_numbers.len() * size_of::<TableState>();
        // SAFETY: a fresh segment of that size, zeroed before use: all of its parts are valid as zeros.
        let shm = unsafe {
            let segment = pg_sys::dsm_create(size, 0);
            pg_sys::dsm_pin_mapping(segment);
            let state = pg_sys::dsm_segment_address(segment).cast::<LinkState>();
            std::ptr::write_bytes(state.cast::<u8>(), 0, size);
            pg_sys::ConditionVariableInit(&raw mut (*state).served);
            Self {
                segment,
                state,
                keep: true,
            }
        };
        shm.tables.store(
            u32::try_from(table_numbers.len()).unwrap_or(u32::MAX),
            Relaxed,
        );
        for (table, number) in shm.table_slice().iter().zip(table_numbers) {
            table.table_no.store(*number, Relaxed);
        }
        shm.link_key.store(link_key, Relaxed);
        // SAFETY: this process's own pid and clock.
        unsafe {
            shm.pid.store(pg_sys::MyProcPid, Relaxed);
            shm.started_at.store(pg_sys::GetCurrentTimestamp(), Relaxed);
        }
        shm.magic.store(MAGIC, SeqCst);
        shm
    }

    /// The segment of a link, if its worker is there.
    pub fn attach(handle: i64, link_key: u64) -> Option<Self> {
        let handle = pg_sys::dsm_handle::try_from(handle).ok()?;
        // SAFETY: attaching to an unknown or vanished handle gives NULL; the size and the marks are checked before anything is read.
        unsafe {
            if !pg_sys::dsm_find_mapping(handle).is_null() {
                return None;
            }
            let segment = pg_sys::dsm_attach(handle);
            if segment.is_null() {
                return None;
            }
            let state = pg_sys::dsm_segment_address(segment).cast::<LinkState>();
            let shm = Self {
                segment,
                state,
                keep: false,
            };
            let fits = pg_sys::dsm_segment_map_length(segment) >= size_of::<LinkState>();
            let ours =
                fits && shm.magic.load(SeqCst) == MAGIC && shm.link_key.load(Relaxed) == link_key;
            (ours && shm.alive()).then_some(shm)
        }
    }

    /// Keeps the mapping for the life of this process.
    pub fn keep(mut self) -> Self {
        // SAFETY: attached by this value.
        unsafe { pg_sys::dsm_pin_mapping(self.segment) };
        self.keep = true;
        self
    }

    /// The number by which others find the segment.
    pub fn handle(&self) -> i64 {
        // SAFETY: the segment is mapped.
        i64::from(unsafe { pg_sys::dsm_segment_handle(self.segment) })
    }

    /// True while the worker's process is there.
    pub fn alive(&self) -> bool {
        // SAFETY: a look-up by number; the result is not kept.
        unsafe { !pg_sys::BackendPidGetProc(self.pid()).is_null() }
    }

    /// The worker's process.
    pub fn pid(&self) -> i32 {
        self.pid.load(Relaxed)
    }

    /// Makes the worker look around.
    pub fn wake_worker(&self) {
        wake(self.pid());
    }

    /// Counters of a table.
    pub fn table(&self, number: u32) -> Option<&TableState> {
        self.table_slice()
            .iter()
            .find(|table| table.table_no.load(Relaxed) == number)
    }

    fn table_slice(&self) -> &[TableState] {
        let count = self.tables.load(Relaxed) as usize;
        // SAFETY: the segment was made with room for that many behind the fixed part.
        unsafe { std::slice::from_raw_parts(self.state.add(1).cast::<TableState>(), count) }
    }

    /// What the worker is doing.
    pub fn doing(&self) -> Doing {
        Doing::from_number(self.doing.load(Relaxed))
    }

    /// Says what this worker is doing.
    pub fn set_doing(&self, doing: Doing) {
        self.doing.store(doing as u32, Relaxed);
    }

    /// What keeps the backfill workers from copying.
    pub fn trouble(&self) -> Trouble {
        match self.trouble.load(Relaxed) {
            1 => Trouble::Legacy,
            2 => Trouble::Target,
            _ => Trouble::None,
        }
    }

    /// Says what keeps this backfill worker from copying.
    pub fn set_trouble(&self, trouble: Trouble) {
        self.trouble.store(trouble as u32, Relaxed);
    }

    /// Keeps the newest error.
    pub fn set_error(&self, text: &str) {
        let mut end = text.len().min(ERROR_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.error_len.store(0, SeqCst);
        for (slot, byte) in self.error.iter().zip(&text.as_bytes()[..end]) {
            slot.store(*byte, Relaxed);
        }
        self.error_len
            .store(u32::try_from(end).unwrap_or(0), SeqCst);
        // SAFETY: the server's clock.
        self.error_at
            .store(unsafe { pg_sys::GetCurrentTimestamp() }, Relaxed);
    }

    /// The newest error and when it was.
    pub fn error(&self) -> Option<(String, i64)> {
        let length = self.error_len.load(SeqCst) as usize;
        let bytes: Vec<u8> = self
            .error
            .iter()
            .take(length)
            .map(|byte| byte.load(Relaxed))
            .collect();
        (length > 0).then(|| {
            (
                String::from_utf8_lossy(&bytes).into_owned(),
                self.error_at.load(Relaxed),
            )
        })
    }

    /// Tells everybody who waits that something was served.
    pub fn broadcast(&self) {
        // SAFETY: initialised when the segment was made.
        unsafe { pg_sys::ConditionVariableBroadcast(&raw mut (*self.state).served) };
    }

    /// Begins waiting: what is broadcast after this is not missed. The guard ends it, on every way out.
    pub fn begin_sleep(&self) -> Sleeper<'_> {
        // SAFETY: as above; the guard cannot outlive the mapping.
        unsafe { pg_sys::ConditionVariablePrepareToSleep(&raw mut (*self.state).served) };
        Sleeper(self)
    }
}

/// A backend that waits for the worker. While it exists the server knows of the condition variable in the segment, so it must go before the
/// segment does: an error that passes by here ends the waiting first.
pub struct Sleeper<'a>(&'a Shm);

impl Sleeper<'_> {
    /// Sleeps until a broadcast, at most `timeout_ms` milliseconds; may return early. A cancel raises its error here.
    pub fn sleep(&self, timeout_ms: i64) {
        // SAFETY: initialised when the segment was made.
        unsafe {
            pg_sys::ConditionVariableTimedSleep(
                &raw mut (*self.0.state).served,
                timeout_ms,
                pg_sys::PG_WAIT_EXTENSION,
            );
        }
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        // SAFETY: does nothing when this process does not wait.
        unsafe {
            pg_sys::ConditionVariableCancelSleep();
        }
    }
}

impl std::ops::Deref for Shm {
    type Target = LinkState;

    fn deref(&self) -> &LinkState {
        // SAFETY: mapped and checked when this value was made; all fields are atomics but the condition variable, which is only touched
        // by the server's own functions.
        unsafe { &*self.state }
    }
}

/// Sets the latch of a process; does nothing when there is none of that number.
pub fn wake(pid: i32) {
    // SAFETY: the process slot is looked up and its latch set at once; a slot that was just given to another process is woken in vain.
    unsafe {
        let process = pg_sys::BackendPidGetProc(pid);
        if !process.is_null() {
            pg_sys::SetLatch(&raw mut (*process).procLatch);
        }
    }
}
