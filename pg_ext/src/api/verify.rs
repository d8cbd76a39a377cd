//! `tandem.verify`: the comparison of both sides, done by a worker of its own.

use std::time::Duration;

use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, Spi, name, pg_extern, pg_sys};

use crate::report::{Failure, Result, or_raise};
use crate::state::{link, table};
use crate::upgrade::jsonb::Jsonb;
use crate::worker::spawn::{self, Kind};
use crate::worker::wake::Bell;

type Row = (String, Jsonb, String, Option<Jsonb>, Option<Jsonb>);

/// Compares and returns the rows that differ; what was compared is kept in `tandem.verify_run` and `tandem.verify_table`.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn verify(
    link: &str,
) -> TableIterator<
    'static,
    (
        name!(table_name, String),
        name!(key, Jsonb),
        name!(kind, String),
        name!(legacy, Option<Jsonb>),
        name!(upgrade, Option<Jsonb>),
    ),
> {
    TableIterator::new(or_raise(run(link)))
}

fn run(name: &str) -> Result<Vec<Row>> {
    link::get(name)?;
    // SAFETY: a plain read.
    if unsafe { pg_sys::XactIsoLevel } >= pg_sys::XACT_REPEATABLE_READ as i32 {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_ACTIVE_SQL_TRANSACTION,
            "tandem.verify cannot show its result in a transaction that keeps one snapshot",
        )
        .hint("Call it in a transaction of isolation level read committed."));
    }
    let run = begin()?;
    let bell = Bell::new();
    let worker = spawn::start(
        Kind::Verify,
        &spawn::Errand {
            xid: 0,
            ..spawn::errand(name, run)
        },
    )?;
    let guard = Terminate(&worker);
    while worker.running() {
        bell.wait(Some(Duration::from_millis(100)));
    }
    std::mem::forget(guard);
    finished(run)?;
    let errored = table::errored(name)?;
    if !errored.is_empty() {
        pgrx::warning!(
            "tables of link \"{name}\" are set aside and were not compared: {}",
            errored.join(", ")
        );
    }
    differences(run)
}

/// Ends the comparison when its caller is cancelled.
struct Terminate<'a>(&'a spawn::Started);

impl Drop for Terminate<'_> {
    fn drop(&mut self) {
        self.0.terminate();
    }
}

/// The number of a new run. The worker makes its row: one made here would not be visible to it.
fn begin() -> Result<i64> {
    let run = Spi::get_one::<i64>(
        "SELECT nextval(pg_get_serial_sequence('tandem.verify_run', 'run_id'))",
    )?;
    Ok(run.unwrap_or(0))
}

fn finished(run: i64) -> Result<()> {
    // A statement that may write takes a new snapshot, and so sees what the worker has committed.
    let (state, error) = Spi::connect_mut(|client| {
        let query = "SELECT state, error FROM tandem.verify_run WHERE run_id = $1";
        let mut rows = client.update(query, Some(1), &[run.into()])?;
        let Some(row) = rows.next() else {
            return Ok((None, None));
        };
        Ok::<_, pgrx::spi::Error>((row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    match state.as_deref() {
        Some("done") => Ok(()),
        _ => Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "the comparison failed: {}",
                error.unwrap_or_else(|| "its worker ended early".to_owned())
            ),
        )
        .hint("Nothing is known about differences. Call tandem.verify again.")),
    }
}

fn differences(run: i64) -> Result<Vec<Row>> {
    Spi::connect_mut(|client| {
        let query = "SELECT table_name, key, kind, legacy, upgrade FROM tandem.verify_difference WHERE run_id = $1 \
                     ORDER BY table_name, kind, key";
        let rows = client.update(query, None, &[run.into()])?;
        rows.map(|row| {
            Ok((
                row.get(1)?.unwrap_or_default(),
                row.get(2)?.unwrap_or_else(Jsonb::null),
                row.get(3)?.unwrap_or_default(),
                row.get(4)?,
                row.get(5)?,
            ))
        })
        .collect()
    })
}
