//! What the views read from a worker's shared memory.

use std::sync::atomic::Ordering::Relaxed;

use pgrx::datum::{Interval, TimestampWithTimeZone};
use pgrx::iter::TableIterator;
use pgrx::{name, pg_extern, pg_sys};

use crate::stat::shm::Shm;

/// The live state of a link's worker; every column is NULL when there is none.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn live_link(
    link_key: Option<i64>,
    shm_handle: Option<i64>,
) -> TableIterator<
    'static,
    (
        name!(pid, Option<i32>),
        name!(state, Option<String>),
        name!(caught_up, Option<bool>),
        name!(doorbell, Option<bool>),
        name!(lag, Option<Interval>),
        name!(pending_rows, Option<i64>),
        name!(batches, Option<i64>),
        name!(rows_read, Option<i64>),
        name!(rows_changed, Option<i64>),
        name!(rows_parked, Option<i64>),
        name!(rows_per_s, Option<f64>),
        name!(memory_bytes, Option<i64>),
        name!(started_at, Option<TimestampWithTimeZone>),
        name!(last_batch_at, Option<TimestampWithTimeZone>),
        name!(last_error, Option<String>),
        name!(last_error_at, Option<TimestampWithTimeZone>),
    ),
> {
    let shm = attach(link_key, shm_handle);
    let shm = shm.as_ref();
    let number = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
    let error = shm.and_then(Shm::error);
    TableIterator::once((
        shm.map(Shm::pid),
        shm.map(|shm| shm.doing().word().to_owned()),
        shm.map(|shm| shm.caught_up.load(Relaxed)),
        shm.map(|shm| shm.doorbell.load(Relaxed)),
        shm.and_then(lag),
        number(shm.map(|shm| shm.pending.load(Relaxed))),
        number(shm.map(|shm| shm.batches.load(Relaxed))),
        number(shm.map(|shm| shm.read.load(Relaxed))),
        number(shm.map(|shm| shm.changed.load(Relaxed))),
        number(shm.map(|shm| shm.parked.load(Relaxed))),
        shm.map(rate),
        shm.and_then(|shm| private_bytes(shm.pid())),
        time(shm.map(|shm| shm.started_at.load(Relaxed))),
        time(shm.map(|shm| shm.last_batch_at.load(Relaxed))),
        error.as_ref().map(|(text, _)| text.clone()),
        time(error.map(|(_, at)| at)),
    ))
}

/// The live counters of one table; every column is NULL when the worker is not there.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn live_table(
    link_key: Option<i64>,
    shm_handle: Option<i64>,
    table_no: i32,
) -> TableIterator<
    'static,
    (
        name!(rows_read, Option<i64>),
        name!(rows_changed, Option<i64>),
        name!(notifications, Option<i64>),
        name!(copied_rows, Option<i64>),
        name!(copied_bytes, Option<i64>),
        name!(last_change_at, Option<TimestampWithTimeZone>),
    ),
> {
    let shm = attach(link_key, shm_handle);
    let table = u32::try_from(table_no)
        .ok()
        .and_then(|number| shm.as_ref()?.table(number));
    let number = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
    TableIterator::once((
        number(table.map(|table| table.read.load(Relaxed))),
        number(table.map(|table| table.changed.load(Relaxed))),
        number(table.map(|table| table.notifications.load(Relaxed))),
        number(table.map(|table| table.copied_rows.load(Relaxed))),
        number(table.map(|table| table.copied_bytes.load(Relaxed))),
        time(table.map(|table| table.last_change_at.load(Relaxed))),
    ))
}

/// Bytes of memory that a process has to itself: what is resident without what it shares with others.
fn private_bytes(pid: i32) -> Option<i64> {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let mut pages = pages
        .split_ascii_whitespace()
        .skip(1)
        .map(|count| count.parse::<i64>());
    let (resident, shared) = (pages.next()?.ok()?, pages.next()?.ok()?);
    // SAFETY: a question about the machine.
    let page_bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    Some((resident - shared).max(0) * page_bytes)
}

fn attach(link_key: Option<i64>, handle: Option<i64>) -> Option<Shm> {
    Shm::attach(handle?, u64::try_from(link_key?).ok()?)
}

/// A time of the shared memory, 0 for never.
fn time(micros: Option<i64>) -> Option<TimestampWithTimeZone> {
    let micros = micros.filter(|micros| *micros != 0)?;
    TimestampWithTimeZone::try_from(micros).ok()
}

/// Age of the newest complete state; zero while in step, NULL before there is one.
fn lag(shm: &Shm) -> Option<Interval> {
    if shm.quiet.load(Relaxed) {
        return Interval::from_micros(0).into();
    }
    let since = Some(shm.consistent_at.load(Relaxed)).filter(|at| *at != 0)?;
    // SAFETY: the server's clock.
    let age = unsafe { pg_sys::GetCurrentTimestamp() } - since;
    Some(Interval::from_micros(age.max(0)))
}

/// Rows a second, fading while nothing happens.
fn rate(shm: &Shm) -> f64 {
    // SAFETY: the server's clock.
    let idle_us = unsafe { pg_sys::GetCurrentTimestamp() } - shm.last_batch_at.load(Relaxed);
    let rate = f64::from_bits(shm.rate.load(Relaxed)) * 0.5f64.powf(idle_us.max(0) as f64 / 2e6);
    (rate * 10.0).round() / 10.0
}
