//! The plugin's life: installed, restarted, uninstalled while sessions wait, installed again; and its settings.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_tests::pair::{Heard, PrivateServer, Reader, has_functions, report, status, until};

const PREFIX: i64 = 12;
const TABLE: u64 = 4;

fn captured_table(conn: &mut Conn) -> Result<()> {
    conn.query_drop("CREATE DATABASE IF NOT EXISTS life")?;
    conn.select_db("life")?;
    conn.query_drop("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)")?;
    conn.query_drop("CREATE TABLE outbox (seq BIGINT PRIMARY KEY AUTO_INCREMENT, id INT)")?;
    let id = (PREFIX << 20) | TABLE as i64;
    conn.query_drop(format!(
        "CREATE TRIGGER t_ai AFTER INSERT ON t FOR EACH ROW BEGIN
             DECLARE CONTINUE HANDLER FOR 1305 BEGIN END;
             INSERT INTO outbox (id) VALUES (NEW.id);
             DO tandem_fire({id});
         END"
    ))?;
    Ok(())
}

fn insert(conn: &mut Conn) -> Result<u64> {
    conn.query_drop("INSERT INTO life.t (v) VALUES (1)")?;
    let count: Option<u64> = conn.query_first("SELECT COUNT(*) FROM life.outbox")?;
    count.context("no count")
}

fn uninstall(conn: &mut Conn) -> Result<()> {
    conn.query_drop("UNINSTALL PLUGIN tandem")?;
    Ok(())
}

#[test]
fn functions_come_with_the_plugin_and_stay_over_a_restart() -> Result<()> {
    let server = PrivateServer::new("restart", &[])?;
    let mut conn = server.connect()?;
    ensure!(
        !has_functions(&mut conn),
        "the functions are there before the plugin"
    );
    server.install()?;
    captured_table(&mut conn)?;
    let since = Reader::new(server.connect()?, PREFIX)?.since;
    for kill in [false, true] {
        if kill {
            server.legacy.kill9()?;
            server.legacy.start()?;
        } else {
            server.legacy.restart()?;
        }
        let mut conn = server.connect()?;
        until("the functions are there", || Ok(has_functions(&mut conn)))?;
        let mut reader = Reader::new(server.connect()?, PREFIX)?;
        ensure!(reader.since > since, "the bell went back");
        // A reader from before the restart is told to look everywhere.
        reader.since = since;
        ensure!(reader.wait(5_000)?.tables.is_none());
        insert(&mut conn)?;
        reader.hears(TABLE)?;
    }
    ensure!(server.alarms()?.is_empty());
    Ok(())
}

#[test]
fn uninstalled_while_sessions_wait_and_installed_again() -> Result<()> {
    let server = PrivateServer::new("uninst", &[])?;
    server.install()?;
    let mut conn = server.connect()?;
    captured_table(&mut conn)?;
    let mut rows = 0;
    for round in 0..5 {
        let readers: Vec<_> = (0..20)
            .map(|_| {
                let mut reader = Reader::new(server.connect()?, PREFIX)?;
                Ok(thread::spawn(move || reader.wait(30_000)))
            })
            .collect::<Result<_>>()?;
        until("they wait", || Ok(status(&mut conn, "waiters")? == 20))?;
        let began = Instant::now();
        uninstall(&mut conn)?;
        for reader in readers {
            let heard = reader.join().ok().context("a reader panicked")??;
            ensure!(heard.closing && heard.tables.is_none(), "{heard:?}");
        }
        ensure!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        // The application goes on, with and without its own look at the triggers.
        for _ in 0..3 {
            rows += 1;
            ensure!(insert(&mut conn)? == rows);
        }
        if round == 3 {
            conn.query_drop("FLUSH TABLES")?;
            rows += 1;
            ensure!(insert(&mut conn)? == rows);
        }
        // MySQL's sessions hold on to the plugin until they end.
        conn = server.connect()?;
        server.install()?;
        let mut reader = Reader::new(server.connect()?, PREFIX)?;
        rows += 1;
        ensure!(insert(&mut conn)? == rows);
        reader.hears(TABLE)?;
    }
    ensure!(server.alarms()?.is_empty());
    Ok(())
}

