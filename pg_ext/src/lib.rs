//! The upgrade end of Tandem: a PostgreSQL extension.
//!
//! ```text
//! api/      the SQL functions, one file a noun       worker/   the background workers and how they wait
//! legacy/   the MySQL end (no pgrx)                  upgrade/  the PostgreSQL end (no mysql)
//! state/    the catalogue's rows                     stat/     live state in shared memory
//! reverse/  writes that go back to the legacy database
//! two_phase/  the exception path: writes that go to the legacy database first
//! ```

mod api;
mod legacy;
mod report;
mod reverse;
mod stat;
mod state;
mod two_phase;
mod upgrade;
mod worker;

::pgrx::pg_module_magic!();

/// Called once when the library is loaded, by the postmaster when it is preloaded, else by the backend.
#[pgrx::pg_guard]
pub extern "C-unwind" fn _PG_init() {
    two_phase::settings::register();
    worker::launcher::register();
}
