//! `tandem_fire(table_id)`: what a trigger calls for each row it has put into an outbox.
//!
//! It marks the session's transaction and returns; the bell rings when the server tells that the transaction has ended
//! ([`statement_ended`], [`session_gone`]). It never fails the statement, does no I/O, and takes no lock that is held
//! longer than a map lookup.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::abi::log;
use crate::abi::udf::Arguments;
use crate::clock::now_ms;
use crate::doorbell::TableId;
use crate::marks::{Fired, Report, Rings};
use crate::plugin::{Plugin, plugin};
use crate::settings;
use crate::status::{COUNTERS, count};

/// Returns 1 when the bell will ring for this call, 0 when the call does nothing (NULL, a negative id, the doorbell
/// switched off, the plugin not installed).
pub fn call(arguments: &Arguments) -> Option<i64> {
    let plugin = plugin();
    let id = arguments.int(0).and_then(TableId::new);
    let (Some(table), true) = (id, plugin.is_active() && settings::doorbell()) else {
        count(&COUNTERS.fires_ignored);
        return Some(0);
    };
    count(&COUNTERS.fires);
    match crate::abi::session::current() {
        Some(session) => mark(plugin, session.id(), table),
        // A thread without a session has no transaction that could end.
        None => ring_now(plugin, table),
    }
    Some(1)
}

/// The server says that a statement of this session has ended.
pub fn statement_ended(session: u64, report: Report, in_transaction: impl FnOnce() -> bool) {
    let plugin = plugin();
    let rings = plugin.marks.ended(session, report, in_transaction, now_ms);
    plugin.ring(&rings, false);
}

/// The server says that a session is gone.
pub fn session_gone(session: u64) {
    let plugin = plugin();
    plugin.ring(&plugin.marks.gone(session), false);
}

fn mark(plugin: &Plugin, session: u64, table: TableId) {
    let fired = plugin.marks.fire(session, table, now_ms);
    if fired == Fired::Marked {
        return;
    }
    count(&COUNTERS.overflows);
    if fired == Fired::Full {
        ring_now(plugin, table);
    }
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::Relaxed) {
        log::warning(
            "more sessions or tables changed at once than the doorbell can tell apart: it rings early, or for all tables",
        );
    }
}

fn ring_now(plugin: &Plugin, table: TableId) {
    let tables = vec![table];
    plugin.ring(&Rings { tables, all: false }, true);
}
