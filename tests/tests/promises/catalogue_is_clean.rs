//! The extension in its database: documented, closed to everybody who was not let in, removable, there again after a restart.

use std::time::Duration;

use anyhow::{Result, ensure};
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::Link;
use tandem_tests::load::{self, Load, Pace};
use tandem_tests::private::PrivateUpgrade;
use tandem_tests::promises;
use tandem_tests::trace;
use tandem_tests::upgrade_sql::refused;

promises![
    everything_has_a_comment,
    nobody_else_is_let_in,
    it_can_be_dropped_and_made_again,
    links_come_back_after_a_restart,
    a_dropped_database_leaves_no_worker,
];

/// Longest time until a link is back.
const SOON: Duration = Duration::from_secs(60);

const TABLE: &str =
    "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 1), (2, 2);";

/// The extension's members.
const MEMBERS: &str = "
    SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'tandem'";

fn everything_has_a_comment() -> Result<()> {
    let link = Link::new(Ends::shared()?, "comments")?;
    let count = link.number(&format!("SELECT count(*) FROM ({MEMBERS}) m"))?;
    ensure!(count > 20, "the extension has {count} members");
    // Row types and sequences come with their tables.
    let silent = link.rows(&format!(
        "SELECT pg_describe_object(m.classid, m.objid, 0) FROM ({MEMBERS}) m
         WHERE NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = m.classid AND d.objoid = m.objid AND d.objsubid = 0)
         AND NOT EXISTS (SELECT FROM pg_class c WHERE m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('S', 'i'))
         AND NOT EXISTS (SELECT FROM pg_type t WHERE m.classid = 'pg_type'::regclass AND t.oid = m.objid AND (t.typrelid <> 0 OR t.typcategory = 'A'))"
    ))?;
    ensure!(silent.is_empty(), "without a comment: {silent:?}");
    link.finish_unlinked()
}

fn nobody_else_is_let_in() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "closed", TABLE)?;
    link.begin_and_wait()?;
    let open = link.rows(
        "SELECT 'schema ' || nspname FROM pg_namespace, aclexplode(nspacl) a WHERE nspname = 'tandem' AND a.grantee = 0
         UNION ALL SELECT 'relation ' || relname FROM pg_class, aclexplode(relacl) a
            WHERE relnamespace = 'tandem'::regnamespace AND a.grantee = 0
         UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc,
            aclexplode(coalesce(proacl, acldefault('f', proowner))) a WHERE pronamespace = 'tandem'::regnamespace AND a.grantee = 0
         UNION ALL SELECT 'wrapper ' || fdwname FROM pg_foreign_data_wrapper,
            aclexplode(coalesce(fdwacl, acldefault('F', fdwowner))) a WHERE fdwname = 'tandem' AND a.grantee = 0
         UNION ALL SELECT 'server ' || srvname FROM pg_foreign_server,
            aclexplode(coalesce(srvacl, acldefault('S', srvowner))) a WHERE a.grantee = 0",
    )?;
    ensure!(open.is_empty(), "granted to PUBLIC: {open:?}");

    let mut upgrade = link.upgrade()?;
    upgrade.batch_execute("DROP ROLE IF EXISTS closed_stranger; CREATE ROLE closed_stranger; SET ROLE closed_stranger")?;
    for call in [
        "stop('closed')",
        "uninstall('closed')",
        "verify('closed')",
        "wait('closed')",
        "version()",
    ] {
        let refusal = refused(&mut upgrade, &format!("SELECT tandem.{call}"))?;
        ensure!(refusal.code == "42501", "{call}: {refusal:?}");
    }
    let refusal = refused(&mut upgrade, "SELECT * FROM tandem.stat_link")?;
    ensure!(refusal.code == "42501", "{refusal:?}");
    // Monitoring may look, and do nothing else.
    upgrade.batch_execute(
        "RESET ROLE; GRANT pg_monitor TO closed_stranger; SET ROLE closed_stranger",
    )?;
    for view in [
        "stat_link",
        "stat_table",
        "progress",
        "parked",
        "stat_reverse",
        "not_representable",
        "conflict",
        "event",
    ] {
        upgrade.simple_query(&format!("SELECT * FROM tandem.{view}"))?;
    }
    for call in [
        "stop('closed')",
        "start('closed')",
        "uninstall('closed')",
        "resync('closed', 't')",
    ] {
        let refusal = refused(&mut upgrade, &format!("SELECT tandem.{call}"))?;
        ensure!(refusal.code == "42501", "{call} as pg_monitor: {refusal:?}");
    }
    for table in ["link", "table_map", "chunk"] {
        let refusal = refused(&mut upgrade, &format!("DELETE FROM tandem.{table}"))?;
        ensure!(
            refusal.code == "42501",
            "DELETE FROM {table} as pg_monitor: {refusal:?}"
        );
    }
    upgrade.batch_execute("RESET ROLE; DROP ROLE closed_stranger")?;
    link.in_step()?;
    link.finish()
}

