//! The plugin's system variables, as the rest of the plugin reads them.
//!
//! The server keeps their values in the memory below (`abi::variables` gives it the addresses): before the plugin starts
//! it stores what the command line or a persisted setting says, later a `SET GLOBAL` goes through [`crate::plugin`].

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

/// `tandem_doorbell`: 1 lets fires ring, 0 drops them.
pub static DOORBELL: AtomicU8 = AtomicU8::new(1);

/// `tandem_log_verbosity`: 1 errors, 2 and warnings, 3 and notes.
pub static LOG_VERBOSITY: AtomicU32 = AtomicU32::new(3);

/// Whether fires ring.
pub fn doorbell() -> bool {
    DOORBELL.load(Ordering::Relaxed) != 0
}

/// Messages of this weight and heavier go to the server's log.
pub fn log_verbosity() -> u32 {
    LOG_VERBOSITY.load(Ordering::Relaxed)
}