/// What happens to calls while the plugin is not installed: MySQL has no such functions, those of MariaDB do nothing.
#[test]
fn calls_without_the_plugin() -> Result<()> {
    let server = PrivateServer::new("without", &[])?;
    server.install()?;
    let mut conn = server.connect()?;
    uninstall(&mut conn)?;
    if server.is_mysql() {
        ensure!(!has_functions(&mut conn));
        return Ok(());
    }
    let fired: Option<i64> = conn.query_first("SELECT tandem_fire(1)")?;
    ensure!(fired == Some(0));
    let text: Option<String> = conn.query_first("SELECT tandem_wait(1, 0, 30000)")?;
    ensure!(Heard::parse(&text.context("no answer")?)?.closing);
    Ok(())
}

/// MySQL refuses to let the plugin go while a statement uses its functions; afterwards everything works as before.
#[test]
fn uninstall_refused_while_a_statement_uses_a_function() -> Result<()> {
    let server = PrivateServer::new("refuse", &[])?;
    server.install()?;
    let mut conn = server.connect()?;
    captured_table(&mut conn)?;
    let mut user = server.connect()?;
    let id = user.connection_id();
    let using = thread::spawn(move || user.query_drop("SELECT tandem_version(), SLEEP(60)"));
    until("the function is in use", || {
        let sql = format!("SELECT info FROM information_schema.processlist WHERE id = {id}");
        Ok(conn
            .query_first::<Option<String>, _>(sql)?
            .flatten()
            .is_some())
    })?;
    let refused = uninstall(&mut conn).is_err();
    ensure!(refused == server.is_mysql(), "refused: {refused}");
    if refused {
        ensure!(
            has_functions(&mut conn),
            "a function is missing after the refusal"
        );
        let mut reader = Reader::new(server.connect()?, PREFIX)?;
        insert(&mut conn)?;
        reader.hears(TABLE)?;
        let log = std::fs::read_to_string(server.legacy.log_path())?;
        ensure!(log.contains("not uninstalled: a statement uses function"));
    }
    conn.query_drop(format!("KILL {id}"))?;
    ensure!(using.join().is_ok(), "the session panicked");
    if refused {
        until("the plugin can go", || Ok(uninstall(&mut conn).is_ok()))?;
    }
    drop(conn);
    server.install()?;
    ensure!(server.alarms()?.is_empty());
    Ok(())
}

#[test]
fn variables() -> Result<()> {
    let server = PrivateServer::new("vars", &[("loose_tandem_log_verbosity", "2")])?;
    server.install()?;
    let mut conn = server.connect()?;
    captured_table(&mut conn)?;
    let shown: Vec<(String, String)> = conn.query("SHOW GLOBAL VARIABLES LIKE 'tandem%'")?;
    let shown: Vec<(&str, &str)> = shown
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    ensure!(
        shown == [("tandem_doorbell", "ON"), ("tandem_log_verbosity", "2")],
        "{shown:?}"
    );
    let mut reader = Reader::new(server.connect()?, PREFIX)?;
    let fires = status(&mut conn, "fires")?;
    insert(&mut conn)?;
    reader.hears(TABLE)?;
    ensure!(status(&mut conn, "fires")? == fires + 1);
    // Off: nothing rings, and a reader is told at its timeout to look by itself.
    conn.query_drop("SET GLOBAL tandem_doorbell = OFF")?;
    insert(&mut conn)?;
    let heard = reader.wait(200)?;
    ensure!(heard.tables.is_none() && !heard.closing, "{heard:?}");
    ensure!(status(&mut conn, "fires")? == fires + 1);
    // On again: everybody looks everywhere once, then the bell rings as before.
    conn.query_drop("SET GLOBAL tandem_doorbell = ON")?;
    ensure!(reader.wait(5_000)?.tables.is_none());
    insert(&mut conn)?;
    reader.hears(TABLE)?;
    // Every counter is there, and tandem_status() says the same.
    let text: Option<String> = conn.query_first("SELECT tandem_status()")?;
    let state: serde_json::Value = serde_json::from_str(&text.context("no status")?)?;
    ensure!(
        state["version"] == "0.1.0" && state["active"] == true,
        "{state}"
    );
    let family = if server.is_mysql() {
        "mysql"
    } else {
        "mariadb"
    };
    ensure!(state["server"]["family"] == family, "{state}");
    let counters = state["counters"].as_object().context("no counters")?;
    ensure!(counters.len() == 11, "{state}");
    for (name, value) in counters {
        ensure!(
            status(&mut conn, name)? >= value.as_u64().unwrap_or(u64::MAX),
            "{name}"
        );
    }
    ensure!(status(&mut conn, "panics")? == 0);
    Ok(())
}

