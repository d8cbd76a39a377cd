//! A session of an application on the legacy server.
//!
//! Promises: a statement never overtakes the one before it in the same session; a statement in the background is joined before its
//! outcome counts, and none is forgotten.

use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow, bail};
use mysql::prelude::Queryable;
use mysql::{Conn, Error, LocalInfileHandler};

use crate::ends::Ends;

/// What every session of a case begins with: nothing of a result depends on where the machine is.
const BEGIN: &str = "SET SESSION time_zone = '+00:00'";
/// How much of a statement is shown.
const SHOWN: usize = 300;

/// A statement and how it must end.
#[derive(Clone, Debug)]
pub struct Order {
    /// Where it is, to be told with an error.
    pub place: String,
    /// The statement.
    pub sql: String,
    /// The error code that it must fail with.
    pub error: Option<String>,
}

/// A session, which may be busy.
pub struct Session {
    state: State,
}

enum State {
    Idle(Conn),
    Busy(JoinHandle<(Conn, Result<()>)>),
    Gone,
}

impl Session {
    /// A new session; `LOAD DATA LOCAL` reads from `folder`.
    pub fn open(ends: &Ends, database: &str, folder: &Path) -> Result<Self> {
        let mut conn = ends.legacy(database)?;
        conn.query_drop(BEGIN)?;
        let folder = PathBuf::from(folder);
        conn.set_local_infile_handler(Some(LocalInfileHandler::new(move |name, stream| {
            let name = String::from_utf8_lossy(name).into_owned();
            let mut file = std::fs::File::open(folder.join(name))?;
            std::io::copy(&mut file, stream)?;
            Ok(())
        })));
        let state = State::Idle(conn);
        Ok(Self { state })
    }

    /// Runs a statement, after whatever is still running.
    pub fn run(&mut self, order: &Order) -> Result<()> {
        self.join()?;
        match &mut self.state {
            State::Idle(conn) => carry_out(conn, order),
            _ => bail!("{}: the session is gone", order.place),
        }
    }

    /// Begins a statement.
    pub fn begin(&mut self, order: Order) -> Result<()> {
        self.join()?;
        let State::Idle(mut conn) = std::mem::replace(&mut self.state, State::Gone) else {
            bail!("{}: the session is gone", order.place);
        };
        self.state = State::Busy(thread::spawn(move || {
            let outcome = carry_out(&mut conn, &order);
            (conn, outcome)
        }));
        Ok(())
    }

    /// Waits for the statement that runs in the background, if one does, and says how it ended.
    pub fn join(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.state, State::Gone) {
            State::Busy(running) => {
                let (conn, outcome) = running.join().map_err(|_| anyhow!("a session panicked"))?;
                self.state = State::Idle(conn);
                outcome
            }
            other => {
                self.state = other;
                Ok(())
            }
        }
    }
}

fn carry_out(conn: &mut Conn, order: &Order) -> Result<()> {
    let shown = || format!("{}: {:.SHOWN$}", order.place, order.sql);
    match (conn.query_drop(&order.sql), &order.error) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(code)) => bail!("did not fail with {code}: {}", shown()),
        (Err(Error::MySqlError(error)), Some(code)) if error.code.to_string() == *code => Ok(()),
        (Err(error), _) => Err(error).with_context(shown),
    }
}
