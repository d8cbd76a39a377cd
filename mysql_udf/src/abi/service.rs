//! Pointers that the server fills in when it loads the library ("plugin services").
//!
//! A plugin exports a pointer named after the service and puts the wanted version into it; a server that has the service
//! replaces the number with the address of the service's functions. A server without the service leaves the number.

use std::ffi::{c_char, c_int, c_uint, c_ulong, c_void};
use std::ptr::without_provenance_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::host::Thd;

/// A service pointer: a version first, an address once the server has it.
#[repr(transparent)]
pub struct Service(AtomicPtr<c_void>);

impl Service {
    const fn version(version: usize) -> Self {
        Self(AtomicPtr::new(without_provenance_mut(version)))
    }

    /// The service's functions, if the server has the service.
    ///
    /// # Safety
    /// `T` must be the service's structure in the version wanted.
    pub unsafe fn get<T>(&self) -> Option<&'static T> {
        let address = self.0.load(Ordering::Acquire);
        // No version is that large, no object lies that low.
        if address.addr() < 0x10000 {
            return None;
        }
        // SAFETY: the server has put the address of a structure of its own there, which lives as long as the server; the
        // caller vouches for the type.
        Some(unsafe { &*address.cast::<T>() })
    }
}

/// Both families: telling a thread pool about waits.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static thd_wait_service: Service = Service::version(0x0100);

/// MySQL: the error log.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static my_plugin_log_service: Service = Service::version(0x0100);

/// MySQL: the way to the component services.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static plugin_registry_service: Service = Service::version(0x0100);

/// MariaDB: SQL on the server itself.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals)]
pub static sql_service: Service = Service::version(0x0100);

/// The functions of `thd_wait_service`.
#[repr(C)]
pub struct ThreadWait {
    pub(super) begin: unsafe extern "C" fn(Thd, c_int),
    pub(super) end: unsafe extern "C" fn(Thd),
}

/// The functions of `my_plugin_log_service`.
#[repr(C)]
pub struct PluginLog {
    /// `(&plugin, level, format, ...)`.
    pub(super) message: unsafe extern "C" fn(*mut *mut c_void, c_int, *const c_char, ...) -> c_int,
}

/// The functions of `plugin_registry_service`.
#[repr(C)]
pub struct PluginRegistry {
    pub(super) acquire: unsafe extern "C" fn() -> *const super::registry::Registry,
    pub(super) release: unsafe extern "C" fn(*const super::registry::Registry) -> c_int,
}

/// The first functions of `sql_service`, which has more.
#[repr(C)]
pub struct LocalSql {
    pub(super) init: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    pub(super) connect_local: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    /// Connecting over the network, which we never do.
    pub(super) connect: *const c_void,
    pub(super) errno: unsafe extern "C" fn(*mut c_void) -> c_uint,
    pub(super) error: unsafe extern "C" fn(*mut c_void) -> *const c_char,
    pub(super) query: unsafe extern "C" fn(*mut c_void, *const c_char, c_ulong) -> c_int,
    pub(super) affected_rows: *const c_void,
    pub(super) num_rows: *const c_void,
    pub(super) store_result: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    pub(super) free_result: unsafe extern "C" fn(*mut c_void),
    pub(super) fetch_row: unsafe extern "C" fn(*mut c_void) -> *mut *mut c_char,
    pub(super) close: unsafe extern "C" fn(*mut c_void),
}

// SAFETY: a table of functions of the server that never changes.
unsafe impl Sync for LocalSql {}