/// Loaded by an option instead of INSTALL PLUGIN, with a setting on the command line, in a server that is read-only.
#[test]
fn loaded_by_an_option_in_a_read_only_server() -> Result<()> {
    let settings = [
        ("plugin_load_add", "tandem.so"),
        ("loose_tandem_doorbell", "OFF"),
        ("read_only", "ON"),
    ];
    // At its first start the library is not there yet.
    let server = PrivateServer::new("option", &settings)?;
    for _ in 0..2 {
        server.legacy.restart()?;
        let mut conn = server.connect()?;
        until("the functions are there", || Ok(has_functions(&mut conn)))?;
        let on: Option<(u8, u8)> = conn.query_first("SELECT @@tandem_doorbell, @@read_only")?;
        ensure!(on == Some((0, 1)), "{on:?}");
        let answer: Option<String> = conn.query_first("SELECT tandem_wait(1, 0, 0)")?;
        ensure!(
            Heard::parse(&answer.context("no answer")?)?
                .tables
                .is_none()
        );
        conn.query_drop("SET GLOBAL tandem_doorbell = ON")?;
        let mut reader = Reader::new(server.connect()?, PREFIX)?;
        conn.query_drop(format!("DO tandem_fire({})", (PREFIX << 20) | TABLE as i64))?;
        reader.hears(TABLE)?;
    }
    ensure!(server.alarms()?.is_empty());
    Ok(())
}

#[test]
fn more_tables_than_are_told_apart() -> Result<()> {
    let server = PrivateServer::new("tables", &[])?;
    server.install()?;
    let mut conn = server.connect()?;
    let mut reader = Reader::new(server.connect()?, PREFIX)?;
    conn.query_drop("BEGIN")?;
    for table in 0..300 {
        conn.query_drop(format!("DO tandem_fire({})", (PREFIX << 20) | table))?;
    }
    reader.hears_nothing(200)?;
    conn.query_drop("COMMIT")?;
    ensure!(reader.wait(5_000)?.tables.is_none());
    ensure!(status(&mut conn, "overflows")? == 1);
    Ok(())
}

/// MariaDB's thread pool with one thread: waiting readers do not starve the writers, and a session that changes its
/// thread between two statements keeps its marks.
#[test]
fn thread_pool() -> Result<()> {
    let settings = [
        ("loose_thread_handling", "pool-of-threads"),
        ("loose_thread_pool_size", "1"),
    ];
    if report()?.legacy.engine.starts_with("mysql") {
        // MySQL's thread pool is not part of its free edition.
        return Ok(());
    }
    let server = PrivateServer::new("pool", &settings)?;
    server.install()?;
    let mut conn = server.connect()?;
    captured_table(&mut conn)?;
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let mut reader = Reader::new(server.connect()?, PREFIX)?;
            Ok(thread::spawn(move || reader.hears(TABLE)))
        })
        .collect::<Result<_>>()?;
    until("they wait", || Ok(status(&mut conn, "waiters")? == 20))?;
    let mut writers = Vec::new();
    for _ in 0..8 {
        let mut conn = server.connect()?;
        conn.query_drop("BEGIN")?;
        conn.query_drop("INSERT INTO life.t (v) VALUES (1)")?;
        writers.push(conn);
    }
    ensure!(status(&mut conn, "marked_sessions")? == 8);
    for mut conn in writers {
        conn.query_drop("COMMIT")?;
    }
    for reader in readers {
        reader.join().ok().context("a reader panicked")??;
    }
    until("no mark is left", || {
        Ok(status(&mut conn, "marked_sessions")? == 0)
    })
}

/// Shutting down while readers wait: they are sent away, and the server stops in time and cleanly.
#[test]
fn shutdown_while_sessions_wait() -> Result<()> {
    let server = PrivateServer::new("shutdown", &[])?;
    server.install()?;
    for _ in 0..3 {
        let mut conn = server.connect()?;
        until("the functions are there", || Ok(has_functions(&mut conn)))?;
        let readers: Vec<_> = (0..40)
            .map(|_| {
                let mut reader = Reader::new(server.connect()?, PREFIX)?;
                Ok(thread::spawn(move || reader.wait(30_000)))
            })
            .collect::<Result<_>>()?;
        until("they wait", || Ok(status(&mut conn, "waiters")? == 40))?;
        let began = Instant::now();
        server.legacy.stop()?;
        ensure!(
            began.elapsed() < Duration::from_secs(15),
            "{:?}",
            began.elapsed()
        );
        for reader in readers {
            let heard = reader.join().ok().context("a reader panicked")?;
            ensure!(heard.is_err() || heard.is_ok_and(|heard| heard.closing));
        }
        server.legacy.start()?;
    }
    ensure!(server.alarms()?.is_empty());
    Ok(())
}