fn it_can_be_dropped_and_made_again() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "dropped", TABLE)?;
    let full = trace::upgrade(&link.ends, &link.database)?;
    link.upgrade_run("DROP EXTENSION tandem CASCADE")?;
    let empty = trace::upgrade(&link.ends, &link.database)?;
    let left: Vec<&String> = empty
        .iter()
        .filter(|line| line.contains("tandem"))
        .collect();
    ensure!(left.is_empty(), "left behind: {left:?}");
    link.upgrade_run("CREATE EXTENSION tandem")?;
    let again = trace::changes(&full, &trace::upgrade(&link.ends, &link.database)?);
    ensure!(again.is_empty(), "made again, it differs: {again:?}");
    link.begin_and_wait()?;
    link.in_step()?;
    // With a link at work.
    link.upgrade_run("DROP EXTENSION tandem CASCADE")?;
    until_so("the worker has gone", SOON, || {
        Ok(link.workers("tandem link worker")?.is_empty())
    })?;
    ensure!(
        link.count("t")? == 2,
        "the copied rows went with the extension"
    );
    link.finish_unlinked()
}

fn links_come_back_after_a_restart() -> Result<()> {
    let upgrade = PrivateUpgrade::new("restart")?;
    let running = Link::with_tables(upgrade.ends()?, "back", load::TABLES)?;
    let paused = Link::with_tables(upgrade.ends()?, "back_paused", TABLE)?;
    let stopped = Link::with_tables(upgrade.ends()?, "back_stopped", TABLE)?;
    for link in [&running, &paused, &stopped] {
        link.begin_and_wait()?;
    }
    paused.verb("pause")?;
    stopped.verb("stop")?;
    paused.becomes("paused", SOON)?;
    stopped.becomes("stopped", SOON)?;
    let load = Load::begin(&running, Pace::default())?;
    for _ in 0..2 {
        load.goes_on(30)?;
        upgrade.server.stop()?;
        load.goes_on(30)?;
        upgrade.server.start()?;
        until_so("the running link is back", SOON, || {
            Ok(running.stat()?.state == "live")
        })?;
        until_so("the paused link is paused", SOON, || {
            Ok(paused.stat()?.pid.is_some() && paused.stat()?.state == "paused")
        })?;
        running.in_step()?;
        let stat = stopped.stat()?;
        ensure!(
            stat.state == "stopped" && stat.pid.is_none(),
            "the stopped link: {stat:?}"
        );
    }
    let known = load.end()?;
    running.settled()?;
    known.is_in(&mut running.upgrade()?)?;
    for (link, verb) in [(&paused, "resume"), (&stopped, "start")] {
        link.legacy_run("UPDATE t SET v = v + 1")?;
        link.verb(verb)?;
        link.settled()?;
    }
    running.finish()?;
    paused.finish()?;
    stopped.finish()
}

/// Whether a link was uninstalled before or not: a database can be dropped, and no worker tries to enter it for ever.
fn a_dropped_database_leaves_no_worker() -> Result<()> {
    let upgrade = PrivateUpgrade::new("drop-db")?;
    let uninstalled = Link::with_tables(upgrade.ends()?, "drop_one", TABLE)?;
    let running = Link::with_tables(upgrade.ends()?, "drop_two", TABLE)?;
    for link in [&uninstalled, &running] {
        link.begin_and_wait()?;
    }
    let mut server = upgrade.server.connect("postgres")?;
    uninstalled.rows("SELECT tandem.uninstall('drop_one')")?;
    for link in [&uninstalled, &running] {
        server.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", link.database))?;
    }
    // A worker that ended with an error is started again after 2 s: three times that is long enough to see it.
    let complaints = || -> Result<usize> {
        let log = std::fs::read_to_string(upgrade.server.log_path())?;
        Ok(log
            .lines()
            .filter(|line| line.contains("tandem") && line.contains("FATAL"))
            .count())
    };
    let begun = std::time::Instant::now();
    let mut last = complaints()?;
    let mut quiet_since = begun;
    until_so(
        "no worker is started any more",
        Duration::from_secs(30),
        || {
            let now = complaints()?;
            if now != last {
                (last, quiet_since) = (now, std::time::Instant::now());
            }
            Ok(quiet_since.elapsed() > Duration::from_secs(6))
        },
    )?;
    ensure!(last <= 4, "the log has {last} complaints");
    for link in [uninstalled, running] {
        link.finish_unlinked()?;
    }
    Ok(())
}
