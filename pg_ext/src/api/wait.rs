//! `tandem.wait`: until everything committed on the legacy server before the call is visible here.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pgrx::datum::Interval;
use pgrx::{PgSqlErrorCode, pg_extern};

use crate::report::{Failure, Result, or_raise};
use crate::stat::shm::Shm;
use crate::state::link::{self, Desired};
use crate::state::table;

/// Milliseconds between two looks whether the worker is still there.
const LOOK_MS: i64 = 200;

/// Waits; true when done, false with a warning when some tables are set aside, an error after the timeout.
#[pg_extern]
fn wait(link: &str, timeout: Interval) -> bool {
    let micros = timeout.as_micros();
    let timeout = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
    or_raise(until_served(link, timeout));
    let errored = or_raise(table::errored(link));
    if !errored.is_empty() {
        pgrx::warning!(
            "tables of link \"{link}\" are set aside and not up to date: {}",
            errored.join(", ")
        );
    }
    errored.is_empty()
}

fn until_served(name: &str, timeout: Duration) -> Result<()> {
    let begun = Instant::now();
    let row = link::get(name)?;
    if row.desired != Desired::Running {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("link \"{name}\" is {}", row.desired.word()),
        )
        .hint(row.desired.hint(name)));
    }
    loop {
        // The worker may be on its way up: its state is where the catalogue says, read anew.
        let handle = link::current_shm(name)?;
        let shm = handle.and_then(|handle| Shm::attach(handle, row.key));
        if shm.is_some_and(|shm| served(&shm, begun, timeout)) {
            return Ok(());
        }
        if begun.elapsed() >= timeout {
            return Err(late(name, timeout));
        }
        pause();
    }
}

/// Asks this worker and waits for its answer; false when it went away or the time is over.
fn served(shm: &Shm, begun: Instant, timeout: Duration) -> bool {
    let ticket = shm.wait_asked.fetch_add(1, Ordering::SeqCst) + 1;
    let sleeper = shm.begin_sleep();
    shm.wake_worker();
    let mut done = false;
    while begun.elapsed() < timeout && shm.alive() {
        done = shm.wait_served.load(Ordering::SeqCst) >= ticket;
        if done {
            break;
        }
        let left =
            i64::try_from((timeout - begun.elapsed().min(timeout)).as_millis()).unwrap_or(LOOK_MS);
        sleeper.sleep(left.clamp(1, LOOK_MS));
        pgrx::check_for_interrupts!();
    }
    drop(sleeper);
    done || shm.wait_served.load(Ordering::SeqCst) >= ticket
}

/// A short pause that a cancel ends.
fn pause() {
    crate::worker::wake::Bell::new().wait(Some(Duration::from_millis(50)));
}

fn late(name: &str, timeout: Duration) -> Failure {
    Failure::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!(
            "link \"{name}\" did not catch up within {} s",
            timeout.as_secs_f64()
        ),
    )
    .hint("See tandem.stat_link and tandem.progress for what it is doing.")
}
