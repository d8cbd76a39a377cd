//! Signals: the server's own handlers on the main thread, none on any other.

use pgrx::pg_sys;

/// Does something with every signal blocked in the calling thread, which then has its own mask again.
///
/// A thread that is started meanwhile inherits the mask and is never interrupted: the server's handlers may only run on its main thread, and a
/// thread that blocked signals itself could be hit by one before it gets to it.
pub fn blocked<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: changes the calling thread's mask only; what is zeroed is filled by the calls.
    let before = unsafe {
        let mut all = std::mem::zeroed();
        let mut before = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        before
    };
    let done = work();
    // SAFETY: as above.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, std::ptr::null_mut());
    }
    done
}

unsafe extern "C" fn terminate(signal: libc::c_int) {
    // SAFETY: the server's own handler; it sets flags and a latch.
    unsafe { pg_sys::die(signal) };
}

unsafe extern "C" fn cancel(signal: libc::c_int) {
    // SAFETY: as above.
    unsafe { pg_sys::StatementCancelHandler(signal) };
}

unsafe extern "C" fn reload(signal: libc::c_int) {
    // SAFETY: as above.
    unsafe { pg_sys::SignalHandlerForConfigReload(signal) };
}

/// Installs the handlers a backend has, so that SIGTERM ends even a statement under way, and lets signals in.
pub fn attach() {
    let handlers: [(libc::c_int, unsafe extern "C" fn(libc::c_int)); 3] = [
        (libc::SIGTERM, terminate),
        (libc::SIGINT, cancel),
        (libc::SIGHUP, reload),
    ];
    for (signal, handler) in handlers {
        // SAFETY: the handlers call nothing but the server's own.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_RESTART;
            libc::sigemptyset(&raw mut action.sa_mask);
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
    // SAFETY: a background worker starts with signals blocked and unblocks them once.
    unsafe { pg_sys::BackgroundWorkerUnblockSignals() };
}
