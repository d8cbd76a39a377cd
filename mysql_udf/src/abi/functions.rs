//! The SQL functions of the plugin.
//!
//! **To add a function**: write it as an ordinary function of [`Arguments`] in a module of its own, define its C form
//! below with `int_function!` or `text_function!`, and add a row to [`FUNCTIONS`]. MySQL then registers it with
//! the plugin, and MariaDB creates it when the plugin is installed.

use std::ffi::{CStr, c_void};

use super::udf::{Arguments, CInit, ResultType, UdfInit, int_function, text_function};
use crate::{fire, status, wait};

int_function!(
    tandem_fire,
    tandem_fire_init,
    tandem_fire_deinit,
    "tandem_fire(table_id)",
    1,
    fire::call
);

text_function!(
    tandem_wait,
    tandem_wait_init,
    tandem_wait_deinit,
    "tandem_wait(prefix, since, timeout_ms)",
    3,
    65_535,
    wait::call
);

text_function!(
    tandem_version,
    tandem_version_init,
    tandem_version_deinit,
    "tandem_version()",
    0,
    64,
    version
);

text_function!(
    tandem_status,
    tandem_status_init,
    tandem_status_deinit,
    "tandem_status()",
    0,
    4_096,
    report
);

/// One SQL function.
pub struct Function {
    /// Its name.
    pub name: &'static CStr,
    /// What it returns.
    pub result: ResultType,
    /// The function; its form depends on the result.
    pub call: *const c_void,
    /// Called before it.
    pub init: CInit,
    /// Called after it.
    pub deinit: unsafe extern "C" fn(*mut UdfInit),
}

// SAFETY: addresses of functions.
unsafe impl Sync for Function {}

/// All functions.
pub static FUNCTIONS: [Function; 4] = [
    Function {
        name: c"tandem_fire",
        result: ResultType::Int,
        call: tandem_fire as *const c_void,
        init: tandem_fire_init,
        deinit: tandem_fire_deinit,
    },
    Function {
        name: c"tandem_wait",
        result: ResultType::Text,
        call: tandem_wait as *const c_void,
        init: tandem_wait_init,
        deinit: tandem_wait_deinit,
    },
    Function {
        name: c"tandem_version",
        result: ResultType::Text,
        call: tandem_version as *const c_void,
        init: tandem_version_init,
        deinit: tandem_version_deinit,
    },
    Function {
        name: c"tandem_status",
        result: ResultType::Text,
        call: tandem_status as *const c_void,
        init: tandem_status_init,
        deinit: tandem_status_deinit,
    },
];

/// `tandem_version()`: the plugin's version, such as `0.1.0`.
fn version(_: &Arguments) -> Option<String> {
    Some(String::from(status::VERSION))
}

/// `tandem_status()`: one JSON object.
fn report(_: &Arguments) -> Option<String> {
    Some(status::report())
}
