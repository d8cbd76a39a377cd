//! What was committed on the legacy server before `tandem.wait` was called is visible when it returns.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use mysql::prelude::Queryable;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::promises;
use tandem_tests::upgrade_sql::{number, refused, value};

promises![before_the_call_is_visible_after_it, an_end_to_the_wait];

/// Rounds of each of the sessions that wait at the same time.
const ROUNDS: i64 = 60;

const NOTES: &str = "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, round INT NOT NULL);";

fn before_the_call_is_visible_after_it() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "wait", &format!("{NOTES}{}", load::TABLES))?;
    link.begin_and_wait()?;
    let load = Load::begin(&link, Pace::default())?;
    load.goes_on(20)?;
    std::thread::scope(|scope| {
        let sessions: Vec<_> = (0..3)
            .map(|session| {
                scope.spawn({
                    let link = &link;
                    move || rounds(link, session)
                })
            })
            .collect();
        sessions
            .into_iter()
            .try_for_each(|session| match session.join() {
                Ok(result) => result,
                Err(_) => anyhow::bail!("a session panicked"),
            })
    })?;
    let known = load.end()?;
    link.settled()?;
    known.is_in(&mut link.upgrade()?)?;
    link.finish()
}

/// Writes, waits, looks; a row each round, changed in the next.
fn rounds(link: &Link, session: i64) -> Result<()> {
    let (mut legacy, mut upgrade) = (link.legacy()?, link.upgrade()?);
    legacy.exec_drop("INSERT INTO note VALUES (?, 0)", (session,))?;
    let wait = format!("SELECT tandem.wait('{}', '60 s')", link.name);
    let look = format!("SELECT round FROM {SCHEMA}.note WHERE id = {session}");
    for round in 1..=ROUNDS {
        legacy.exec_drop("UPDATE note SET round = ? WHERE id = ?", (round, session))?;
        ensure!(
            value(&mut upgrade, &wait)?.as_deref() == Some("t"),
            "tandem.wait did not return true"
        );
        let seen = number(&mut upgrade, &look)?;
        ensure!(
            seen == round,
            "session {session} committed round {round}, waited, and saw round {seen}"
        );
    }
    Ok(())
}

fn an_end_to_the_wait() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "wait_end", NOTES)?;
    link.begin_and_wait()?;
    // The link cannot write: its next batch waits behind this lock.
    let mut blocker = link.upgrade()?;
    blocker.batch_execute(&format!(
        "BEGIN; LOCK TABLE {SCHEMA}.note IN ACCESS EXCLUSIVE MODE"
    ))?;
    link.legacy_run("INSERT INTO note VALUES (1, 1)")?;
    let mut upgrade = link.upgrade()?;
    let begun = Instant::now();
    let late = refused(&mut upgrade, "SELECT tandem.wait('wait_end', '1.5 s')")?;
    let took = begun.elapsed();
    ensure!(
        late.code == "55000" && late.message.contains("did not catch up within 1.5 s"),
        "{late:?}"
    );
    ensure!(
        (Duration::from_millis(1_400)..Duration::from_secs(30)).contains(&took),
        "it took {took:?}"
    );
    blocker.batch_execute("ROLLBACK")?;
    link.wait()?;
    ensure!(
        link.count("note")? == 1,
        "the row is not there after the lock has gone"
    );

    for (verb, state) in [("pause", "paused"), ("stop", "stopped")] {
        link.verb(verb)?;
        let refusal = refused(&mut upgrade, "SELECT tandem.wait('wait_end')")?;
        ensure!(
            refusal.code == "55000" && refusal.message == format!("link \"wait_end\" is {state}"),
            "{refusal:?}"
        );
    }
    let nothing = refused(&mut upgrade, "SELECT tandem.wait('nowhere')")?;
    ensure!(
        nothing.code == "42704" && nothing.message.contains("nowhere"),
        "{nothing:?}"
    );
    link.finish()
}
