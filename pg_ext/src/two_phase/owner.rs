//! Reading and writing Tandem's own tables on behalf of somebody who may not.

use pgrx::pg_sys;

/// The role that the extension's tables belong to, or one that may do as much.
const SUPERUSER: u32 = 10;

/// Takes role and settings back, however the body ends.
struct Restore {
    user: pg_sys::Oid,
    context: i32,
    settings: i32,
}

impl Drop for Restore {
    fn drop(&mut self) {
        // SAFETY: what was saved in this transaction is restored in it.
        unsafe {
            pg_sys::AtEOXact_GUC(false, self.settings);
            pg_sys::SetUserIdAndSecContext(self.user, self.context);
        }
    }
}

/// Runs `body` as the superuser with a search path that nobody else can put anything into.
pub fn as_owner<R>(body: impl FnOnce() -> R) -> R {
    let mut restore = Restore {
        user: pg_sys::InvalidOid,
        context: 0,
        settings: 0,
    };
    // SAFETY: in a transaction; both are taken back by the drop, and by the server when the transaction fails.
    unsafe {
        pg_sys::GetUserIdAndSecContext(&raw mut restore.user, &raw mut restore.context);
        restore.settings = pg_sys::NewGUCNestLevel();
        pg_sys::SetUserIdAndSecContext(
            pg_sys::Oid::from(SUPERUSER),
            restore.context | pg_sys::SECURITY_LOCAL_USERID_CHANGE as i32,
        );
        pg_sys::set_config_option(
            c"search_path".as_ptr(),
            c"pg_catalog, tandem".as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_SAVE,
            true,
            0,
            false,
        );
    }
    let done = body();
    drop(restore);
    done
}

/// The role that the caller acts as.
pub fn caller() -> pg_sys::Oid {
    // SAFETY: a plain read.
    unsafe { pg_sys::GetUserId() }
}
