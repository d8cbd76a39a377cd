//! Where panics stop.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

use super::log;
use crate::status::{COUNTERS, count};

/// Runs the body of an entry point; returns `otherwise` if it panics.
pub fn guard<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(payload) => {
            count(&COUNTERS.panics);
            discard(payload);
            otherwise
        }
    }
}

/// Sends the message of a panic to the server's log instead of to standard error.
pub fn log_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_hook(Box::new(|panic| {
            log::error(&format!(
                "internal error, the call is ended and the server goes on: {panic}"
            ));
        }));
    });
}

/// What a panic carries may panic when it is dropped.
fn discard(payload: Box<dyn Any + Send>) {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
    if let Err(second) = dropped {
        std::mem::forget(second);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::guard;
    use crate::status::COUNTERS;

    #[test]
    fn a_panic_is_counted_and_goes_no_further() {
        let before = COUNTERS.panics.load(Ordering::Relaxed);
        assert_eq!(guard(7, || panic!("on purpose")), 7);
        assert_eq!(guard(7, || 8), 8);
        assert_eq!(COUNTERS.panics.load(Ordering::Relaxed), before + 1);
    }
}
