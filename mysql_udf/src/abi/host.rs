//! Which server has loaded the library, and the functions that it exports.
//!
//! Symbols are looked up by name at the start of the plugin, never linked, so that one library loads everywhere. A server
//! that lacks one of them refuses the plugin with that name in its log.

use std::ffi::{CStr, c_char, c_int, c_longlong, c_ulong, c_void};
use std::sync::OnceLock;

use super::registry;

/// The two kinds of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Oracle's MySQL, 8.0 and later.
    MySql,
    /// MariaDB, 10.11 and later.
    MariaDb,
}

/// A session of the server (`THD *`).
pub type Thd = *mut c_void;

/// What the library knows about its server.
#[derive(Clone, Copy)]
pub struct Host {
    /// Which kind.
    pub family: Family,
    /// The session that runs on the calling thread; null if there is none.
    pub current: Current,
    /// `thd_get_thread_id`: the connection id.
    pub connection_id: unsafe extern "C" fn(*const c_void) -> c_ulong,
    /// `thd_test_options`: which of the asked option bits the session has.
    pub options: unsafe extern "C" fn(*const c_void, c_longlong) -> c_int,
    /// MySQL: `thd_killed`. MariaDB: `thd_kill_level`, since its `thd_killed` does not see `KILL QUERY`. Not 0 means yes.
    pub killed: unsafe extern "C" fn(*const c_void) -> c_int,
    /// The number of the error that the kill is to be reported with. MySQL: what `killed` returns. MariaDB:
    /// `THD::killed_errno()`, where it is exported.
    pub kill_error: Option<unsafe extern "C" fn(*const c_void) -> c_int>,
    /// `my_error`: fails the statement with the server's own text for a number, where it is exported.
    pub raise: Option<unsafe extern "C" fn(c_int, c_ulong, ...)>,
}

/// How to find the session of the calling thread.
#[derive(Clone, Copy)]
pub enum Current {
    /// MySQL's service `mysql_current_thread_reader`; it returns whether it failed.
    Service(unsafe extern "C" fn(*mut Thd) -> bool),
    /// An exported function.
    Function(unsafe extern "C" fn() -> Thd),
}

static HOST: OnceLock<Host> = OnceLock::new();

/// The server, once the plugin has started in it.
pub fn host() -> Option<&'static Host> {
    HOST.get()
}

/// Looks up everything. Called once by the plugin's start; the error names what is missing.
pub fn learn(family: Family) -> Result<(), String> {
    if HOST.get().is_some() {
        return Ok(());
    }
    let (killed, kill_error, raise) = match family {
        Family::MySql => (c"thd_killed", c"thd_killed", c"_Z8my_erroriiz"),
        Family::MariaDb => (c"thd_kill_level", c"_ZN3THD12killed_errnoEv", c"my_error"),
    };
    // SAFETY: the names are the servers' own, and the types those of their headers.
    let host = unsafe {
        Host {
            family,
            current: current(family)?,
            connection_id: function(c"thd_get_thread_id")?,
            options: function(c"thd_test_options")?,
            killed: function(killed)?,
            kill_error: function(kill_error).ok(),
            raise: function(raise).ok(),
        }
    };
    // Somebody else can only have set the same.
    let _ = HOST.set(host);
    Ok(())
}

/// `mysql`, `mariadb`, or `unknown` before the plugin has started.
pub fn family_name() -> &'static str {
    match host().map(|host| host.family) {
        Some(Family::MySql) => "mysql",
        Some(Family::MariaDb) => "mariadb",
        None => "unknown",
    }
}

/// The server's version as it says it itself (`9.7.4`, `10.11.19-MariaDB-...`).
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let Some(text) = symbol(c"server_version") else {
            return String::from("unknown");
        };
        // SAFETY: both families export `char server_version[]`, which ends with a zero and does not change any more once
        // plugins are started.
        let text = unsafe { CStr::from_ptr(text.cast::<c_char>()) };
        text.to_string_lossy().into_owned()
    })
}

/// The address of something that the server exports.
pub fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: a look-up by a valid name; it runs none of our code.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!address.is_null()).then_some(address)
}

/// A function that the server exports.
///
/// # Safety
/// `F` must be a function pointer type that fits the server's function of this name.
pub unsafe fn function<F: Copy>(name: &CStr) -> Result<F, String> {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    let address = symbol(name)
        .ok_or_else(|| format!("this server does not export {}", name.to_string_lossy()))?;
    // SAFETY: the sizes are equal, the address is not null, and the caller vouches for the type.
    Ok(unsafe { std::mem::transmute_copy::<*mut c_void, F>(&address) })
}

fn current(family: Family) -> Result<Current, String> {
    if family == Family::MySql
        && let Some(reader) = registry::current_thread_reader()
    {
        return Ok(Current::Service(reader));
    }
    let name = match family {
        Family::MySql => c"_Z19thd_get_current_thdv",
        Family::MariaDb => c"_current_thd",
    };
    // SAFETY: both functions take nothing and return a `THD *`.
    unsafe { function(name) }.map(Current::Function)
}
