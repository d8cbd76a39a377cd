//! The Sakila database, and people who rent films in it.
//!
//! Promises: found beside the checkout or said loudly to be absent; nothing of it is copied into the project. The writers use the tables as
//! an application does, so that the database's own triggers and constraints take part. Called by tests that need a real database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::condition::until_so;
use crate::dice::{self, Dice};
use crate::ends::Ends;
use crate::gate::{Closed, Gate};
use crate::link::Link;
use crate::suite::Skip;

/// Pause of a customer between two visits.
const PAUSE: Duration = Duration::from_millis(4);
/// Time within which people come back after a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where Sakila's files are.
pub struct Sakila(PathBuf);

impl Sakila {
    /// Finds the files beside the checkout; [`Skip`] when they are not there.
    pub fn find() -> Result<Self> {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/sakila");
        if dir.join("schema.sql").exists() && dir.join("data.sql").exists() {
            return Ok(Self(dir));
        }
        Err(Skip(String::from(
            "../shared/data/sakila (schema.sql, data.sql) is not beside the checkout",
        ))
        .into())
    }

    /// Puts schema and rows into the link's legacy database.
    pub fn load_into(&self, link: &Link) -> Result<()> {
        // The database has another name here. In the data the name also stands in e-mail addresses.
        let schema =
            fs::read_to_string(self.0.join("schema.sql"))?.replace("sakila", &link.database);
        let data = fs::read_to_string(self.0.join("data.sql"))?;
        let data = data.replacen("USE sakila;", &format!("USE {};", link.database), 1);
        // The schema's first act is to drop the database, and what else is in it.
        feed(
            &link.ends,
            &schema
                .replace("DROP SCHEMA IF EXISTS", "-- DROP SCHEMA")
                .replace("CREATE SCHEMA", "-- CREATE SCHEMA"),
        )?;
        feed(&link.ends, &data)
    }
}

