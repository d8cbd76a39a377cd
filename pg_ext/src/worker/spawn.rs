//! Starting background workers, and telling them what they are for.

use std::ffi::{CStr, c_char};
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::{PgSqlErrorCode, pg_sys};

use crate::report::{Failure, Result};

/// What a worker is told at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// The database.
    pub database: u32,
    /// The transaction that asked for the worker, 0 for none: the worker waits until it has ended.
    pub xid: u32,
    /// A number whose meaning is the worker's own.
    pub number: i64,
    /// The link.
    pub link: String,
}

/// The kinds of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Keeps a link in step.
    Link,
    /// Copies chunks.
    Backfill,
    /// Compares both sides.
    Verify,
    /// Starts the links of one database.
    Starter,
}

impl Kind {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Link => ("tandem link worker", "tandem_link_main"),
            Self::Backfill => ("tandem backfill worker", "tandem_backfill_main"),
            Self::Verify => ("tandem verify worker", "tandem_verify_main"),
            Self::Starter => ("tandem starter", "tandem_starter_main"),
        }
    }

    /// Seconds until the server starts a worker again that ended with an error.
    fn restart_s(self) -> i32 {
        match self {
            Self::Link => 2,
            Self::Backfill | Self::Verify | Self::Starter => pg_sys::BGW_NEVER_RESTART,
        }
    }
}

impl Errand {
    fn to_text(&self) -> String {
        format!(
            "{} {} {} {}",
            self.database, self.xid, self.number, self.link
        )
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        Some(Self {
            database: parts.next()?.parse().ok()?,
            xid: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
            link: parts.next()?.to_owned(),
        })
    }

    /// What this process was told, when it is one of these workers.
    pub fn of_this_worker() -> Option<Self> {
        // SAFETY: set by the server before the worker's function is called; the text ends with a zero, see `start`.
        let text = unsafe { CStr::from_ptr((*pg_sys::MyBgworkerEntry).bgw_extra.as_ptr()) };
        Self::from_text(text.to_str().ok()?)
    }
}

/// An errand for this database and transaction.
pub fn errand(link: &str, number: i64) -> Errand {
    // SAFETY: plain reads of this backend's state.
    let (database, xid) = unsafe { (pg_sys::MyDatabaseId, pg_sys::GetTopTransactionIdIfAny()) };
    Errand {
        database: database.to_u32(),
        xid: u32::from(xid),
        number,
        link: link.to_owned(),
    }
}

fn put(target: &mut [c_char], text: &str) {
    let bytes = text
        .bytes()
        .take(target.len() - 1)
        .chain(std::iter::once(0));
    for (slot, byte) in target.iter_mut().zip(bytes) {
        *slot = byte as c_char;
    }
}

/// The description of a worker.
pub fn describe(kind: Kind, errand: &Errand) -> pg_sys::BackgroundWorker {
    let (name, function) = kind.words();
    let mut worker = pg_sys::BackgroundWorker::default();
    put(&mut worker.bgw_name, &format!("{name} {}", errand.link));
    put(&mut worker.bgw_type, name);
    put(&mut worker.bgw_library_name, "tandem");
    put(&mut worker.bgw_function_name, function);
    put(&mut worker.bgw_extra, &errand.to_text());
    worker.bgw_flags =
        (pg_sys::BGWORKER_SHMEM_ACCESS | pg_sys::BGWORKER_BACKEND_DATABASE_CONNECTION) as i32;
    worker.bgw_start_time = pg_sys::BgWorkerStartTime::BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = kind.restart_s();
    worker
}

/// A worker that was started from this process.
pub struct Started(*mut pg_sys::BackgroundWorkerHandle);

/// Starts a worker now.
pub fn start(kind: Kind, errand: &Errand) -> Result<Started> {
    let mut worker = describe(kind, errand);
    let mut handle = std::ptr::null_mut();
    // SAFETY: the description is copied by the server; the handle lives in memory that outlasts the transaction.
    let started = unsafe {
        worker.bgw_notify_pid = pg_sys::MyProcPid;
        let context = pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
        let started = pg_sys::RegisterDynamicBackgroundWorker(&raw mut worker, &raw mut handle);
        pg_sys::MemoryContextSwitchTo(context);
        started
    };
    if started {
        Ok(Started(handle))
    } else {
        Err(Failure::new(
            PgSqlErrorCode::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
            format!(
                "could not start a {}: no free slot for a background worker",
                kind.words().0
            ),
        )
        .hint("Raise max_worker_processes and restart the server."))
    }
}

