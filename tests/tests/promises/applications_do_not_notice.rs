//! Starting and uninstalling a link while applications write: none of their statements fails, prepared or not.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, ensure};
use mysql::Conn;
use mysql::prelude::Queryable;
use tandem_tests::condition::until_so;
use tandem_tests::ends::Ends;
use tandem_tests::link::{Link, SCHEMA};
use tandem_tests::promises;

promises![links_come_and_go_beside_open_sessions];

/// Times that the link is started and uninstalled.
const ROUNDS: usize = 6;
/// Rows that a session has.
const ROWS: i32 = 13;
/// Longest time until the sessions have made their transactions.
const SOON: Duration = Duration::from_secs(30);

const TABLES: &str = "
    CREATE TABLE account (id INT NOT NULL PRIMARY KEY, amount INT NOT NULL);
    CREATE TABLE booking (session INT NOT NULL, no INT NOT NULL, PRIMARY KEY (session, no));";

/// What the sessions share.
#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    transactions: AtomicU64,
    errors: Mutex<BTreeMap<String, u32>>,
}

fn links_come_and_go_beside_open_sessions() -> Result<()> {
    let link = Link::with_tables(Ends::shared()?, "unnoticed", TABLES)?;
    link.declare()?;
    let shared = Arc::new(Shared::default());
    let sessions = open_sessions(&link, &shared)?;
    let result = come_and_go(&link, &shared);
    shared.stop.store(true, Ordering::SeqCst);
    for session in sessions {
        let _ = session.join();
    }
    result?;
    no_errors(&shared, "in the end")?;
    link.finish_unlinked()
}

fn come_and_go(link: &Link, shared: &Shared) -> Result<()> {
    for round in 0..ROUNDS {
        goes_on(shared)?;
        link.scaffold()?;
        link.verb("start")?;
        link.wait()?;
        no_errors(shared, &format!("started for the {round}th time"))?;
        goes_on(shared)?;
        no_errors(shared, &format!("started for the {round}th time"))?;
        link.rows("SELECT tandem.uninstall('unnoticed')")?;
        goes_on(shared)?;
        no_errors(shared, &format!("uninstalled for the {round}th time"))?;
        link.upgrade_run(&format!("DROP SCHEMA {SCHEMA} CASCADE"))?;
    }
    Ok(())
}

fn goes_on(shared: &Shared) -> Result<()> {
    let goal = shared.transactions.load(Ordering::SeqCst) + 100;
    until_so("the sessions go on", SOON, || {
        Ok(shared.transactions.load(Ordering::SeqCst) >= goal)
    })
}

fn no_errors(shared: &Shared, when: &str) -> Result<()> {
    let errors = shared.errors.lock().unwrap_or_else(PoisonError::into_inner);
    ensure!(errors.is_empty(), "{when}, the applications got {errors:?}");
    Ok(())
}

/// Four sessions with rows of their own, so that they are never in each other's way: two with prepared statements, two without; one of
/// each in transactions.
fn open_sessions(link: &Link, shared: &Arc<Shared>) -> Result<Vec<JoinHandle<()>>> {
    let mut sessions = Vec::new();
    for session in 0..4 {
        let mut conn = link.legacy()?;
        for id in 0..ROWS {
            conn.exec_drop("INSERT INTO account VALUES (?, 0)", (session * ROWS + id,))?;
        }
        let shared = Arc::clone(shared);
        sessions.push(std::thread::spawn(move || {
            let mut no = 0;
            while !shared.stop.load(Ordering::SeqCst) {
                no += 1;
                match work(&mut conn, session, no) {
                    Ok(()) => {
                        shared.transactions.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(error) => {
                        let mut errors =
                            shared.errors.lock().unwrap_or_else(PoisonError::into_inner);
                        *errors.entry(error.to_string()).or_default() += 1;
                        drop(errors);
                        let _ = conn.query_drop("ROLLBACK");
                    }
                }
            }
        }));
    }
    Ok(sessions)
}

fn work(conn: &mut Conn, session: i32, no: i32) -> mysql::Result<()> {
    let (prepared, whole) = (session % 2 == 0, session < 2);
    let id = session * ROWS + no % ROWS;
    if whole {
        conn.query_drop("START TRANSACTION")?;
    }
    if prepared {
        conn.exec_drop("INSERT INTO booking VALUES (?, ?)", (session, no))?;
        conn.exec_drop("UPDATE account SET amount = amount + 1 WHERE id = ?", (id,))?;
        conn.exec_drop("DELETE FROM account WHERE id = ?", (id,))?;
        conn.exec_drop("INSERT INTO account VALUES (?, ?)", (id, no))?;
    } else {
        conn.query_drop(format!("INSERT INTO booking VALUES ({session}, {no})"))?;
        conn.query_drop(format!(
            "UPDATE account SET amount = amount + 1 WHERE id = {id}"
        ))?;
        conn.query_drop(format!("DELETE FROM account WHERE id = {id}"))?;
        conn.query_drop(format!("INSERT INTO account VALUES ({id}, {no})"))?;
    }
    if whole {
        conn.query_drop("COMMIT")?;
    }
    Ok(())
}
