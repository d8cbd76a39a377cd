//! The session that runs on the calling thread.

use std::ffi::{c_int, c_longlong};
use std::ptr::NonNull;

use super::host::{Current, Host, Thd, host};
use super::service::{ThreadWait, thd_wait_service};

/// A session of the server. Lives no longer than the call in which it was found, and stays on its thread.
#[derive(Clone, Copy)]
pub struct Session {
    thd: NonNull<std::ffi::c_void>,
    host: &'static Host,
}

/// The session is in a transaction that was begun in so many words.
const OPTION_BEGIN: c_longlong = 1 << 20;
/// The session has autocommit off.
const OPTION_NOT_AUTOCOMMIT: c_longlong = 1 << 19;

/// The session of the calling thread, if it has one and the plugin has started.
pub fn current() -> Option<Session> {
    let host = host()?;
    let thd = match host.current {
        Current::Service(read) => {
            let mut thd: Thd = std::ptr::null_mut();
            // SAFETY: the service writes one pointer.
            if unsafe { read(&raw mut thd) } {
                return None;
            }
            thd
        }
        // SAFETY: the function takes nothing and returns a pointer that may be null.
        Current::Function(read) => unsafe { read() },
    };
    Session::new(thd)
}

impl Session {
    /// The session behind a pointer that the server has passed; `None` if it is null.
    pub fn new(thd: Thd) -> Option<Self> {
        Some(Self {
            thd: NonNull::new(thd)?,
            host: host()?,
        })
    }

    /// The connection id, as in SHOW PROCESSLIST.
    pub fn id(self) -> u64 {
        // SAFETY: the session is alive during this call (see the type).
        unsafe { (self.host.connection_id)(self.thd.as_ptr()) }
    }

    /// Whether it was killed, its statement was killed, or its statement has run out of time.
    pub fn is_killed(self) -> bool {
        // SAFETY: as above.
        unsafe { (self.host.killed)(self.thd.as_ptr()) != 0 }
    }

    /// Fails the statement of a killed session as the server does. Without this a killed call would give a row with NULL.
    pub fn report_kill(self) {
        let (Some(error), Some(raise)) = (self.host.kill_error, self.host.raise) else {
            return;
        };
        // SAFETY: as above.
        let error = unsafe { error(self.thd.as_ptr()) };
        if error > 0 {
            // SAFETY: the texts of these errors take no arguments.
            unsafe { raise(error, 0) };
        }
    }

    /// Whether it is in a transaction, or has autocommit off and may be in one.
    pub fn in_transaction(self) -> bool {
        let bits = OPTION_BEGIN | OPTION_NOT_AUTOCOMMIT;
        // SAFETY: as above.
        unsafe { (self.host.options)(self.thd.as_ptr(), bits) != 0 }
    }
}

/// While it lives, the server's thread pool counts the calling thread as idle.
pub struct Waiting {
    service: Option<(&'static ThreadWait, Thd)>,
}

/// The kind of wait: a sleep.
const THD_WAIT_SLEEP: c_int = 1;

impl Waiting {
    /// Begins a wait of this session.
    pub fn begin(session: Option<Session>) -> Self {
        // SAFETY: both families define the service as these two functions.
        let service = unsafe { thd_wait_service.get::<ThreadWait>() };
        let service = service.zip(session.map(|session| session.thd.as_ptr()));
        if let Some((service, thd)) = service {
            // SAFETY: the session is alive during the call in which this value lives.
            unsafe { (service.begin)(thd, THD_WAIT_SLEEP) };
        }
        Self { service }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((service, thd)) = self.service {
            // SAFETY: as in `begin`, which was called.
            unsafe { (service.end)(thd) };
        }
    }
}
