//! Time, as the rest of the plugin sees it: milliseconds since the library was first used, and the wall clock once.
//!
//! The pure modules take the time as an argument and never read a clock themselves.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds on the monotonic clock, from an arbitrary origin in this process.
pub fn now_ms() -> u64 {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let origin = ORIGIN.get_or_init(Instant::now);
    u64::try_from(origin.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Microseconds since 1970 on the wall clock; 1 if the clock stands before that.
pub fn wall_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(1, |age| u64::try_from(age.as_micros()).unwrap_or(1))
}
