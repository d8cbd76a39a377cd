//! The connection of a line, and the branch on it.

use std::collections::HashSet;

use mysql::prelude::Queryable;
use tandem_shared::mapping::catalog::Family;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::branch::xa;
use tandem_shared::plan::sql::write::SQL_MODE;
use tandem_shared::xid::BranchName;

use crate::legacy::connect::{Session, connect_to_write};
use crate::legacy::error::{Kind, LegacyError};
use crate::legacy::options::LinkOptions;
use crate::legacy::shape;

/// Seconds that a write waits for a lock: two transactions may wait for each other over both servers, which neither of them sees.
const LOCK_WAIT_S: u32 = 10;

/// The server's word for a branch that it does not know.
const UNKNOWN_BRANCH: u16 = 1397;

/// A connection that is made when it is needed.
pub struct Writer {
    options: LinkOptions,
    session: Option<Session>,
    branch: Option<BranchName>,
    /// Tables whose definition was compared on this connection.
    known: HashSet<(u32, u64)>,
}

impl Writer {
    /// A writer that is not connected.
    pub fn new(options: LinkOptions) -> Self {
        Self {
            options,
            session: None,
            branch: None,
            known: HashSet::new(),
        }
    }

    /// The number that the legacy server knows the connection by; 0 when there is none.
    pub fn connection(&self) -> u32 {
        self.session.as_ref().map_or(0, |s| s.conn.connection_id())
    }

    /// True while a branch has begun and not ended.
    pub fn in_branch(&self) -> bool {
        self.branch.is_some()
    }

    /// Closes the connection; a branch that was not prepared goes with it.
    pub fn disconnect(&mut self) {
        self.session = None;
        self.branch = None;
        self.known.clear();
    }

    /// The connection.
    pub fn session(&mut self) -> Result<&mut Session, LegacyError> {
        if self.session.is_none() {
            let mut session = connect_to_write(&self.options)?;
            session.conn.query_drop(format!(
                "SET SESSION sql_mode = '{SQL_MODE}', innodb_lock_wait_timeout = {LOCK_WAIT_S}, autocommit = 1"
            ))?;
            self.session = Some(session);
        }
        self.session
            .as_mut()
            .ok_or_else(|| LegacyError::away("no connection"))
    }

    /// The connection in the branch, which must be there still.
    pub fn in_its_branch(&mut self) -> Result<&mut Session, LegacyError> {
        match (&self.branch, &mut self.session) {
            (Some(_), Some(session)) => Ok(session),
            _ => Err(LegacyError::away(
                "the connection with the branch has ended",
            )),
        }
    }

    /// The family of the server; MySQL while that is not known.
    pub fn family(&self) -> Family {
        self.session.as_ref().map_or(Family::Mysql, |s| s.family)
    }

    /// Begins a branch. A connection that has died while it was not used is made anew, once.
    pub fn begin(&mut self, name: BranchName) -> Result<(), LegacyError> {
        let fresh = self.session.is_none();
        let begun = self.start(&name);
        let begun = match begun {
            Err(error) if error.kind == Kind::Away && !fresh => {
                self.disconnect();
                self.start(&name)
            }
            done => done,
        };
        if begun.is_err() {
            self.disconnect();
        } else {
            self.branch = Some(name);
        }
        begun
    }

    fn start(&mut self, name: &BranchName) -> Result<(), LegacyError> {
        Ok(self.session()?.conn.query_drop(xa::start(name))?)
    }

    /// Makes a savepoint for each level.
    pub fn save(&mut self, levels: &[u32]) -> Result<(), LegacyError> {
        for level in levels {
            let session = self.in_its_branch()?;
            session.conn.query_drop(format!("SAVEPOINT t{level}"))?;
        }
        Ok(())
    }

    /// Goes back to a savepoint. If that does not work the branch is lost.
    pub fn back_to(&mut self, level: u32) {
        let done = match self.in_its_branch() {
            Ok(session) => session
                .conn
                .query_drop(format!("ROLLBACK TO SAVEPOINT t{level}")),
            Err(_) => return,
        };
        if done.is_err() {
            self.disconnect();
        }
    }

    /// Prepares the branch.
    pub fn prepare(&mut self) -> Result<(), LegacyError> {
        let name = self.name()?;
        self.all(&xa::prepare(&name))
    }

    /// Commits the branch without preparing it.
    pub fn commit_one_phase(&mut self) -> Result<(), LegacyError> {
        let name = self.name()?;
        let done = self.all(&xa::commit_one_phase(&name));
        self.branch = None;
        if done.is_err() {
            self.disconnect();
        }
        done
    }

    /// Commits the prepared branch. If that does not work, the resolver sees to it.
    pub fn commit(&mut self) {
        self.end(xa::commit);
    }

    /// Rolls the branch back, prepared or not. If that does not work, it goes with its connection, or the resolver sees to it.
    pub fn roll_back(&mut self, prepared: bool) {
        if let (false, Some(name), Some(session)) = (prepared, &self.branch, &mut self.session) {
            // Fails for a branch that the server has already given up; rolling it back works all the same.
            let _ = session.conn.query_drop(xa::end(name));
        }
        self.end(xa::rollback);
    }

    fn end(&mut self, words: fn(&BranchName) -> String) {
        let Some(name) = self.branch.take() else {
            return;
        };
        let done = match &mut self.session {
            Some(session) => session.conn.query_drop(words(&name)),
            None => return,
        };
        if done.is_err() {
            self.disconnect();
        }
    }

    fn name(&self) -> Result<BranchName, LegacyError> {
        self.branch
            .ok_or_else(|| LegacyError::away("the connection with the branch has ended"))
    }

    /// Runs several statements in one round trip; the first that fails is the error.
    fn all(&mut self, statements: &str) -> Result<(), LegacyError> {
        let session = self.in_its_branch()?;
        let mut results = session.conn.query_iter(statements)?;
        while let Some(rows) = results.iter() {
            for row in rows {
                row?;
            }
        }
        Ok(())
    }

    /// Compares the table with its plan, once on a connection and for each state of the mapping.
    pub fn check(&mut self, plan: &TablePlan, generation: u64) -> Result<(), LegacyError> {
        if self.known.contains(&(plan.table_no, generation)) {
            return Ok(());
        }
        shape::check(self.in_its_branch()?, plan)?;
        self.known.insert((plan.table_no, generation));
        Ok(())
    }
}

/// Names of all prepared branches that the legacy server has, of whomever.
pub fn prepared(session: &mut Session) -> Result<Vec<String>, LegacyError> {
    let rows: Vec<mysql::Row> = session.conn.query("XA RECOVER")?;
    let data = |row: mysql::Row| row.get_opt::<Vec<u8>, _>("data")?.ok();
    Ok(rows
        .into_iter()
        .filter_map(data)
        .filter_map(|bytes| String::from_utf8(bytes).ok())
        .collect())
}

/// Ends a prepared branch from any session. False when the server does not know it, or does not let go of it yet.
pub fn settle(session: &mut Session, name: &BranchName, commit: bool) -> Result<bool, LegacyError> {
    let words = if commit {
        xa::commit(name)
    } else {
        xa::rollback(name)
    };
    match session.conn.query_drop(words) {
        Ok(()) => Ok(true),
        Err(mysql::Error::MySqlError(error)) if error.code == UNKNOWN_BRANCH => Ok(false),
        Err(error) => Err(error.into()),
    }
}
