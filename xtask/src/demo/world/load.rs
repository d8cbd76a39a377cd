//! Filling the tables.
//!
//! Promises: several connections work at once, so keys are not checked while rows go in; the world's rows satisfy them. Stops
//! soon after Ctrl-C. Called once, before anybody uses the telephone system.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::row::Rows;
use super::table::{TABLES, Table};
use super::{Dice, World};
use crate::interrupt;

/// Rows of one INSERT.
const CHUNK_ROWS: u32 = 1_000;
/// Connections that insert at once.
const CONNECTIONS: usize = 3;
/// Pause between two calls of `tick`.
const TICK: Duration = Duration::from_millis(100);

/// What one INSERT covers: a table, its first row and its last.
type Chunk = (&'static Table, u32, u32);

/// Inserts every row of `world` over connections that `connect` makes; `tick` is called with the rows so far and with all
/// of them.
pub fn load(
    world: &World,
    connect: impl Fn() -> Result<Conn> + Sync,
    mut tick: impl FnMut(u64, u64),
) -> Result<u64> {
    let chunks = chunks(world);
    let total = TABLES
        .iter()
        .map(|table| u64::from((table.count)(world)))
        .sum();
    let (next, done, failed) = (
        AtomicUsize::new(0),
        AtomicU64::new(0),
        AtomicBool::new(false),
    );
    let insert = || -> Result<()> {
        let mut conn = connect()?;
        conn.query_drop(
            "SET SESSION foreign_key_checks = 0, unique_checks = 0, sql_log_bin = 0, time_zone = '+00:00'",
        )?;
        while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if interrupt::happened() || failed.load(Ordering::Relaxed) {
                break;
            }
            conn.query_drop(statement(world, chunk))?;
            done.fetch_add(u64::from(chunk.2 - chunk.1 + 1), Ordering::Relaxed);
        }
        Ok(())
    };
    let guarded = || insert().inspect_err(|_| failed.store(true, Ordering::Relaxed));
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(guarded)).collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(TICK);
            tick(done.load(Ordering::Relaxed), total);
        }
        for worker in workers {
            match worker.join() {
                Ok(result) => result?,
                Err(_) => bail!("a thread that inserts rows has failed"),
            }
        }
        Ok(())
    })?;
    analyze(&mut connect()?)?;
    Ok(total)
}

fn chunks(world: &World) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    for table in &TABLES {
        let count = (table.count)(world);
        let mut first = 1;
        while first <= count {
            let last = count.min(first + CHUNK_ROWS - 1);
            chunks.push((table, first, last));
            first = last + 1;
        }
    }
    chunks
}

fn statement(world: &World, (table, first, last): &Chunk) -> String {
    let mut rows = Rows::default();
    for number in *first..=*last {
        let mut dice = Dice::of_row(world.seed, table.name, number);
        rows.open();
        (table.row)(world, number, &mut dice, &mut rows);
        rows.close();
    }
    format!(
        "INSERT INTO {} ({}) VALUES {}",
        table.name,
        table.columns,
        rows.text()
    )
}

/// Brings the server's own estimates up to date, so that totals shown later are right.
fn analyze(conn: &mut Conn) -> Result<()> {
    for table in &TABLES {
        let _: Vec<mysql::Row> = conn.query(format!("ANALYZE TABLE {}", table.name))?;
    }
    Ok(())
}
