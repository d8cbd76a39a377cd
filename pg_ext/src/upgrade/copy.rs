//! COPY without a client: translated rows go from this process's memory straight into a table.
//!
//! Promise: the rows are stored by the server's own COPY FROM in binary form, with every constraint and index of the table, in the caller's
//! transaction. Only columns that are named are filled; the others get their defaults.

use std::cell::RefCell;
use std::ffi::{CString, c_int, c_void};

use pgrx::{PgSqlErrorCode, pg_sys};
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::upgrade as sql;

use crate::report::{Failure, Result};

/// What COPY BINARY begins with: signature, flags, length of the extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const TRAILER: &[u8] = &[0xff, 0xff];

/// Where COPY gets its bytes: the next piece, or `None` at the end. It may raise an error.
type Next<'a> = Box<dyn FnMut() -> Option<Vec<u8>> + 'a>;

/// The bytes under way.
struct Feed {
    next: Next<'static>,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
}

thread_local! {
    static FEED: RefCell<Option<Feed>> = const { RefCell::new(None) };
}

/// Ends the feed, however COPY ends.
struct EndFeed;

impl Drop for EndFeed {
    fn drop(&mut self) {
        FEED.with_borrow_mut(Option::take);
    }
}

/// Copies rows into the plan's table until `next` gives no more; each piece holds whole rows. Returns the number of rows.
pub fn copy_into<'a>(plan: &TablePlan, next: impl FnMut() -> Option<Vec<u8>> + 'a) -> Result<u64> {
    let next: Next<'a> = Box::new(next);
    // SAFETY: the feed is dropped before this function returns, on every way out, so nothing borrowed outlives its owner.
    let next: Next<'static> = unsafe { std::mem::transmute::<Next<'a>, Next<'static>>(next) };
    let _end = EndFeed;
    FEED.with_borrow_mut(|feed| {
        *feed = Some(Feed {
            next,
            piece: HEADER.to_vec(),
            at: 0,
            ended: false,
        })
    });
    // SAFETY: inside a transaction on the main thread; the relation is closed again, or by the transaction's end.
    unsafe { run(plan) }
}

unsafe fn run(plan: &TablePlan) -> Result<u64> {
    let relation_id = relation(plan)?;
    // SAFETY: every pointer handed over was made by the server in this transaction's memory.
    unsafe {
        let lock = pg_sys::RowExclusiveLock as pg_sys::LOCKMODE;
        let relation = pg_sys::table_open(relation_id, lock);
        let state = pg_sys::make_parsestate(std::ptr::null_mut());
        pg_sys::addRangeTableEntryForRelation(
            state,
            relation,
            lock,
            std::ptr::null_mut(),
            false,
            false,
        );
        let mut names: *mut pg_sys::List = std::ptr::null_mut();
        for column in &plan.columns {
            names = pg_sys::lappend(
                names,
                pg_sys::makeString(server_text(&column.target)?).cast(),
            );
        }
        let format = pg_sys::makeString(server_text("binary")?);
        let option = pg_sys::makeDefElem(server_text("format")?, format.cast(), -1);
        let options = pg_sys::lappend(std::ptr::null_mut(), option.cast());
        let copy = pg_sys::BeginCopyFrom(
            state,
            relation,
            std::ptr::null_mut(),
            std::ptr::null(),
            false,
            Some(read),
            names,
            options,
        );
        let rows = pg_sys::CopyFrom(copy);
        pg_sys::EndCopyFrom(copy);
        pg_sys::free_parsestate(state);
        pg_sys::table_close(relation, pg_sys::NoLock as pg_sys::LOCKMODE);
        Ok(rows)
    }
}

/// The relation's oid.
fn relation(plan: &TablePlan) -> Result<pg_sys::Oid> {
    let name = sql::name(plan);
    let found = pgrx::Spi::get_one_with_args::<pg_sys::Oid>(
        "SELECT to_regclass($1)::oid",
        &[name.as_str().into()],
    )?;
    found.ok_or_else(|| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("relation {name} does not exist"),
        )
    })
}

/// A C string in the server's memory.
fn server_text(text: &str) -> Result<*mut std::ffi::c_char> {
    let text = CString::new(text).map_err(|_| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_INVALID_NAME,
            "a name holds a zero byte",
        )
    })?;
    // SAFETY: the string ends with a zero; pstrdup copies it.
    Ok(unsafe { pg_sys::pstrdup(text.as_ptr()) })
}

/// Called by COPY for more bytes: between `minread` and `maxread` of them, fewer only at the end.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn read(out: *mut c_void, minread: c_int, maxread: c_int) -> c_int {
    let least = usize::try_from(minread).unwrap_or(0);
    let most = usize::try_from(maxread).unwrap_or(0);
    let mut written = 0;
    while written < most {
        let taken = FEED.with_borrow_mut(|feed| {
            let feed = feed.as_mut()?;
            let left = feed.piece.get(feed.at..).unwrap_or_default();
            let size = left.len().min(most - written);
            // SAFETY: the server's buffer has room for `maxread` bytes, and `size` more fit.
            unsafe {
                std::ptr::copy_nonoverlapping(left.as_ptr(), out.cast::<u8>().add(written), size)
            };
            feed.at += size;
            Some(size)
        });
        written += taken.unwrap_or(0);
        if written >= least.max(1) || !refill() {
            break;
        }
    }
    c_int::try_from(written).unwrap_or(0)
}

/// Gets the next piece; false at the end.
fn refill() -> bool {
    FEED.with_borrow_mut(|feed| {
        let Some(feed) = feed.as_mut() else {
            return false;
        };
        if feed.at < feed.piece.len() {
            return true;
        }
        if feed.ended {
            return false;
        }
        feed.at = 0;
        if let Some(piece) = (feed.next)() {
            feed.piece = piece;
        } else {
            feed.piece = TRAILER.to_vec();
            feed.ended = true;
        }
        true
    })
}
