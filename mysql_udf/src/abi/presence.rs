//! MariaDB: noticing that the plugin has been uninstalled while sessions wait.
//!
//! MariaDB does not ask a plugin before UNINSTALL PLUGIN, and tells it only when the last statement that began before has
//! ended. A waiting reader is such a statement. So the readers themselves look, now and then, whether the server still
//! counts the plugin as ready, and leave if it does not; then the server can stop it.

use std::ffi::{c_char, c_int};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::host::{Family, function, host};
use crate::limits::PRESENCE_MS;

/// `bool plugin_is_ready(const LEX_CSTRING *name, int type)`.
type IsReady = unsafe extern "C" fn(*const Name, c_int) -> bool;

/// MariaDB's `LEX_CSTRING`.
#[repr(C)]
struct Name {
    text: *const c_char,
    length: usize,
}

const AUDIT_PLUGIN: c_int = 5;

static NEXT_MS: AtomicU64 = AtomicU64::new(0);
static WAS_READY: AtomicBool = AtomicBool::new(false);

/// The plugin starts: the server counts it as ready only when this is over.
pub fn forget() {
    WAS_READY.store(false, Ordering::Relaxed);
}

/// The server has told the plugin of a statement, so it counts it as ready.
pub fn seen() {
    if !WAS_READY.load(Ordering::Relaxed) {
        WAS_READY.store(true, Ordering::Relaxed);
    }
}

/// Whether the server has uninstalled the plugin without a word. Looks at most every 250 ms, whoever asks.
pub fn is_uninstalled(now_ms: u64) -> bool {
    let next_ms = NEXT_MS.load(Ordering::Relaxed);
    let mine = now_ms >= next_ms
        && NEXT_MS
            .compare_exchange(
                next_ms,
                now_ms + PRESENCE_MS,
                Ordering::Relaxed,
                Ordering::Relaxed,
            )
            .is_ok();
    if !mine {
        return false;
    }
    WAS_READY.load(Ordering::Relaxed) && is_ready() == Some(false)
}

/// `None` where the server cannot be asked: MySQL, which asks us, or a server without the function.
fn is_ready() -> Option<bool> {
    if host()?.family != Family::MariaDb {
        return None;
    }
    // SAFETY: the function's C++ name spells out its arguments.
    let ready: IsReady =
        unsafe { function(c"_Z15plugin_is_readyPK25st_mysql_const_lex_stringi") }.ok()?;
    let name = Name {
        text: c"tandem".as_ptr(),
        length: c"tandem".count_bytes(),
    };
    // SAFETY: the name is valid during the call.
    Some(unsafe { ready(&raw const name, AUDIT_PLUGIN) })
}
