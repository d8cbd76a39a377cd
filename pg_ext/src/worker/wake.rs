//! How the main thread waits: for its latch, for news from a thread, for a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError};
use pgrx::{check_for_interrupts, pg_sys};

use crate::legacy::error::LegacyError;
use crate::legacy::task::Wake;
use crate::report::Result;

/// A file descriptor that threads make readable and the main thread waits on beside its latch.
pub struct Bell {
    fd: Arc<Eventfd>,
    rung: Arc<AtomicBool>,
}

struct Eventfd(libc::c_int);

impl Drop for Eventfd {
    fn drop(&mut self) {
        // SAFETY: owned by this value, closed once, after the last thread that could ring it has let go.
        unsafe { libc::close(self.0) };
    }
}

impl Bell {
    /// A bell that has not rung.
    pub fn new() -> Self {
        // SAFETY: a new descriptor, owned here.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        Self {
            fd: Arc::new(Eventfd(fd)),
            rung: Arc::new(AtomicBool::new(false)),
        }
    }

    /// What a thread calls to ring it.
    pub fn wake(&self) -> Wake {
        let (fd, rung) = (Arc::clone(&self.fd), Arc::clone(&self.rung));
        Arc::new(move || {
            if !rung.swap(true, Ordering::SeqCst) {
                let one = 1u64.to_ne_bytes();
                // SAFETY: eight bytes to an open eventfd; it cannot block.
                unsafe { libc::write(fd.0, one.as_ptr().cast(), one.len()) };
            }
        })
    }

    /// Waits until the bell rings, the latch is set or the time is over; then answers interrupts. True when it was the latch.
    pub fn wait(&self, timeout: Option<Duration>) -> bool {
        let mut events =
            pg_sys::WL_LATCH_SET | pg_sys::WL_SOCKET_READABLE | pg_sys::WL_EXIT_ON_PM_DEATH;
        let mut timeout_ms = -1;
        if let Some(timeout) = timeout {
            events |= pg_sys::WL_TIMEOUT;
            timeout_ms = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
        }
        // SAFETY: this process's latch and an open descriptor, on the main thread.
        let happened = unsafe {
            let latch = pg_sys::MyLatch;
            let happened = pg_sys::WaitLatchOrSocket(
                latch,
                events as i32,
                self.fd.0,
                timeout_ms,
                pg_sys::PG_WAIT_EXTENSION,
            );
            // A latch that was set only after the wait is left for the next one, which then says so.
            if happened as u32 & pg_sys::WL_LATCH_SET != 0 {
                pg_sys::ResetLatch(latch);
            }
            happened
        };
        // Emptied before the mark is taken back: the other way round, a thread that rings in between leaves the mark set and the
        // descriptor empty, and nobody is heard any more.
        let mut count = [0u8; 8];
        // SAFETY: eight bytes from a non-blocking eventfd.
        unsafe { libc::read(self.fd.0, count.as_mut_ptr().cast(), count.len()) };
        self.rung.store(false, Ordering::SeqCst);
        check_for_interrupts!();
        happened as u32 & pg_sys::WL_LATCH_SET != 0
    }
}

/// Waits for the one answer of a task, honouring interrupts: a cancel leaves the task to itself.
pub fn answer<T>(bell: &Bell, task: &Receiver<std::result::Result<T, LegacyError>>) -> Result<T> {
    loop {
        match task.try_recv() {
            Ok(answer) => return Ok(answer?),
            Err(TryRecvError::Disconnected) => {
                return Err(LegacyError::other("a thread ended without an answer").into());
            }
            Err(TryRecvError::Empty) => {
                bell.wait(Some(Duration::from_secs(1)));
            }
        }
    }
}

/// Lets a cancel or a termination take effect here.
pub fn interrupts() {
    check_for_interrupts!();
}