/// Runs a script with the server's own client, as its root.
fn feed(ends: &Ends, script: &str) -> Result<()> {
    let mut client = Command::new(&ends.legacy.client)
        .arg("--no-defaults")
        .arg("--default-character-set=utf8mb4")
        .arg("-S")
        .arg(&ends.legacy.socket)
        .args(["-u", "root"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    client
        .stdin
        .take()
        .context("no input")?
        .write_all(script.as_bytes())?;
    let output = client.wait_with_output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// What the writers share.
#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    visits: AtomicU64,
    failure: Mutex<Option<String>>,
    gate: Gate,
}

impl Shared {
    fn check(&self) -> Result<()> {
        match self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
        {
            Some(failure) => bail!("the shop failed: {failure}"),
            None => Ok(()),
        }
    }
}

/// People at work in the shop.
pub struct Shop {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Shop {
    /// Opens: three people write.
    pub fn open(link: &Link) -> Result<Self> {
        let seed = dice::seed(&format!("shop of {}", link.name));
        let shared = Arc::new(Shared::default());
        let work: [fn(&mut Conn, &mut Dice) -> mysql::Result<()>; 3] = [rent, serve, curate];
        let threads = work.into_iter().enumerate().map(|(number, work)| {
            let (ends, database, shared) = (
                link.ends.clone(),
                link.database.clone(),
                Arc::clone(&shared),
            );
            let dice = Dice::new(seed, number as u64);
            std::thread::spawn(move || {
                if let Err(error) = person(&ends, &database, dice, &shared, work) {
                    let mut failure = shared
                        .failure
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner);
                    failure.get_or_insert_with(|| format!("person {number}: {error:#}"));
                    shared.gate.leave();
                }
            })
        });
        Ok(Self {
            threads: threads.collect(),
            shared,
        })
    }

    /// Waits until so many more visits have been made.
    pub fn goes_on(&self, visits: u64) -> Result<()> {
        let goal = self.shared.visits.load(Ordering::SeqCst) + visits;
        until_so(
            &format!("{visits} more visits to the shop"),
            PATIENCE,
            || Ok(self.shared.visits.load(Ordering::SeqCst) >= goal || self.shared.check().is_err()),
        )?;
        self.shared.check()
    }

    /// Lets everybody rest until the result is dropped.
    pub fn quiet(&self) -> Result<Closed<'_>> {
        let closed = self.shared.gate.close(self.threads.len())?;
        self.shared.check()?;
        Ok(closed)
    }

    /// Closes; fails when somebody met an error.
    pub fn close(mut self) -> Result<()> {
        self.leave();
        self.shared.check()
    }

    fn leave(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Works until the shop closes; connects again when the server was away.
fn person(
    ends: &Ends,
    database: &str,
    mut dice: Dice,
    shared: &Shared,
    work: fn(&mut Conn, &mut Dice) -> mysql::Result<()>,
) -> Result<()> {
    let mut conn = None;
    while !shared.stop.load(Ordering::SeqCst) {
        std::thread::sleep(PAUSE);
        shared.gate.pass();
        let Some(open) = conn.as_mut() else {
            conn = ends.legacy(database).ok();
            continue;
        };
        match work(open, &mut dice) {
            Ok(()) => {
                shared.visits.fetch_add(1, Ordering::SeqCst);
            }
            // The same film for the same customer in the same second; a deadlock; triggers came to a table of a prepared statement.
            Err(mysql::Error::MySqlError(error))
                if [1062, 1205, 1213, 1615].contains(&error.code) =>
            {
                if open.query_drop("ROLLBACK").is_err() {
                    conn = None;
                }
            }
            Err(mysql::Error::MySqlError(error))
                if ![1053, 1077, 1317, 1927, 3169].contains(&error.code) =>
            {
                return Err(error.into());
            }
            Err(_) => conn = None,
        }
    }
    Ok(())
}

/// A film is rented and paid for, another one comes back.
fn rent(conn: &mut Conn, dice: &mut Dice) -> mysql::Result<()> {
    let (inventory, customer) = (1 + dice.below(4_580), 1 + dice.below(599));
    conn.query_drop("START TRANSACTION")?;
    conn.exec_drop(
        "INSERT INTO rental (rental_date, inventory_id, customer_id, staff_id) VALUES (NOW(), ?, ?, ?)",
        (inventory, customer, 1 + dice.below(2)),
    )?;
    conn.exec_drop(
        "INSERT INTO payment (customer_id, staff_id, rental_id, amount, payment_date) VALUES (?, 1, ?, ?, NOW())",
        (customer, conn.last_insert_id(), format!("{}.99", dice.below(10))),
    )?;
    conn.exec_drop(
        "UPDATE rental SET return_date = NOW() WHERE rental_id = ?",
        (1 + dice.below(16_000),),
    )?;
    if dice.once_in(10) {
        return conn.query_drop("ROLLBACK");
    }
    conn.query_drop("COMMIT")
}

/// A customer moves, is renamed, comes and goes.
fn serve(conn: &mut Conn, dice: &mut Dice) -> mysql::Result<()> {
    let customer = 1 + dice.below(599);
    match dice.below(4) {
        0 => conn.exec_drop(
            "UPDATE customer SET active = 1 - active WHERE customer_id = ?",
            (customer,),
        ),
        1 => conn.exec_drop(
            "UPDATE customer SET email = ? WHERE customer_id = ?",
            (dice.word(30), customer),
        ),
        2 => conn.exec_drop(
            "UPDATE address SET postal_code = ? WHERE address_id = ?",
            (dice.word(8), customer),
        ),
        _ => {
            // Payments of rentals that go lose their rental: the foreign key says SET NULL.
            conn.exec_drop(
                "DELETE FROM rental WHERE rental_id = ?",
                (1 + dice.below(16_000),),
            )
        }
    }
}

/// Films come, change and go; the database's triggers keep `film_text`.
fn curate(conn: &mut Conn, dice: &mut Dice) -> mysql::Result<()> {
    let film = 1 + dice.below(1_000);
    match dice.below(5) {
        0 => {
            conn.query_drop("START TRANSACTION")?;
            conn.exec_drop(
                "INSERT INTO film (title, description, release_year, language_id, rating, special_features)
                 VALUES (?, ?, 2026, 1, ?, ?)",
                (dice.word(20), dice.word(60), dice.pick(&RATINGS), dice.pick(&FEATURES)),
            )?;
            let film = conn.last_insert_id();
            conn.exec_drop(
                "INSERT INTO film_actor (actor_id, film_id) VALUES (?, ?)",
                (1 + dice.below(200), film),
            )?;
            conn.query_drop("COMMIT")
        }
        1 => conn.exec_drop(
            "UPDATE film SET title = ? WHERE film_id = ?",
            (dice.word(25), film),
        ),
        2 => conn.exec_drop(
            "UPDATE film SET rating = ? WHERE film_id = ?",
            (dice.pick(&RATINGS), film),
        ),
        3 => conn.exec_drop(
            "UPDATE film SET special_features = ? WHERE film_id = ?",
            (dice.pick(&FEATURES), film),
        ),
        _ => {
            conn.query_drop("START TRANSACTION")?;
            let last: Option<Option<u64>> =
                conn.query_first("SELECT MAX(film_id) FROM film WHERE film_id > 1000 FOR UPDATE")?;
            if let Some(film) = last.flatten() {
                conn.exec_drop("DELETE FROM film_actor WHERE film_id = ?", (film,))?;
                conn.exec_drop("DELETE FROM film WHERE film_id = ?", (film,))?;
            }
            conn.query_drop("COMMIT")
        }
    }
}

const RATINGS: [&str; 5] = ["G", "PG", "PG-13", "R", "NC-17"];
const FEATURES: [&str; 4] = [
    "",
    "Trailers",
    "Commentaries,Deleted Scenes",
    "Trailers,Commentaries,Deleted Scenes,Behind the Scenes",
];
