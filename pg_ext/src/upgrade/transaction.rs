//! Transactions and subtransactions of a worker whose errors come back as values.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe};

use pgrx::{PgTryBuilder, pg_sys};

use crate::report::{Failure, Result};

/// Runs `body` in a transaction of its own and commits it; on an error everything is rolled back and the error returned.
///
/// Only for a background worker with no transaction open.
pub fn transaction<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    let run = AssertUnwindSafe(|| {
        // SAFETY: a worker on its main thread, outside any transaction; errors unwind to the catch below.
        unsafe {
            pg_sys::SetCurrentStatementStartTimestamp();
            pg_sys::StartTransactionCommand();
            pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
        }
        let value = body()?;
        // SAFETY: as above; the snapshot pushed there is on top again.
        unsafe {
            pg_sys::PopActiveSnapshot();
            pg_sys::CommitTransactionCommand();
        }
        Ok(value)
    });
    let result = caught(run);
    if result.is_err() {
        // SAFETY: clears whatever state the failed transaction is in; does nothing when there is none.
        unsafe { pg_sys::AbortCurrentTransaction() };
    }
    result
}

/// As [`transaction`], but what it wrote is visible to others a moment before it is durable. It is durable when this returns without an error,
/// on the synchronous standbys, too: whoever reads does not wait for the disk, whoever is told does.
pub fn visible_early<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    let value = transaction(|| {
        // SAFETY: both texts end with a zero; the setting ends with the transaction.
        unsafe {
            pg_sys::set_config_option(
                c"synchronous_commit".as_ptr(),
                c"off".as_ptr(),
                pg_sys::GucContext::PGC_SUSET,
                pg_sys::GucSource::PGC_S_SESSION,
                pg_sys::GucAction::GUC_ACTION_LOCAL,
                true,
                0,
                false,
            );
        }
        body()
    })?;
    caught(AssertUnwindSafe(|| {
        // SAFETY: outside of any transaction, where `synchronous_commit` is `on` again, as a commit would do it. Interrupts are held as the
        // wait for standbys wants it; those that came meanwhile are answered before anybody is told that it is durable.
        unsafe {
            let end = pg_sys::XactLastCommitEnd;
            if end != 0 {
                pg_sys::XLogFlush(end);
                pg_sys::InterruptHoldoffCount += 1;
                pg_sys::SyncRepWaitForLSN(end, true);
                pg_sys::InterruptHoldoffCount -= 1;
            }
        }
        pgrx::check_for_interrupts!();
        Ok(())
    }))?;
    Ok(value)
}

/// Runs `body` in a subtransaction; on an error it alone is rolled back and the error returned.
pub fn subtransaction<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    // SAFETY: inside a transaction, on the main thread; what is saved here is restored on both ways out.
    let (context, owner) = unsafe { (pg_sys::CurrentMemoryContext, pg_sys::CurrentResourceOwner) };
    let restore = || {
        // SAFETY: both belong to the enclosing transaction, which is still open.
        unsafe {
            pg_sys::MemoryContextSwitchTo(context);
            pg_sys::CurrentResourceOwner = owner;
        }
    };
    // SAFETY: as above.
    unsafe {
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::MemoryContextSwitchTo(context);
    }
    let result = caught(AssertUnwindSafe(body));
    // SAFETY: the subtransaction begun above is the innermost one.
    unsafe {
        if result.is_ok() {
            pg_sys::ReleaseCurrentSubTransaction();
        } else {
            pg_sys::RollbackAndReleaseCurrentSubTransaction();
        }
    }
    restore();
    result
}

/// Runs `body` and returns an error raised in it as a value. The caller must clean the transaction up.
fn caught<R>(body: impl FnOnce() -> Result<R> + UnwindSafe) -> Result<R> {
    struct Once<T>(T);
    impl<T> RefUnwindSafe for Once<T> {}
    let body = Once(body);
    PgTryBuilder::new(AssertUnwindSafe(move || {
        let body = body;
        (body.0)()
    }))
    .catch_others(|error| Err(Failure::from(error)))
    .execute()
}
