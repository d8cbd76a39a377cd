//! Writers on the legacy side that know what they committed.
//!
//! Each writer has rows of its own and writes them in transactions of random statements, many of them rolled back. Every transaction also
//! writes a row of `ledger`, so that a writer whose connection broke in the middle of a COMMIT finds out what came of it.
//!
//! Promises: what `known` says is committed was committed, and nothing else was; a writer goes on after any restart of the server; an
//! error that is not the connection's or a lock's ends the load and fails the test. Called by the tests.

mod model;
mod writer;

pub use model::{Item, Known, Owned};

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::condition::until_so;
use crate::dice;
use crate::gate::{Closed, Gate};
use crate::link::Link;
use writer::Writer;

/// The tables that the load writes.
pub const TABLES: &str = "
    CREATE TABLE item (
        id BIGINT NOT NULL PRIMARY KEY, tag VARCHAR(40) NOT NULL, amount DECIMAL(12,2) NOT NULL, note VARCHAR(200),
        body VARBINARY(300), changed DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), UNIQUE KEY item_tag (tag));
    CREATE TABLE part (
        item BIGINT NOT NULL, no INT NOT NULL, what VARCHAR(100) NOT NULL, PRIMARY KEY (item, no),
        CONSTRAINT part_of_item FOREIGN KEY (item) REFERENCES item (id));
    CREATE TABLE ledger (writer INT NOT NULL, txn BIGINT NOT NULL, PRIMARY KEY (writer, txn));";

/// Time within which writers come back after a fault and reach the end of a transaction.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Writers.
    pub writers: u32,
    /// Pause of each writer between two transactions.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            writers: 3,
            pause: Duration::from_millis(3),
        }
    }
}

/// What writers and their owner share.
#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    committed: AtomicU64,
    failure: Mutex<Option<String>>,
    gate: Gate,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn check(&self) -> Result<()> {
        match locked(&self.failure).as_ref() {
            Some(failure) => bail!("the load failed: {failure}"),
            None => Ok(()),
        }
    }
}

/// Writers at work.
pub struct Load {
    shared: Arc<Shared>,
    owned: Vec<Arc<Mutex<Owned>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Begins to write to the link's legacy database, which has [`TABLES`].
    pub fn begin(link: &Link, pace: Pace) -> Result<Self> {
        let seed = dice::seed(&format!("load on {}", link.name));
        let shared = Arc::new(Shared::default());
        let mut load = Self {
            shared: Arc::clone(&shared),
            owned: Vec::new(),
            threads: Vec::new(),
        };
        for number in 0..pace.writers {
            let owned = Arc::new(Mutex::new(Owned::default()));
            load.owned.push(Arc::clone(&owned));
            let writer = Writer::new(link, number, seed, owned);
            let shared = Arc::clone(&shared);
            load.threads
                .push(std::thread::spawn(move || writer.run(&shared, pace.pause)));
        }
        Ok(load)
    }

    /// Waits until `count` more transactions have been committed.
    pub fn goes_on(&self, count: u64) -> Result<()> {
        let goal = self.shared.committed.load(Ordering::SeqCst) + count;
        until_so(
            &format!("{count} more transactions are committed"),
            PATIENCE,
            || {
                Ok(self.shared.committed.load(Ordering::SeqCst) >= goal
                    || self.shared.check().is_err())
            },
        )?;
        self.shared.check()
    }

    /// Lets every writer finish its transaction and rest until the result is dropped.
    pub fn quiet(&self) -> Result<Quiet<'_>> {
        let closed = self.shared.gate.close(self.threads.len())?;
        self.shared.check()?;
        Ok(Quiet {
            load: self,
            _closed: closed,
        })
    }

    /// Ends the load and returns what was committed.
    pub fn end(mut self) -> Result<Known> {
        self.stop();
        self.shared.check()?;
        Ok(self.known())
    }

    fn known(&self) -> Known {
        Known(
            self.owned
                .iter()
                .map(|owned| locked(owned).clone())
                .collect(),
        )
    }

    fn stop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                locked(&self.shared.failure)
                    .get_or_insert_with(|| String::from("a writer panicked"));
            }
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop();
    }
}

/// While this value lives nobody writes.
pub struct Quiet<'a> {
    load: &'a Load,
    _closed: Closed<'a>,
}

impl Quiet<'_> {
    /// What was committed.
    pub fn known(&self) -> Known {
        self.load.known()
    }
}
