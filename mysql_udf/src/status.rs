//! What the plugin counts, and `tandem_status()`.
//!
//! The counters are plain atomics that the server reads in place for `SHOW GLOBAL STATUS LIKE 'Tandem%'`
//! (`abi::variables`). They count from the start of the server process; installing the plugin anew does not reset them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::abi::host;
use crate::json::Object;
use crate::{limits, plugin, settings};

/// The version of the plugin.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How the library was built.
pub const BUILD: &str = if cfg!(debug_assertions) {
    "debug"
} else {
    "release"
};

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $field:ident;)+) => {
        /// Everything that is counted.
        pub struct Counters {
            $($(#[doc = $doc])+ pub $field: AtomicU64,)+
        }

        /// The counters of this server.
        pub static COUNTERS: Counters = Counters {
            $($field: AtomicU64::new(0),)+
        };

        fn counters() -> Object {
            let object = Object::new();
            $(let object = object.number(stringify!($field), read(&COUNTERS.$field));)+
            object
        }
    };
}

counters! {
    /// Calls of `tandem_fire` that marked a transaction.
    fires;
    /// Calls of `tandem_fire` that did nothing: a NULL or negative id, the doorbell switched off, no plugin.
    fires_ignored;
    /// Times the doorbell rang for named tables.
    rings;
    /// Those of them that came before the end of the transaction was known.
    rings_early;
    /// Times it rang for every table.
    rings_all;
    /// Calls of `tandem_wait`.
    waits;
    /// Calls that returned because of a ring.
    wakes;
    /// Calls that returned at their timeout.
    timeouts;
    /// Calls that were interrupted by KILL, a statement timeout or shutdown.
    kills;
    /// Times a bound was reached: too many marked sessions, tables of a transaction, tables or links remembered.
    overflows;
    /// Panics that were caught.
    panics;
}

/// Adds one.
pub fn count(counter: &AtomicU64) {
    add(counter, 1);
}

/// Adds `number`.
pub fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// One JSON object: version, build, server, state, counters, what is in use now and the bounds of it.
pub fn report() -> String {
    let plugin = plugin::plugin();
    let bell = plugin.doorbell.snapshot();
    let (sessions, branches) = plugin.marks.counts();
    let server = Object::new()
        .string("family", host::family_name())
        .string("version", host::version());
    let now = Object::new()
        .number("waiters", bell.waiters as u64)
        .number("marked_sessions", sessions as u64)
        .number("prepared_branches", branches as u64)
        .number("links", bell.links as u64)
        .number("tables", bell.tables as u64);
    Object::new()
        .string("version", VERSION)
        .string("build", BUILD)
        .object("server", server)
        .boolean("active", plugin.is_active())
        .boolean("doorbell", settings::doorbell())
        .number("bell", bell.bell)
        .object("now", now)
        .object("capacity", capacity())
        .object("counters", counters())
        .end()
}

fn capacity() -> Object {
    Object::new()
        .number(
            "marked_sessions",
            (limits::MARK_SHARDS * limits::SESSIONS_PER_SHARD) as u64,
        )
        .number("tables_per_session", limits::TABLES_PER_SESSION as u64)
        .number("prepared_branches", limits::PREPARED_BRANCHES as u64)
        .number("links", limits::LINKS as u64)
        .number("tables_per_link", limits::TABLES_PER_LINK as u64)
        .number("wait_ms", limits::WAIT_MAX_MS)
}
