//! What is written here to a table with route `exception` is on both sides or on neither, whatever is killed in whichever moment; and waiting for the
//! legacy server can be ended.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use postgres::Client;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::private::{PrivateLegacy, PrivateUpgrade};
use tandem_tests::promises;
use tandem_tests::upgrade_sql::{number, value};

promises![
    a_session_is_killed_at_each_step,
    the_legacy_server_is_killed_at_each_step,
    waiting_for_the_legacy_server_can_be_ended,
    a_server_that_cannot_be_reached_is_an_error,
];

/// Longest time until a server is back, until nothing is in doubt.
const SOON: Duration = Duration::from_secs(90);

const TABLE: &str = "
    CREATE TABLE item (id INT NOT NULL PRIMARY KEY, v INT NOT NULL);
    INSERT INTO item VALUES (1, 0);";

fn routed(ends: Ends, name: &str) -> Result<Link> {
    let link = Link::with_tables(ends, name, TABLE)?;
    link.begin_and_wait()?;
    link.upgrade_run(&format!(
        "SELECT tandem.route('{name}', 'item', 'exception')"
    ))?;
    Ok(link)
}

/// A session in which something happens at a point of the two-phase commit.
fn with_fault(link: &Link, fault: &str) -> Result<Client> {
    let mut session = link.upgrade()?;
    // The library is loaded, so that the setting exists.
    session.simple_query("SELECT tandem.version()")?;
    session.simple_query(&format!("SET tandem.fault = '{fault}'"))?;
    Ok(session)
}

/// How many branches of the link the legacy server has prepared.
fn prepared(link: &Link) -> Result<usize> {
    let sql = format!(
        "SELECT 'tandem_' || to_hex(link_key) || '_' FROM tandem.link WHERE link = '{}'",
        link.name
    );
    let prefix = value(&mut link.upgrade()?, &sql)?.context("the link has a key")?;
    let rows: Vec<mysql::Row> = link.legacy()?.query("XA RECOVER")?;
    let names = rows
        .iter()
        .filter_map(|row| row.get::<Vec<u8>, _>("data"))
        .filter(|name| name.starts_with(prefix.as_bytes()));
    Ok(names.count())
}

/// Waits until no branch is left, without help, and both sides have exactly these rows.
fn comes_to_rest(link: &Link, ids: &[i32], when: &str) -> Result<()> {
    until_so(&format!("nothing is in doubt {when}"), SOON, || {
        Ok(prepared(link)? == 0)
    })?;
    link.wait()?;
    link.equal()?;
    let expected: Vec<String> = ids.iter().map(i32::to_string).collect();
    let there: Vec<i32> = link.legacy()?.query("SELECT id FROM item ORDER BY id")?;
    ensure!(there == ids, "{when} the legacy database has {there:?}");
    let here: Vec<String> = link
        .rows(&format!("SELECT id FROM {SCHEMA}.item ORDER BY id"))?
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    ensure!(here == expected, "{when} the upgrade database has {here:?}");
    until_so("the resolver has noted it", SOON, || {
        Ok(link.number("SELECT count(*) FROM tandem.in_doubt")? == 0)
    })
}

fn a_session_is_killed_at_each_step() -> Result<()> {
    let upgrade = PrivateUpgrade::new("two-phase-upgrade")?;
    let link = routed(upgrade.ends()?, "two_phase_here")?;
    let mut ids = vec![1];
    let steps = [
        ("before_prepare", false),
        ("after_prepare", false),
        ("after_commit", true),
    ];
    for (number, (point, commits)) in steps.into_iter().enumerate() {
        let id = 10 + i32::try_from(number)?;
        let mut session = with_fault(&link, &format!("{point}=kill"))?;
        let written = session.simple_query(&format!("INSERT INTO {SCHEMA}.item VALUES ({id}, 1)"));
        ensure!(written.is_err(), "the session survived {point}");
        until_so("the server is back", SOON, || Ok(link.upgrade().is_ok()))?;
        if commits {
            ids.push(id);
        }
        comes_to_rest(&link, &ids, &format!("after a kill at {point}"))?;
    }
    link.finish()
}

