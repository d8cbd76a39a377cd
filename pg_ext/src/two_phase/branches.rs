//! The branches of this backend: at most one for each link in a transaction, on a connection that is kept.
//!
//! Promise: a branch is prepared before the transaction here commits, and is committed or rolled back as that does. Nothing raises an error
//! once the transaction has committed. A connection whose answer was not waited for is ended there and never used again.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, TryRecvError};
use pgrx::{PgSqlErrorCode, pg_sys};
use tandem_shared::xid::{BranchName, Progress, State};

use super::failure::{lost, of_legacy};
use super::{decision, settings};
use crate::legacy::branch::kill::kill;
use crate::legacy::branch::line::Line;
use crate::legacy::branch::writer::Writer;
use crate::legacy::error::{Kind, LegacyError};
use crate::legacy::options::LinkOptions;
use crate::report::{Failure, Result};
use crate::worker::wake::Bell;

/// A link's connection, and the branch on it.
struct Branch {
    link: Rc<LinkRef>,
    line: Rc<Line>,
    bell: Rc<Bell>,
    progress: Progress,
    name: Option<BranchName>,
    one_phase: bool,
}

/// What a branch needs to know of its link.
#[derive(Debug)]
pub struct LinkRef {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: u64,
    /// How to reach the legacy server.
    pub options: LinkOptions,
}

thread_local! {
    static BRANCHES: RefCell<Vec<Branch>> = const { RefCell::new(Vec::new()) };
}

/// Does something with the branch of a link, if there is a connection.
fn with<R>(key: u64, work: impl FnOnce(&mut Branch) -> R) -> Option<R> {
    BRANCHES.with_borrow_mut(|all| all.iter_mut().find(|one| one.link.key == key).map(work))
}

/// Writes on the branch of a link; begins it when there is none in this transaction.
pub fn write<T: Send + 'static>(
    link: &Rc<LinkRef>,
    one_phase: bool,
    work: impl FnOnce(&mut Writer) -> std::result::Result<T, LegacyError> + Send + 'static,
) -> Result<T> {
    connect(link)?;
    let state = with(link.key, |branch| branch.progress.state());
    match state {
        Some(State::Active) => {}
        Some(State::None) => begin(link, one_phase)?,
        _ => return Err(lost(&link.name)),
    }
    with(link.key, |branch| branch.one_phase &= one_phase);
    save(link)?;
    ask(link, work)
}

/// A connection for the link: the one there is, unless the account is another now.
fn connect(link: &Rc<LinkRef>) -> Result<()> {
    super::callbacks::transaction();
    let usable = with(link.key, |branch| {
        branch.progress.state() != State::None || branch.link.options == link.options
    });
    if usable == Some(true) {
        return Ok(());
    }
    let bell = Rc::new(Bell::new());
    let line = Line::open(&link.options, bell.wake())?;
    BRANCHES.with_borrow_mut(|all| {
        all.retain(|one| one.link.key != link.key);
        all.push(Branch {
            link: Rc::clone(link),
            line: Rc::new(line),
            bell,
            progress: Progress::default(),
            name: None,
            one_phase: true,
        });
    });
    Ok(())
}

fn begin(link: &Rc<LinkRef>, one_phase: bool) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let name = BranchName {
        link_key: link.key,
        // SAFETY: in a transaction; it gets its number now if it has none.
        transaction: unsafe { pg_sys::GetTopFullTransactionId() }.value,
        begun_us: since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(0)),
    };
    with(link.key, |branch| {
        branch.progress.begin();
        branch.name = Some(name);
        branch.one_phase = one_phase;
    });
    let begun = ask(link, move |writer| writer.begin(name));
    if begun.is_err() {
        // The writer has closed its connection: nothing of the branch is there.
        with(link.key, |branch| branch.progress.end());
    }
    begun
}

/// Savepoints for the subtransactions that have none yet.
fn save(link: &Rc<LinkRef>) -> Result<()> {
    // SAFETY: a plain read.
    let level = unsafe { pg_sys::GetCurrentTransactionNestLevel() };
    let level = u32::try_from(level).unwrap_or(1);
    let levels: Vec<u32> =
        with(link.key, |branch| branch.progress.unsaved(level).collect()).unwrap_or_default();
    if levels.is_empty() {
        return Ok(());
    }
    let asked = levels.clone();
    ask(link, move |writer| writer.save(&asked))?;
    with(link.key, |branch| {
        for level in levels {
            branch.progress.saved(level);
        }
    });
    Ok(())
}

/// Asks the legacy server and waits, honouring interrupts.
fn ask<T: Send + 'static>(
    link: &Rc<LinkRef>,
    work: impl FnOnce(&mut Writer) -> std::result::Result<T, LegacyError> + Send + 'static,
) -> Result<T> {
    // Nothing is borrowed while waiting: an interrupt may end the transaction, or the process, from there.
    let ends = with(link.key, |branch| {
        (Rc::clone(&branch.line), Rc::clone(&branch.bell))
    });
    let Some((line, bell)) = ends else {
        return Err(lost(&link.name));
    };
    let answer = line.ask(work);
    wait(&bell, &answer).map_err(|error| {
        // A deadlock takes the whole branch, a broken connection too.
        if error.kind == Kind::Away || matches!(error.code, 1213 | 1614 | 3101) {
            with(link.key, |branch| branch.progress.broke());
        }
        of_legacy(&error)
    })
}

