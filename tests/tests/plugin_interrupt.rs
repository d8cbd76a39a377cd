//! A waiting call ends at once when it is killed or runs out of time, and says so as the server does.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mysql::prelude::Queryable;
use mysql::{Conn, Error};
use tandem_tests::pair::{Reader, Server, fresh_prefix, until};

/// A kill is noticed within one slice of 50 ms; the rest is the machine's share.
const AT_ONCE: Duration = Duration::from_millis(1_500);

type Ended = (Result<Option<Option<String>>, Error>, Instant);

/// A session that sits in `tandem_wait`, and its connection id.
fn seated(server: &Server, prepare: &str) -> Result<(u32, JoinHandle<Ended>)> {
    let mut conn = server.connect()?;
    let prefix = fresh_prefix();
    let since = Reader::new(server.connect()?, prefix)?.since;
    conn.query_drop(prepare)?;
    let id = conn.connection_id();
    let wait = format!("SELECT tandem_wait({prefix}, {since}, 30000)");
    let waiting = thread::spawn(move || (conn.query_first(wait), Instant::now()));
    let mut control = server.connect()?;
    until("the session waits", || waits(&mut control, id))?;
    Ok((id, waiting))
}

fn waits(control: &mut Conn, id: u32) -> Result<bool> {
    let sql = format!("SELECT info FROM information_schema.processlist WHERE id = {id}");
    let info: Option<Option<String>> = control.query_first(sql)?;
    Ok(info
        .flatten()
        .is_some_and(|info| info.starts_with("SELECT tandem_wait")))
}

/// The error number with which the session ended after `since`; `None` if its connection was cut.
fn error_of(waiting: JoinHandle<Ended>, since: Instant) -> Result<Option<u16>> {
    let (result, at) = waiting.join().ok().context("the session panicked")?;
    let took = at.saturating_duration_since(since);
    ensure!(took < AT_ONCE, "it took {took:?}");
    match result {
        Ok(row) => anyhow::bail!("a killed call returned {row:?}"),
        Err(Error::MySqlError(error)) => Ok(Some(error.code)),
        Err(_) => Ok(None),
    }
}

#[test]
fn kill_query() -> Result<()> {
    let server = Server::shared()?;
    let (id, waiting) = seated(&server, "DO 1")?;
    let since = Instant::now();
    server.connect()?.query_drop(format!("KILL QUERY {id}"))?;
    ensure!(error_of(waiting, since)? == Some(1317));
    Ok(())
}

#[test]
fn kill() -> Result<()> {
    let server = Server::shared()?;
    let (id, waiting) = seated(&server, "DO 1")?;
    let since = Instant::now();
    let mut control = server.connect()?;
    control.query_drop(format!("KILL {id}"))?;
    let error = error_of(waiting, since)?;
    ensure!(
        matches!(error, None | Some(1317 | 1927 | 1053)),
        "{error:?}"
    );
    until("the session is gone", || {
        let sql = format!("SELECT COUNT(*) FROM information_schema.processlist WHERE id = {id}");
        Ok(control.query_first::<u64, _>(sql)? == Some(0))
    })
}

#[test]
fn statement_timeout() -> Result<()> {
    let server = Server::shared()?;
    let (prepare, code) = if server.is_mysql() {
        ("SET max_execution_time = 700", 3024)
    } else {
        ("SET max_statement_time = 0.7", 1969)
    };
    let began = Instant::now();
    let (_, waiting) = seated(&server, prepare)?;
    let error = error_of(waiting, began + Duration::from_millis(700))?;
    ensure!(error == Some(code), "{error:?}");
    Ok(())
}

/// The session survives a killed statement and can wait again.
#[test]
fn a_session_waits_again_after_kill_query() -> Result<()> {
    let server = Server::shared()?;
    let prefix = fresh_prefix();
    let mut conn = server.connect()?;
    let since = Reader::new(server.connect()?, prefix)?.since;
    let id = conn.connection_id();
    let mut control = server.connect()?;
    for _ in 0..5 {
        let wait = format!("SELECT tandem_wait({prefix}, {since}, 30000)");
        let waiting = thread::spawn(move || {
            let killed = conn.query_first::<mysql::Value, _>(wait).is_err();
            (conn, killed)
        });
        until("the session waits", || waits(&mut control, id))?;
        control.query_drop(format!("KILL QUERY {id}"))?;
        let (back, killed) = waiting.join().ok().context("the session panicked")?;
        ensure!(killed);
        conn = back;
    }
    let mut reader = Reader::new(conn, prefix)?;
    control.query_drop(format!("DO tandem_fire({})", (prefix << 20) | 1))?;
    reader.hears(1)
}
