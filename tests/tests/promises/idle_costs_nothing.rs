//! A link with nothing to do costs next to nothing on either server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::faults::cpu_ms;
use tandem_tests::link::Link;
use tandem_tests::private::PrivateLegacy;
use tandem_tests::promises;

promises![an_idle_link_is_idle];

/// What is measured.
const WINDOW: Duration = Duration::from_secs(6);
/// Processor time that the link's worker may use in the window, in milliseconds: a hundredth of a core.
const WORKER_MS: u64 = 60;
/// Statements that the link may send in the window.
const STATEMENTS: u64 = 60;
/// What the legacy server may use more than without a link.
const LEGACY_MS: u64 = 60;

const TABLES: &str = "
    CREATE TABLE a (id INT NOT NULL PRIMARY KEY); CREATE TABLE b (id INT NOT NULL PRIMARY KEY);
    INSERT INTO a VALUES (1), (2), (3); INSERT INTO b VALUES (1);";

fn an_idle_link_is_idle() -> Result<()> {
    // A server that nobody else uses, so that its own idling can be told apart.
    let legacy = PrivateLegacy::new("idle")?;
    let mysqld = legacy.server.pid()?;
    let link = Link::with_tables(legacy.ends()?, "idle", TABLES)?;
    let alone_ms = used_in_window(|| Ok(vec![cpu_ms(mysqld)?]))?[0];
    link.begin_and_wait()?;
    until_so("the doorbell is heard", Duration::from_secs(30), || {
        Ok(link.stat()?.doorbell && link.stat()?.caught_up)
    })?;
    let worker = link.stat()?.pid.context("no worker")?;
    let mut root = legacy.ends()?.legacy("")?;
    let mut questions = move || -> Result<u64> {
        let row: Option<(String, u64)> = root.query_first("SHOW GLOBAL STATUS LIKE 'Questions'")?;
        Ok(row.context("no such status")?.1)
    };
    let used = used_in_window(|| Ok(vec![cpu_ms(worker)?, cpu_ms(mysqld)?, questions()?]))?;
    let (worker_ms, legacy_ms, statements) = (used[0], used[1], used[2]);
    eprintln!(
        "idle for {WINDOW:?}: worker {worker_ms} ms, mysqld {legacy_ms} ms (alone {alone_ms} ms), {statements} statements"
    );
    ensure!(
        worker_ms <= WORKER_MS,
        "the worker used {worker_ms} ms in {WINDOW:?}"
    );
    ensure!(
        legacy_ms <= alone_ms + LEGACY_MS,
        "mysqld used {legacy_ms} ms in {WINDOW:?}, alone {alone_ms} ms"
    );
    ensure!(
        statements <= STATEMENTS,
        "{statements} statements in {WINDOW:?}"
    );
    // It is idle, not asleep.
    link.legacy_run("INSERT INTO b VALUES (2)")?;
    until_so("a change comes by itself", Duration::from_secs(5), || {
        Ok(link.count("b")? == 2)
    })?;
    link.settled()?;
    link.finish()
}

/// How much counters grow in the window.
fn used_in_window(mut counters: impl FnMut() -> Result<Vec<u64>>) -> Result<Vec<u64>> {
    let before = counters()?;
    let begun = Instant::now();
    // What is measured is that nothing happens: there is no condition to wait for.
    while begun.elapsed() < WINDOW {
        std::thread::sleep(WINDOW.saturating_sub(begun.elapsed()));
    }
    let after = counters()?;
    Ok(after
        .iter()
        .zip(&before)
        .map(|(after, before)| after - before)
        .collect())
}
