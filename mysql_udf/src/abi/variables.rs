//! Status variables (`SHOW GLOBAL STATUS LIKE 'Tandem%'`) and system variables (`SHOW VARIABLES LIKE 'tandem%'`).
//!
//! The server keeps and changes these structures (it rewrites names, for one), so they are writable memory.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::AtomicU64;

use super::guard::guard;
use super::host::Thd;
use crate::plugin::plugin;
use crate::settings;
use crate::status::COUNTERS;

/// Memory that the server may write.
#[repr(transparent)]
pub struct Shared<T>(UnsafeCell<T>);

// SAFETY: we never read it again; the server guards what it does with it.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Holds `value` for the server.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The address for the server.
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// A status variable. MariaDB's structure has no scope; its place is padding there.
#[repr(C)]
pub struct ShowVariable {
    name: *const c_char,
    value: *mut c_void,
    kind: c_int,
    scope: c_int,
}

const SHOW_UNDEF: c_int = 0;
const SHOW_LONGLONG: c_int = 4;
const SHOW_FUNC: c_int = 8;
const SCOPE_GLOBAL: c_int = 1;

const fn counter(name: &'static CStr, value: &'static AtomicU64) -> ShowVariable {
    ShowVariable {
        name: name.as_ptr(),
        value: value.as_ptr().cast::<c_void>(),
        kind: SHOW_LONGLONG,
        scope: SCOPE_GLOBAL,
    }
}

type ShowFunction = unsafe extern "C" fn(Thd, *mut ShowVariable, *mut c_char) -> c_int;

const fn gauge(name: &'static CStr, read: ShowFunction) -> ShowVariable {
    ShowVariable {
        name: name.as_ptr(),
        value: read as *mut c_void,
        kind: SHOW_FUNC,
        scope: SCOPE_GLOBAL,
    }
}

/// All status variables; an empty one ends them.
pub static STATUS_VARIABLES: Shared<[ShowVariable; 15]> = Shared::new([
    gauge(c"Tandem_bell", show_bell),
    counter(c"Tandem_fires", &COUNTERS.fires),
    counter(c"Tandem_fires_ignored", &COUNTERS.fires_ignored),
    counter(c"Tandem_kills", &COUNTERS.kills),
    gauge(c"Tandem_marked_sessions", show_marked),
    counter(c"Tandem_overflows", &COUNTERS.overflows),
    counter(c"Tandem_panics", &COUNTERS.panics),
    counter(c"Tandem_rings", &COUNTERS.rings),
    counter(c"Tandem_rings_all", &COUNTERS.rings_all),
    counter(c"Tandem_rings_early", &COUNTERS.rings_early),
    counter(c"Tandem_timeouts", &COUNTERS.timeouts),
    gauge(c"Tandem_waiters", show_waiters),
    counter(c"Tandem_waits", &COUNTERS.waits),
    counter(c"Tandem_wakes", &COUNTERS.wakes),
    ShowVariable {
        name: null(),
        value: null_mut(),
        kind: SHOW_UNDEF,
        scope: 0,
    },
]);

unsafe extern "C" fn show_bell(_: Thd, show: *mut ShowVariable, buffer: *mut c_char) -> c_int {
    // SAFETY: the server's own pointers.
    unsafe { show_number(show, buffer, || plugin().doorbell.snapshot().bell) }
}

unsafe extern "C" fn show_marked(_: Thd, show: *mut ShowVariable, buffer: *mut c_char) -> c_int {
    // SAFETY: the server's own pointers.
    unsafe { show_number(show, buffer, || plugin().marks.counts().0 as u64) }
}

unsafe extern "C" fn show_waiters(_: Thd, show: *mut ShowVariable, buffer: *mut c_char) -> c_int {
    // SAFETY: the server's own pointers.
    unsafe { show_number(show, buffer, || plugin().doorbell.snapshot().waiters as u64) }
}

/// # Safety
/// `show` and `buffer` (1,024 bytes) must be what the server passes to a function of type SHOW_FUNC.
unsafe fn show_number(
    show: *mut ShowVariable,
    buffer: *mut c_char,
    read: impl FnOnce() -> u64,
) -> c_int {
    let value = guard(0, read);
    // SAFETY: the buffer is large enough for a number; nothing is said of its alignment.
    unsafe {
        buffer.cast::<u64>().write_unaligned(value);
        (*show).value = buffer.cast::<c_void>();
        (*show).kind = SHOW_LONGLONG;
    }
    0
}

type Update = unsafe extern "C" fn(Thd, *mut c_void, *mut c_void, *const c_void);

/// What all system variables begin with.
#[repr(C)]
struct Header {
    flags: c_int,
    name: *const c_char,
    comment: *const c_char,
    check: *const c_void,
    update: Option<Update>,
}

/// A system variable that is ON or OFF.
#[repr(C)]
pub struct Switch {
    header: Header,
    value: *mut u8,
    default: u8,
}

/// A system variable with a number.
#[repr(C)]
pub struct Number {
    header: Header,
    value: *mut c_uint,
    default: c_uint,
    least: c_uint,
    most: c_uint,
    step: c_uint,
}

const VAR_BOOL: c_int = 0x0001;
const VAR_INT: c_int = 0x0002;
const VAR_UNSIGNED: c_int = 0x0080;

static DOORBELL: Shared<Switch> = Shared::new(Switch {
    header: Header {
        flags: VAR_BOOL,
        name: c"doorbell".as_ptr(),
        comment: c"Whether committed changes ring the doorbell; when it is OFF, readers look by themselves".as_ptr(),
        check: null(),
        update: Some(update_doorbell),
    },
    value: settings::DOORBELL.as_ptr(),
    default: 1,
});

static LOG_VERBOSITY: Shared<Number> = Shared::new(Number {
    header: Header {
        flags: VAR_INT | VAR_UNSIGNED,
        name: c"log_verbosity".as_ptr(),
        comment: c"What goes to the server's error log: 1 errors, 2 and warnings, 3 and notes"
            .as_ptr(),
        check: null(),
        update: None,
    },
    value: settings::LOG_VERBOSITY.as_ptr(),
    default: 3,
    least: 1,
    most: 3,
    step: 0,
});

/// All system variables; a null ends them.
pub static SYSTEM_VARIABLES: Shared<[*mut c_void; 3]> = Shared::new([
    DOORBELL.get().cast::<c_void>(),
    LOG_VERBOSITY.get().cast::<c_void>(),
    null_mut(),
]);

unsafe extern "C" fn update_doorbell(_: Thd, _: *mut c_void, _: *mut c_void, saved: *const c_void) {
    // SAFETY: for a variable of this kind the server passes one byte, 0 or 1.
    let on = unsafe { *saved.cast::<u8>() } != 0;
    guard((), || plugin().set_doorbell(on));
}
