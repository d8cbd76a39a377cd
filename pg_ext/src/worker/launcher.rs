//! The launcher: after a start of the server it brings every running link back.
//!
//! Needs `shared_preload_libraries = 'tandem'`. It looks once into each database, through a short-lived starter, and ends: a link's worker that
//! dies later is started again by the server itself.

use pgrx::{Spi, pg_guard, pg_sys};

use super::spawn::{self, Errand, Kind};
use crate::upgrade::transaction::transaction;

/// Registers the launcher when the library is being preloaded.
pub fn register() {
    // SAFETY: read while the library is loaded; registering is allowed exactly then.
    unsafe {
        if !pg_sys::process_shared_preload_libraries_in_progress {
            return;
        }
        let errand = Errand {
            database: 0,
            xid: 0,
            number: 0,
            link: String::new(),
        };
        let mut worker = spawn::describe(Kind::Starter, &errand);
        let text = b"tandem launcher\0";
        for (slot, byte) in worker.bgw_name.iter_mut().zip(text) {
            *slot = *byte as std::ffi::c_char;
        }
        for (slot, byte) in worker.bgw_type.iter_mut().zip(text) {
            *slot = *byte as std::ffi::c_char;
        }
        for (slot, byte) in worker
            .bgw_function_name
            .iter_mut()
            .zip(b"tandem_launcher_main\0")
        {
            *slot = *byte as std::ffi::c_char;
        }
        worker.bgw_restart_time = 10;
        pg_sys::RegisterBackgroundWorker(&raw mut worker);
    }
}

/// The launcher: one starter for each database that takes connections.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_launcher_main(_arg: pg_sys::Datum) {
    super::signals::attach();
    // SAFETY: connects to the shared catalogues only, first thing in the worker.
    unsafe { pg_sys::BackgroundWorkerInitializeConnection(std::ptr::null(), std::ptr::null(), 0) };
    let databases = transaction(|| Ok(databases()));
    match databases {
        Ok(databases) => {
            for database in databases {
                let errand = Errand {
                    database: database.to_u32(),
                    xid: 0,
                    number: 0,
                    link: String::new(),
                };
                if let Err(failure) = spawn::start(Kind::Starter, &errand) {
                    pgrx::warning!("{}", failure.line());
                }
            }
        }
        Err(failure) => pgrx::warning!(
            "tandem launcher could not list the databases: {}",
            failure.line()
        ),
    }
}

/// Databases that take connections, templates left out. Read row by row, since a worker without a database cannot run a query.
fn databases() -> Vec<pg_sys::Oid> {
    let mut found = Vec::new();
    // SAFETY: a plain scan of a shared catalogue in a transaction; each tuple is valid until the next is fetched.
    unsafe {
        let relation = pg_sys::table_open(
            pg_sys::DatabaseRelationId,
            pg_sys::AccessShareLock as pg_sys::LOCKMODE,
        );
        let scan = pg_sys::table_beginscan_catalog(relation, 0, std::ptr::null_mut());
        loop {
            let tuple = pg_sys::heap_getnext(scan, pg_sys::ScanDirection::ForwardScanDirection);
            if tuple.is_null() {
                break;
            }
            let row = pg_sys::heap_tuple_get_struct::<pg_sys::FormData_pg_database>(tuple);
            if (*row).datallowconn && !(*row).datistemplate {
                found.push((*row).oid);
            }
        }
        pg_sys::heap_endscan(scan);
        pg_sys::table_close(relation, pg_sys::AccessShareLock as pg_sys::LOCKMODE);
    }
    found
}

/// A starter: starts the workers of the links of its database.
#[pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn tandem_starter_main(_arg: pg_sys::Datum) {
    let Some(errand) = Errand::of_this_worker() else {
        return;
    };
    spawn::begin(&errand);
    let started = transaction(|| {
        let installed =
            Spi::get_one::<bool>("SELECT to_regclass('tandem.link') IS NOT NULL")?.unwrap_or(false);
        if !installed {
            return Ok(());
        }
        let query = "SELECT COALESCE(array_agg(link), '{}') FROM tandem.link WHERE desired IN ('running', 'paused')";
        for link in Spi::get_one::<Vec<String>>(query)?.unwrap_or_default() {
            spawn::start(
                Kind::Link,
                &Errand {
                    link,
                    ..errand.clone()
                },
            )?;
        }
        Ok(())
    });
    if let Err(failure) = started {
        pgrx::warning!("tandem could not start its links: {}", failure.line());
    }
}
