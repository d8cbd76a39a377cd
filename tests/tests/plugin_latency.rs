//! How long it takes from the return of COMMIT in the writer to the woken reader that sees the row in the outbox.
//!
//! A measurement, not a promise: `cargo test -p tandem-tests --test plugin_latency -- --ignored --nocapture`.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::pair::{Reader, Server, fresh_prefix};

const ROUNDS: usize = 2_000;

#[test]
#[ignore = "a measurement"]
fn commit_to_woken_reader() -> Result<()> {
    let server = Server::shared()?;
    let prefix = fresh_prefix();
    let database = format!("latency_{prefix}");
    let mut writer = server.connect()?;
    writer.query_drop(format!("CREATE DATABASE {database}"))?;
    writer.select_db(&database)?;
    writer.query_drop("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)")?;
    writer.query_drop("CREATE TABLE outbox (seq BIGINT PRIMARY KEY AUTO_INCREMENT, id INT)")?;
    writer.query_drop(format!(
        "CREATE TRIGGER t_ai AFTER INSERT ON t FOR EACH ROW BEGIN
             DECLARE CONTINUE HANDLER FOR 1305 BEGIN END;
             INSERT INTO outbox (id) VALUES (NEW.id);
             DO tandem_fire({});
         END",
        (prefix << 20) | 1
    ))?;
    let (seen, sightings) = mpsc::channel::<(u64, Instant, u64)>();
    let mut reader = Reader::new(server.connect()?, prefix)?;
    let mut look = server.connect()?;
    look.select_db(&database)?;
    let reading = thread::spawn(move || -> Result<()> {
        let (mut last, mut idle) = (0, 0);
        while last < ROUNDS as u64 {
            reader.wait(5_000)?;
            let newest = "SELECT COALESCE(MAX(seq), 0) FROM outbox";
            let newest: u64 = look.query_first(newest)?.context("no row")?;
            if newest > last {
                last = newest;
                seen.send((newest, Instant::now(), idle))?;
            } else {
                idle += 1;
            }
        }
        Ok(())
    });
    let mut times = Vec::with_capacity(ROUNDS);
    let mut empty = 0;
    for round in 1..=ROUNDS as u64 {
        writer.query_drop("BEGIN")?;
        writer.query_drop("INSERT INTO t (v) VALUES (1)")?;
        writer.query_drop("COMMIT")?;
        let committed = Instant::now();
        let (newest, at, idle) = sightings.recv_timeout(Duration::from_secs(10))?;
        ensure!(newest == round, "saw {newest} after {round}");
        times.push(at.saturating_duration_since(committed));
        empty = idle;
    }
    ensure!(reading.join().is_ok(), "the reader panicked");
    writer.query_drop(format!("DROP DATABASE {database}"))?;
    times.sort_unstable();
    let at = |share: usize| times[(ROUNDS - 1) * share / 100];
    println!(
        "p50 {:?}, p90 {:?}, p99 {:?}, max {:?}; {empty} wakes found nothing",
        at(50),
        at(90),
        at(99),
        at(100)
    );
    Ok(())
}