impl Started {
    /// True until the worker has ended for good.
    pub fn running(&self) -> bool {
        let mut pid = 0;
        // SAFETY: the handle was made by `start`.
        let status = unsafe { pg_sys::GetBackgroundWorkerPid(self.0, &raw mut pid) };
        status == pg_sys::BgwHandleStatus::BGWH_STARTED
            || status == pg_sys::BgwHandleStatus::BGWH_NOT_YET_STARTED
    }

    /// Asks the worker to end.
    pub fn terminate(&self) {
        // SAFETY: as above.
        unsafe { pg_sys::TerminateBackgroundWorker(self.0) };
    }

    /// Waits until the worker has ended; answers interrupts meanwhile.
    pub fn wait_for_end(&self) {
        // SAFETY: as above; the server that has started the worker says when it is gone.
        unsafe { pg_sys::WaitForBackgroundWorkerShutdown(self.0) };
    }
}

/// True once the server has said that this worker's database is gone.
static NO_DATABASE: AtomicBool = AtomicBool::new(false);

/// Sees what is about to be logged, and remembers the one error that waiting does not mend.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn see_error(error: *mut pg_sys::ErrorData) {
    // SAFETY: the server hands over a valid record.
    let code = unsafe { (*error).sqlerrcode };
    if code == PgSqlErrorCode::ERRCODE_INVALID_CATALOG_NAME as i32 {
        NO_DATABASE.store(true, Ordering::Relaxed);
    }
}

/// Ends a worker whose database is gone for good: with exit code 1 the server would start it again for ever.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn leave_for_good(_code: i32, _arg: pg_sys::Datum) {
    if NO_DATABASE.load(Ordering::Relaxed) {
        // SAFETY: shared memory has been left at this point of the exit; nothing else is owed to the server.
        unsafe { libc::_exit(0) };
    }
}

/// Connects a worker to its database, waits for the transaction that asked for it and makes its session what every worker's is.
pub fn begin(errand: &Errand) {
    super::signals::attach();
    // SAFETY: called once, first thing in a background worker; runs as the bootstrap superuser.
    unsafe {
        let database = pg_sys::Oid::from(errand.database);
        pg_sys::on_proc_exit(Some(leave_for_good), pg_sys::Datum::from(0));
        let before = pg_sys::emit_log_hook;
        pg_sys::emit_log_hook = Some(see_error);
        pg_sys::BackgroundWorkerInitializeConnectionByOid(database, pg_sys::InvalidOid, 0);
        pg_sys::emit_log_hook = before;
        if errand.xid != 0 {
            pg_sys::StartTransactionCommand();
            let xid = pg_sys::TransactionId::from(errand.xid);
            pg_sys::XactLockTableWait(
                xid,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                pg_sys::XLTW_Oper::XLTW_None,
            );
            pg_sys::CommitTransactionCommand();
        }
    }
    for (name, value) in SESSION {
        set(name, value);
    }
}

/// What every worker's session has, whatever the database or its owner's role says.
const SESSION: [(&CStr, &CStr); 6] = [
    // What a worker writes fires no trigger and is not sent back.
    (c"session_replication_role", c"replica"),
    (c"search_path", c"pg_catalog, tandem"),
    (c"client_encoding", c"UTF8"),
    (c"statement_timeout", c"0"),
    (c"lock_timeout", c"0"),
    (c"work_mem", c"64MB"),
];

/// Sets a session variable of this worker.
pub fn set(name: &CStr, value: &CStr) {
    // SAFETY: both texts end with a zero and are copied.
    unsafe {
        pg_sys::SetConfigOption(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_SUSET,
            pg_sys::GucSource::PGC_S_OVERRIDE,
        );
    }
}
