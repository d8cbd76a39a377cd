//! "A statement has ended" and "a session is gone", in the words of each family.
//!
//! The server calls these for every statement of every session, so they look at the event's kind first and at anything
//! else only for sessions that hold marks.

use std::ffi::{c_char, c_int, c_uint, c_ulong, c_void};

use super::guard::guard;
use super::host::Thd;
use super::presence;
use super::session::Session;
use crate::fire;
use crate::marks::{Report, Source};
use crate::plugin::plugin;

const GENERAL: c_uint = 0;
const CONNECTION: c_uint = 1;

/// The beginning of MySQL's `mysql_event_general`.
#[repr(C)]
struct MySqlGeneral {
    subclass: c_int,
    error: c_int,
    connection_id: c_ulong,
    user: LexString,
    command: LexString,
    query: LexString,
}

/// MySQL's `MYSQL_LEX_CSTRING`.
#[repr(C)]
struct LexString {
    text: *const c_char,
    length: usize,
}

/// The beginning of MariaDB's `mysql_event_general`.
#[repr(C)]
struct MariaDbGeneral {
    subclass: c_uint,
    error: c_int,
    connection_id: c_ulong,
    user: *const c_char,
    user_length: c_uint,
    command: *const c_char,
    command_length: c_uint,
    query: *const c_char,
    query_length: c_uint,
}

/// The beginning of `mysql_event_connection`, the same in both families.
#[repr(C)]
struct Connection {
    subclass: c_uint,
    status: c_int,
    connection_id: c_ulong,
}

/// Kinds of MySQL's events (bits).
pub mod mysql {
    /// General: a statement has ended.
    pub const STATUS: i32 = 1 << 3;
    /// Connection: it has ended.
    pub const DISCONNECT: u32 = 1 << 1;
}

/// Kinds of MariaDB's events (numbers).
pub mod mariadb {
    /// General: a packet of statements has succeeded.
    pub const RESULT: u32 = 2;
    /// General: a statement has ended, inside of triggers and procedures too.
    pub const STATUS: u32 = 3;
    /// Connection: it has ended.
    pub const DISCONNECT: u32 = 1;
}

/// What MySQL calls for every event that the descriptor asks for. Always returns 0: nothing is refused.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mysql_event(thd: Thd, class: c_uint, event: *const c_void) -> c_int {
    guard((), || {
        if !plugin().is_active() {
            return;
        }
        if class == GENERAL {
            // SAFETY: events of this class begin like this.
            let event = unsafe { &*event.cast::<MySqlGeneral>() };
            if event.subclass == mysql::STATUS {
                let query = &event.query;
                // SAFETY: the server's text is valid during the event.
                let text = unsafe { bytes(query.text, query.length) };
                let failed = event.error != 0;
                let source = Source::Statement;
                ended(
                    thd,
                    event.connection_id,
                    Report {
                        source,
                        text,
                        failed,
                    },
                );
            }
        } else if class == CONNECTION {
            // SAFETY: events of this class begin like this.
            let event = unsafe { &*event.cast::<Connection>() };
            if event.subclass == mysql::DISCONNECT {
                fire::session_gone(event.connection_id);
            }
        }
    });
    0
}

/// What MariaDB calls for every event that the descriptor asks for.
///
/// # Safety
/// Called by the server only.
pub unsafe extern "C" fn mariadb_event(thd: Thd, class: c_uint, event: *const c_void) {
    guard((), || {
        if !plugin().is_active() {
            return;
        }
        presence::seen();
        if class == GENERAL {
            // SAFETY: events of this class begin like this.
            let event = unsafe { &*event.cast::<MariaDbGeneral>() };
            let source = match event.subclass {
                mariadb::RESULT => Source::Result,
                mariadb::STATUS => Source::Status,
                _ => return,
            };
            // SAFETY: the server's text is valid during the event.
            let text = unsafe { bytes(event.query, event.query_length as usize) };
            let failed = event.error != 0;
            ended(
                thd,
                event.connection_id,
                Report {
                    source,
                    text,
                    failed,
                },
            );
        } else if class == CONNECTION {
            // SAFETY: events of this class begin like this.
            let event = unsafe { &*event.cast::<Connection>() };
            if event.subclass == mariadb::DISCONNECT {
                fire::session_gone(event.connection_id);
            }
        }
    });
}

fn ended(thd: Thd, connection_id: c_ulong, report: Report) {
    let session = Session::new(thd);
    // Without a session the safe answer is "no transaction is open": it rings.
    let in_transaction = || session.is_some_and(Session::in_transaction);
    fire::statement_ended(connection_id, report, in_transaction);
}

/// # Safety
/// `text` must be null or point to `length` bytes that live for `'a`.
unsafe fn bytes<'a>(text: *const c_char, length: usize) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: the caller vouches for it.
    unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) }
}
