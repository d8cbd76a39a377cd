//! What the server calls when the plugin starts and stops.
//!
//! - **Start** (INSTALL PLUGIN, server start): find the server's functions, open the doorbell, make the SQL functions
//!   appear. MySQL registers them with the plugin. MariaDB keeps functions in a table, so a thread of the plugin creates
//!   them over the server's own connection once it is up (`local_sql`).
//! - **UNINSTALL PLUGIN** on MySQL first asks: waiting readers are sent away, the functions taken back; if a statement
//!   still uses one, everything is put back and the server refuses. MariaDB does not ask: readers notice and leave
//!   (`presence`), and the functions stay callable and do nothing.

use std::ffi::{c_int, c_void};
use std::time::{Duration, Instant};

use super::guard::{guard, log_panics};
use super::host::{self, Family};
use super::{local_sql, log, presence, registry};
use crate::limits::DRAIN_MS;
use crate::plugin::plugin;
use crate::status::VERSION;

/// MySQL starts the plugin. Returns 0, or 1 with the reason in the log.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mysql_init(handle: *mut c_void) -> c_int {
    guard(1, || {
        log::set_handle(handle);
        log_panics();
        outcome(start_in_mysql())
    })
}

/// MySQL asks whether the plugin can go. Returns 0 for yes, 1 with the reason in the log.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mysql_check_uninstall(_: *mut c_void) -> c_int {
    guard(1, || {
        let reason = leave_mysql();
        if let Err(reason) = &reason {
            log::warning(&format!("not uninstalled: {reason}"));
            registry::register_missing_functions();
            plugin().start();
        }
        c_int::from(reason.is_err())
    })
}

/// MySQL stops the plugin, at UNINSTALL PLUGIN or at shutdown.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mysql_deinit(_: *mut c_void) -> c_int {
    guard(0, || {
        plugin().stop();
        // At shutdown nobody has asked; no session is left that could use a function.
        let _ = registry::unregister_functions();
        registry::release();
        log::note("stopped");
        log::set_handle(std::ptr::null_mut());
        0
    })
}

/// MariaDB starts the plugin. Returns 0, or 1 with the reason in the log.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mariadb_init(_: *mut c_void) -> c_int {
    guard(1, || {
        log_panics();
        outcome(start_in_mariadb())
    })
}

/// MariaDB stops the plugin, at UNINSTALL PLUGIN or at shutdown. It cannot be refused.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mariadb_deinit(_: *mut c_void) -> c_int {
    guard(0, || {
        local_sql::stop();
        if !plugin().stop() {
            log::warning("stopped while calls of tandem_wait were still on their way out");
        } else {
            log::note("stopped");
        }
        0
    })
}

fn start_in_mysql() -> Result<(), String> {
    registry::acquire()?;
    let started = host::learn(Family::MySql).and_then(|()| registry::register_functions());
    if let Err(error) = started {
        registry::release();
        return Err(error);
    }
    plugin().start();
    Ok(())
}

fn start_in_mariadb() -> Result<(), String> {
    host::learn(Family::MariaDb)?;
    presence::forget();
    plugin().start();
    local_sql::start();
    Ok(())
}

/// Sends the readers away and takes the functions back. A statement that has just left a function still holds on to it
/// for a moment.
fn leave_mysql() -> Result<(), String> {
    if !plugin().stop() {
        return Err(String::from("calls of tandem_wait have not ended in time"));
    }
    let deadline = Instant::now() + Duration::from_millis(DRAIN_MS);
    loop {
        let Err(name) = registry::unregister_functions() else {
            return Ok(());
        };
        if Instant::now() >= deadline {
            return Err(format!(
                "a statement uses function {}",
                name.to_string_lossy()
            ));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn outcome(started: Result<(), String>) -> c_int {
    match started {
        Ok(()) => {
            log::note(&format!(
                "version {VERSION} started in {} {}",
                host::family_name(),
                host::version()
            ));
            0
        }
        Err(error) => {
            log::error(&format!("cannot start: {error}"));
            1
        }
    }
}