fn wait<T>(
    bell: &Bell,
    answer: &Receiver<std::result::Result<T, LegacyError>>,
) -> std::result::Result<T, LegacyError> {
    loop {
        match answer.try_recv() {
            Ok(answer) => return answer,
            Err(TryRecvError::Disconnected) => {
                return Err(LegacyError::away(
                    "the thread with the connection has ended",
                ));
            }
            Err(TryRecvError::Empty) => {
                bell.wait(Some(Duration::from_secs(1)));
            }
        }
    }
}

/// Links with a branch in this transaction.
fn begun() -> Vec<(Rc<LinkRef>, BranchName, State, bool)> {
    BRANCHES.with_borrow(|all| {
        let begun = all.iter().filter(|one| one.progress.state() != State::None);
        begun
            .filter_map(|one| {
                Some((
                    Rc::clone(&one.link),
                    one.name?,
                    one.progress.state(),
                    one.one_phase,
                ))
            })
            .collect()
    })
}

/// True when this transaction has written to a legacy server.
pub fn any() -> bool {
    BRANCHES.with_borrow(|all| all.iter().any(|one| one.progress.state() != State::None))
}

/// Before the transaction commits: everything is prepared and the decisions are written. Errors roll back both sides.
pub fn prepare() -> Result<()> {
    let all = begun();
    if let Some((link, ..)) = all.iter().find(|(_, _, state, _)| *state != State::Active) {
        return Err(lost(&link.name));
    }
    // One that commits without a decision comes last: if it fails, the others can still be rolled back. There can be one only.
    let alone = all.len() == 1;
    for (link, name, _, one_phase) in all {
        if one_phase && alone {
            with(link.key, |branch| branch.progress.prepare());
            super::fault::point("before_one_phase");
            ask(&link, Writer::commit_one_phase)?;
            with(link.key, |branch| branch.progress.end());
            super::fault::point("after_one_phase");
            continue;
        }
        decision::record(&link.name, &name)?;
        with(link.key, |branch| branch.progress.prepare());
        super::fault::point("before_prepare");
        ask(&link, Writer::prepare)?;
        with(link.key, |branch| branch.progress.prepared());
        super::fault::point("after_prepare");
    }
    // The legacy server must not have what this one could lose.
    // SAFETY: sets a flag of the transaction.
    unsafe { pg_sys::ForceSyncCommit() };
    Ok(())
}

/// The transaction has committed. Never fails.
pub fn commit() {
    super::fault::point("after_commit");
    let wait_ms = settings::commit_wait_ms();
    BRANCHES.with_borrow_mut(|all| {
        for branch in all.iter_mut() {
            if branch.progress.end() == State::Prepared {
                branch.line.tell(Writer::commit);
                if wait_ms > 0 {
                    branch.line.settle(Duration::from_millis(wait_ms));
                }
            }
        }
    });
}

/// The transaction has failed or was rolled back. Never fails.
pub fn abort() {
    BRANCHES.with_borrow_mut(|all| {
        all.retain_mut(|branch| {
            let state = branch.progress.end();
            match state {
                State::None => return true,
                _ if branch.line.busy() => {}
                State::Active | State::Preparing => {
                    branch.line.tell(|writer| writer.roll_back(false));
                    return true;
                }
                State::Prepared => {
                    branch.line.tell(|writer| writer.roll_back(true));
                    return true;
                }
                State::Broken => {}
            }
            // Somebody still waits there: it would wait on, and hold its locks.
            kill(&branch.link.options, branch.line.connection());
            false
        });
    });
}

/// The subtransaction at `level` was committed.
pub fn commit_level(level: u32) {
    BRANCHES.with_borrow_mut(|all| {
        for branch in all.iter_mut() {
            branch.progress.commit_level(level);
        }
    });
}

/// The subtransaction at `level` was rolled back. Never fails.
pub fn abort_level(level: u32) {
    BRANCHES.with_borrow_mut(|all| {
        for branch in all.iter_mut() {
            if branch.progress.state() == State::Active && branch.line.busy() {
                kill(&branch.link.options, branch.line.connection());
                branch.progress.broke();
                continue;
            }
            if let Some(level) = branch.progress.abort_level(level) {
                branch.line.tell(move |writer| writer.back_to(level));
            }
        }
    });
}

/// What `PREPARE TRANSACTION` is told.
pub fn refuse_prepare() -> Failure {
    Failure::new(
        PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
        "cannot PREPARE a transaction that has written to a legacy database",
    )
    .hint("Use COMMIT: the legacy database commits with it.")
}
