//! Messages in the server's own error log.
//!
//! MySQL writes them as `Plugin tandem reported: '...'`, MariaDB as `tandem: ...`. Before the plugin has started, and in
//! tests, there is no log and messages are dropped.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

use super::host::{Family, function};
use super::service::{PluginLog, my_plugin_log_service};
use crate::settings;

/// How heavy a message is; the numbers are those of `tandem_log_verbosity`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Error = 1,
    Warning = 2,
    Note = 3,
}

/// MySQL: the plugin's handle, which names it in the log. Null while it is not installed.
static HANDLE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Remembers MySQL's handle of the plugin; null forgets it.
pub fn set_handle(handle: *mut c_void) {
    HANDLE.store(handle, Ordering::Release);
}

/// Something does not work.
pub fn error(text: &str) {
    say(Weight::Error, text);
}

/// Something works, but not as it should.
pub fn warning(text: &str) {
    say(Weight::Warning, text);
}

/// Something that an operator may want to know afterwards.
pub fn note(text: &str) {
    say(Weight::Note, text);
}

fn say(weight: Weight, text: &str) {
    if weight as u32 > settings::log_verbosity() {
        return;
    }
    let text: Vec<u8> = text.bytes().filter(|byte| *byte != 0).collect();
    let Ok(text) = CString::new(text) else {
        return;
    };
    match super::host::host().map(|host| host.family) {
        Some(Family::MariaDb) => to_mariadb(weight, &text),
        // MySQL's service is there before the rest of the server is known.
        Some(Family::MySql) | None => to_mysql(weight, &text),
    }
}

fn to_mysql(weight: Weight, text: &CStr) {
    let mut handle = HANDLE.load(Ordering::Acquire);
    // SAFETY: the service's structure is the one of MySQL's header.
    let service = unsafe { my_plugin_log_service.get::<PluginLog>() };
    let Some(service) = service.filter(|_| !handle.is_null()) else {
        return;
    };
    let level = weight as c_int - 1;
    // SAFETY: the handle is the plugin's own while it is installed; the format takes one string.
    unsafe { (service.message)(&raw mut handle, level, c"%s".as_ptr(), text.as_ptr()) };
}

fn to_mariadb(weight: Weight, text: &CStr) {
    type Print = unsafe extern "C" fn(*const c_char, ...);
    let name = match weight {
        Weight::Error => c"_Z15sql_print_errorPKcz",
        Weight::Warning => c"_Z17sql_print_warningPKcz",
        Weight::Note => c"_Z21sql_print_informationPKcz",
    };
    // SAFETY: `void sql_print_*(const char *format, ...)`.
    if let Ok(print) = unsafe { function::<Print>(name) } {
        // SAFETY: the format takes one string.
        unsafe { print(c"tandem: %s".as_ptr(), text.as_ptr()) };
    }
}
