//! Signals: the server's own handlers on the main thread, none on any other.

use pgrx::pg_sys;

/// Blocks every signal in the calling thread: the server's handlers may only run on its main thread.
pub fn block_all() {
    // SAFETY: changes the calling thread's mask only.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, std::ptr::null_mut());
    }
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