fn the_legacy_server_is_killed_at_each_step() -> Result<()> {
    let legacy = PrivateLegacy::new("two-phase-legacy")?;
    let link = routed(legacy.ends()?, "two_phase_there")?;
    let mut ids = vec![1];
    for (step, point) in ["before_prepare", "after_prepare"].into_iter().enumerate() {
        let id = 20 + i32::try_from(step)?;
        let mut holder = link.upgrade()?;
        holder.simple_query("SELECT pg_advisory_lock(7400)")?;
        let mut session = with_fault(&link, &format!("{point}=wait"))?;
        let sql = format!("INSERT INTO {SCHEMA}.item VALUES ({id}, 1)");
        let writing = std::thread::spawn(move || session.simple_query(&sql).map(drop));
        until_so("the session is at the point", SOON, || {
            let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7400 AND NOT granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            Ok(number(&mut holder, sql)? == 1)
        })?;
        legacy.server.kill9()?;
        legacy.server.start()?;
        holder.simple_query("SELECT pg_advisory_unlock(7400)")?;
        let written = writing
            .join()
            .map_err(|_| anyhow::anyhow!("the writer panicked"))?;
        match written {
            Ok(()) => ids.push(id),
            Err(error) => {
                let code = error.code().map(|code| code.code().to_owned());
                let lost = code.as_deref().is_some_and(|code| code.starts_with("08"));
                ensure!(lost, "{point}: {error:?}");
            }
        }
        comes_to_rest(&link, &ids, &format!("after a kill at {point}"))?;
    }
    link.finish()
}

fn waiting_for_the_legacy_server_can_be_ended() -> Result<()> {
    let link = routed(Ends::shared()?, "two_phase_waits")?;
    let mut holder = link.legacy()?;
    holder.query_drop("BEGIN")?;
    holder.query_drop("UPDATE item SET v = v WHERE id = 1")?;
    let mut session = link.upgrade()?;
    session.simple_query("SET statement_timeout = '500ms'")?;
    let began = std::time::Instant::now();
    let error = session
        .simple_query(&format!("UPDATE {SCHEMA}.item SET v = 5 WHERE id = 1"))
        .err()
        .context("the update did not wait")?;
    let code = error.code().map(|code| code.code().to_owned());
    ensure!(code.as_deref() == Some("57014"), "{error:?}");
    // The legacy server's own bound is 10 s.
    ensure!(
        began.elapsed() < Duration::from_secs(9),
        "the timeout came after {:?}",
        began.elapsed()
    );
    until_so("the statement has ended there, too", SOON, || {
        let waiting: Option<u64> = link.legacy()?.query_first(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%`item`%FOR UPDATE%' AND info NOT LIKE '%processlist%'",
        )?;
        Ok(waiting == Some(0))
    })?;
    holder.query_drop("ROLLBACK")?;
    // The session goes on, with another connection.
    session.simple_query("SET statement_timeout = '60s'")?;
    session.simple_query(&format!("UPDATE {SCHEMA}.item SET v = 6 WHERE id = 1"))?;
    comes_to_rest(&link, &[1], "after a timeout")?;
    link.finish()
}

fn a_server_that_cannot_be_reached_is_an_error() -> Result<()> {
    let link = routed(Ends::shared()?, "two_phase_away")?;
    let mut session = link.upgrade()?;
    let write = format!("UPDATE {SCHEMA}.item SET v = v + 1 WHERE id = 1");
    session.simple_query(&write)?;
    let port = link.ends.legacy.port;
    let name = &link.name;
    let other_port = |port: u16| {
        link.upgrade_run(&format!(
            "ALTER SERVER \"{name}\" OPTIONS (SET port '{port}')"
        ))
    };
    // Nobody listens there.
    other_port(1)?;
    let error = session
        .simple_query(&write)
        .err()
        .context("the update went somewhere")?;
    let code = error.code().map(|code| code.code().to_owned());
    ensure!(code.as_deref() == Some("08001"), "{error:?}");
    other_port(port)?;
    session.simple_query(&write)?;
    comes_to_rest(&link, &[1], "when it was there again")?;
    ensure!(
        link.number(&format!("SELECT v FROM {SCHEMA}.item"))? == 2,
        "a write was lost"
    );
    link.finish()
}
