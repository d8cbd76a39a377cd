//! The settings of the exception path.

use std::ffi::CString;

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting};

static COMMIT_WAIT: GucSetting<i32> = GucSetting::<i32>::new(1000);
static FAULT: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(None);

/// Makes the settings known. Called once, when the library is loaded.
pub fn register() {
    GucRegistry::define_int_guc(
        c"tandem.commit_wait",
        c"How long COMMIT waits until the legacy server has committed, too.",
        c"The commit on the legacy server is certain by then. 0 does not wait.",
        &COMMIT_WAIT,
        0,
        60_000,
        GucContext::Userset,
        GucFlags::UNIT_MS,
    );
    GucRegistry::define_string_guc(
        c"tandem.fault",
        c"A point of the two-phase commit at which this process ends, for tests.",
        c"",
        &FAULT,
        GucContext::Suset,
        GucFlags::NO_SHOW_ALL,
    );
}

/// Milliseconds that COMMIT waits until the legacy server has committed, too.
pub fn commit_wait_ms() -> u64 {
    u64::try_from(COMMIT_WAIT.get()).unwrap_or(0)
}

/// The point at which a test wants something to happen, and what.
pub fn fault() -> Option<String> {
    FAULT.get().map(|text| text.to_string_lossy().into_owned())
}
