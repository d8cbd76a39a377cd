//! The ends of transactions and subtransactions, as the server announces them.

use std::cell::Cell;
use std::ffi::c_void;

use pgrx::pg_sys;
use pgrx::pg_sys::{SubXactEvent, SysCacheIdentifier, XactEvent};

use super::{branches, ledger};
use crate::report::or_raise;

thread_local! {
    static REGISTERED: Cell<bool> = const { Cell::new(false) };
    /// Counts this backend's transactions.
    static TRANSACTION: Cell<u64> = const { Cell::new(1) };
    /// Counts changes of servers and user mappings.
    static OPTIONS: Cell<u64> = const { Cell::new(1) };
}

/// A number that changes when a server or a user mapping does.
pub fn options() -> u64 {
    OPTIONS.get()
}

/// A number of the transaction that this backend is in; registers the callbacks, which count.
pub fn transaction() -> u64 {
    register();
    TRANSACTION.get()
}

/// Registers the callbacks, once in a backend.
fn register() {
    if !REGISTERED.replace(true) {
        // SAFETY: both functions live as long as the process.
        unsafe {
            pg_sys::RegisterXactCallback(Some(at_end), std::ptr::null_mut());
            pg_sys::RegisterSubXactCallback(Some(at_end_of_part), std::ptr::null_mut());
            for cache in [
                SysCacheIdentifier::FOREIGNSERVEROID,
                SysCacheIdentifier::USERMAPPINGOID,
            ] {
                let cache = i32::try_from(cache).unwrap_or(0);
                pg_sys::CacheRegisterSyscacheCallback(
                    cache,
                    Some(at_change),
                    pg_sys::Datum::from(0),
                );
            }
        }
    }
}

/// A server or a user mapping has changed: how to reach it is looked up again.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn at_change(_arg: pg_sys::Datum, _cache: i32, _hash: u32) {
    OPTIONS.set(OPTIONS.get() + 1);
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn at_end(event: XactEvent::Type, _arg: *mut c_void) {
    match event {
        XactEvent::XACT_EVENT_PRE_COMMIT if branches::any() => {
            or_raise(ledger::check().and_then(|()| branches::prepare()));
        }
        XactEvent::XACT_EVENT_PRE_PREPARE if branches::any() => {
            branches::refuse_prepare().raise();
        }
        XactEvent::XACT_EVENT_COMMIT => {
            TRANSACTION.set(TRANSACTION.get() + 1);
            ledger::forget();
            branches::commit();
        }
        XactEvent::XACT_EVENT_ABORT => {
            TRANSACTION.set(TRANSACTION.get() + 1);
            ledger::forget();
            branches::abort();
        }
        _ => {}
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn at_end_of_part(
    event: SubXactEvent::Type,
    _own: pg_sys::SubTransactionId,
    _parent: pg_sys::SubTransactionId,
    _arg: *mut c_void,
) {
    // SAFETY: a plain read; the subtransaction that ends is still the innermost.
    let level = unsafe { pg_sys::GetCurrentTransactionNestLevel() };
    let level = u32::try_from(level).unwrap_or(1);
    match event {
        SubXactEvent::SUBXACT_EVENT_COMMIT_SUB => {
            ledger::commit_level(level);
            branches::commit_level(level);
        }
        SubXactEvent::SUBXACT_EVENT_ABORT_SUB => {
            ledger::abort_level(level);
            branches::abort_level(level);
        }
        _ => {}
    }
}
