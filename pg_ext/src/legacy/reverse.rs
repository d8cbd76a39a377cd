//! Writing what goes back: one transaction on the legacy server for each batch.
//!
//! ```text
//! lock the rows that the keys name ─► is one of them notified by somebody else? (a conflict) ─► write what differs
//!      ─► take back the notifications of our own writes, by id ─► commit
//! ```
//!
//! Promise: all of a batch is committed or none of it, and repeating it changes nothing. What our writes made the triggers notify never comes
//! forward: the row is locked from before the write to the commit, so that the notifications of its key that are new are ours. Everything else
//! that the writes lead to (an application's triggers, cascades) is notified like any other change. No mark of the session is needed for that, so
//! there is none to be forged. Foreign keys and unique values decide the order: a row that has to wait for another is tried again after it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use mysql::prelude::Queryable;
use tandem_shared::change::Runs;
use tandem_shared::plan::sql::{ack, write as sql};
use tandem_shared::plan::{Back, Step, TablePlan};
use tandem_shared::row::RowBuf;
use tandem_shared::value::Value;

use super::connect::{Session, connect};
use super::error::{Kind, LegacyError};
use super::options::LinkOptions;
use super::task::{Wake, spawn};
use super::value::{from_wire, to_wire};

/// Keys in one look at the legacy table.
const KEYS_AT_ONCE: usize = 100;
/// Longest wait for a row lock, in seconds: the forward direction waits meanwhile.
const LOCK_WAIT_S: u32 = 2;

/// What is to be written to one table.
pub struct Work {
    /// The table.
    pub plan: Arc<TablePlan>,
    /// True when a row that was changed on both sides is written all the same.
    pub upgrade_wins: bool,
    /// Legacy notifications whose rows are here already and that are only not acknowledged yet: no conflicts.
    pub applied: Runs,
    /// The rows.
    pub rows: Vec<Back>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was done.
    pub done: Done,
    /// The legacy row before, when it was changed there as well.
    pub conflict: Option<Option<Vec<Value>>>,
}

/// What was done to a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// The legacy row is the same already.
    Equal,
    /// It was written.
    Written,
    /// It was written, and the legacy server made something else of it: the row as it is there.
    Altered(Vec<Value>),
    /// The legacy table cannot hold it.
    Refused(Refusal),
    /// The legacy row wins.
    Yielded,
}

/// Why a legacy table cannot hold a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The legacy column at fault, where one is.
    pub column: Option<String>,
    /// A code of a value, or `legacy_` and the server's error number.
    pub code: String,
    /// In words.
    pub message: String,
}

/// The answer to one batch: for each table, for each row.
pub type Answer = Result<Vec<Vec<Outcome>>, LegacyError>;

/// The caller's end of the session, which is opened with the first batch and again after it broke.
pub struct Writer {
    orders: Sender<Vec<Work>>,
    answers: Receiver<Answer>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(options: &LinkOptions, wake: Wake) -> Result<Self, LegacyError> {
        let (orders, receiver) = unbounded::<Vec<Work>>();
        let (sender, answers) = unbounded();
        let options = options.clone();
        spawn("tandem reverse", move || {
            let mut session = None;
            for work in receiver {
                let answer = carry_out(&mut session, &options, &work);
                if answer.is_err() {
                    session = None;
                }
                // The caller may have gone: then nobody wants the answer.
                let _ = sender.send(answer);
                wake();
            }
        })?;
        Ok(Self { orders, answers })
    }

    /// Orders a batch; the answer arrives on [`Writer::answers`].
    pub fn order(&self, work: Vec<Work>) {
        let _ = self.orders.send(work);
    }

    /// Where answers arrive.
    pub fn answers(&self) -> &Receiver<Answer> {
        &self.answers
    }
}

fn carry_out(session: &mut Option<Session>, options: &LinkOptions, work: &[Work]) -> Answer {
    let open = match session.take() {
        Some(open) => open,
        None => open_session(options)?,
    };
    let open = session.insert(open);
    open.conn.query_drop("START TRANSACTION")?;
    let mut batch = Batch::new(work);
    for at in 0..work.len() {
        batch.look(open, at)?;
    }
    batch.write(open)?;
    batch.take_back(open)?;
    open.conn.query_drop("COMMIT")?;
    Ok(batch.outcomes())
}

fn open_session(options: &LinkOptions) -> Result<Session, LegacyError> {
    let mut session = connect(options)?;
    session.conn.query_drop(format!(
        "SET SESSION sql_mode = '{}', innodb_lock_wait_timeout = {LOCK_WAIT_S}",
        sql::SQL_MODE
    ))?;
    Ok(session)
}

/// A row of a batch on its way.
struct Row<'a> {
    table: usize,
    back: &'a Back,
    step: Step,
    outcome: Outcome,
}

struct Batch<'a> {
    work: &'a [Work],
    rows: Vec<Row<'a>>,
    /// The newest id of each table's outbox before anything was written.
    newest: Vec<u64>,
}

impl<'a> Batch<'a> {
    fn new(work: &'a [Work]) -> Self {
        Self {
            work,
            rows: Vec::new(),
            newest: Vec::new(),
        }
    }

    /// Locks the rows of a table, sees who else has changed them, and decides what to write.
    fn look(&mut self, session: &mut Session, table: usize) -> Result<(), LegacyError> {
        let work = &self.work[table];
        let plan = work.plan.as_ref();
        for chunk in work.rows.chunks(KEYS_AT_ONCE) {
            let mut there = read(session, plan, chunk, true)?;
            let notified = notified(session, plan, chunk, &work.applied)?;
            for back in chunk {
                let before = there.remove(&back.key_fields);
                let conflict = notified.contains(&back.key_fields);
                let row = decide(work, table, back, before, conflict);
                self.rows.push(row);
            }
        }
        let outbox = sql::newest(plan);
        let newest: Option<u64> = session.conn.query_first(outbox)?;
        self.newest.push(newest.unwrap_or(0));
        Ok(())
    }

    /// Writes; what has to wait for another row is tried again as long as something moves.
    fn write(&mut self, session: &mut Session) -> Result<(), LegacyError> {
        let mut left: Vec<usize> = (0..self.rows.len())
            .filter(|&at| self.rows[at].step != Step::Nothing)
            .collect();
        // In the order in which they were written here; what goes goes last.
        left.sort_by_key(|&at| {
            let row = &self.rows[at];
            match row.step {
                Step::Delete => (1, usize::MAX - row.table),
                _ => (0, row.table),
            }
        });
        while !left.is_empty() {
            let mut waiting = Vec::new();
            let tried = left.len();
            for at in left {
                match self.run(session, at) {
                    Ok(()) => self.rows[at].outcome.done = Done::Written,
                    Err(error) if waits(error.code) => {
                        waiting.push(at);
                    }
                    Err(error) if error.kind == Kind::Other => self.refuse(at, &error),
                    Err(error) => return Err(error),
                }
            }
            if waiting.len() == tried {
                for at in waiting {
                    self.give_up(session, at)?;
                }
                return Ok(());
            }
            // Rows that one statement wrote may be in the opposite order.
            waiting.reverse();
            left = waiting;
        }
        Ok(())
    }

    fn run(&self, session: &mut Session, at: usize) -> Result<(), LegacyError> {
        let row = &self.rows[at];
        let plan = self.work[row.table].plan.as_ref();
        let key = || row.back.key.iter().map(to_wire);
        let (statement, values): (String, Vec<mysql::Value>) = match &row.step {
            Step::Nothing => return Ok(()),
            Step::Insert(values) => (sql::insert(plan, 1), values.iter().map(to_wire).collect()),
            Step::Delete => (sql::delete(plan), key().collect()),
            Step::Update(changes) => {
                let columns: Vec<usize> = changes.iter().map(|(at, _)| *at).collect();
                let values = changes.iter().map(|(_, value)| to_wire(value));
                (sql::update(plan, &columns), values.chain(key()).collect())
            }
        };
        Ok(session.conn.exec_drop(statement, values)?)
    }

    /// A row that still waits when nothing moves any more: the server's reason, which is that row's own.
    fn give_up(&mut self, session: &mut Session, at: usize) -> Result<(), LegacyError> {
        let row = &self.rows[at];
        let plan = Arc::clone(&self.work[row.table].plan);
        let came = matches!(row.step, Step::Insert(_))
            && !read(session, &plan, std::slice::from_ref(row.back), true)?.is_empty();
        if came {
            // Somebody has inserted the key meanwhile: looked at anew, it is a conflict.
            return Err(LegacyError {
                kind: Kind::Busy,
                code: 1062,
                message: "a key was inserted on both sides at the same time".to_owned(),
            });
        }
        match self.run(session, at) {
            Ok(()) => self.rows[at].outcome.done = Done::Written,
            Err(error) if error.kind == Kind::Other => self.refuse(at, &error),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn refuse(&mut self, at: usize, error: &LegacyError) {
        self.rows[at].outcome.done = Done::Refused(Refusal {
            column: None,
            code: code_of(error.code),
            message: error.to_string(),
        });
    }

    /// Reads what was written, and deletes the notifications that it made.
    fn take_back(&mut self, session: &mut Session) -> Result<(), LegacyError> {
        for (table, work) in self.work.iter().enumerate() {
            let plan = work.plan.as_ref();
            let mut written: Vec<&mut Row<'_>> = self
                .rows
                .iter_mut()
                .filter(|row| row.table == table && row.outcome.done == Done::Written)
                .collect();
            for chunk in written.chunks_mut(KEYS_AT_ONCE) {
                let backs: Vec<Back> = chunk.iter().map(|row| row.back.clone()).collect();
                let mut there = read(session, plan, &backs, false)?;
                let mut ours = HashSet::new();
                for row in chunk {
                    let now = there.remove(&row.back.key_fields);
                    let known = match &now {
                        Some(now) => plan.up(now, &mut RowBuf::new()).is_ok(),
                        None => row.back.row.is_none(),
                    };
                    if !known {
                        // What the server made of it does not come here as it is: the forward direction sees to it.
                        continue;
                    }
                    ours.insert(row.back.key_fields.clone());
                    if !row.back.is(plan, now.as_deref())
                        && let Some(now) = now
                    {
                        row.outcome.done = Done::Altered(now);
                    }
                }
                let ids = notifications(session, plan, &backs, self.newest[table])?;
                let ids: Vec<u64> = ids
                    .into_iter()
                    .filter(|(key, _)| ours.contains(key))
                    .map(|(_, id)| id)
                    .collect();
                let runs: Runs = ids.into_iter().map(|id| (id, id)).collect();
                for statement in ack::ack(plan, &runs) {
                    session.conn.query_drop(statement)?;
                }
            }
        }
        Ok(())
    }

    fn outcomes(self) -> Vec<Vec<Outcome>> {
        let mut all: Vec<Vec<Outcome>> = self.work.iter().map(|_| Vec::new()).collect();
        for row in self.rows {
            all[row.table].push(row.outcome);
        }
        all
    }
}

fn decide<'a>(
    work: &Work,
    table: usize,
    back: &'a Back,
    before: Option<Vec<Value>>,
    notified: bool,
) -> Row<'a> {
    let plan = work.plan.as_ref();
    let differs = !back.is(plan, before.as_deref());
    let conflict = (notified && differs).then(|| before.clone());
    let mut outcome = Outcome {
        done: Done::Equal,
        conflict,
    };
    let step = if outcome.conflict.is_some() && !work.upgrade_wins {
        outcome.done = Done::Yielded;
        Step::Nothing
    } else {
        back.step(plan, before.as_deref()).unwrap_or_else(|reason| {
            outcome.done = Done::Refused(Refusal {
                column: Some(reason.column),
                code: reason.error.code.to_owned(),
                message: reason.error.message,
            });
            Step::Nothing
        })
    };
    Row {
        table,
        back,
        step,
        outcome,
    }
}

/// Rows by their keys' fields; rows whose key does not go up are left out.
fn read(
    session: &mut Session,
    plan: &TablePlan,
    backs: &[Back],
    lock: bool,
) -> Result<HashMap<Vec<u8>, Vec<Value>>, LegacyError> {
    let mut found = HashMap::new();
    let params: Vec<mysql::Value> = keys(backs);
    let rows: Vec<mysql::Row> = session
        .conn
        .exec(sql::read(plan, backs.len(), lock), params)?;
    for row in rows {
        let values: Vec<Value> = row.unwrap().into_iter().map(from_wire).collect();
        let key: Vec<Value> = plan.key.iter().map(|&at| values[at].clone()).collect();
        if let Some(key) = fields_of(plan, &key) {
            found.insert(key, values);
        }
    }
    if backs.len() == 1 && found.len() == 1 {
        // One key finds one row, whatever letters it is written in there.
        let values = found.drain().next().map(|(_, values)| values);
        found.extend(values.map(|values| (backs[0].key_fields.clone(), values)));
        return Ok(found);
    }
    let known = |key: &Vec<u8>| backs.iter().any(|back| back.key_fields == *key);
    if found.keys().all(known) {
        return Ok(found);
    }
    // A collation took other letters for the same key: ask one by one.
    let mut found = HashMap::new();
    for back in backs {
        found.extend(read(session, plan, std::slice::from_ref(back), lock)?);
    }
    Ok(found)
}

fn keys(backs: &[Back]) -> Vec<mysql::Value> {
    let all = backs.iter().flat_map(|back| &back.key);
    all.map(to_wire).collect()
}

fn fields_of(plan: &TablePlan, key: &[Value]) -> Option<Vec<u8>> {
    let mut rows = RowBuf::new();
    plan.key_up(key, &mut rows).ok()?;
    Some(rows.bytes().to_vec())
}

/// Notifications of these keys with ids above one, as this session sees them: key and id.
fn notifications(
    session: &mut Session,
    plan: &TablePlan,
    backs: &[Back],
    above: u64,
) -> Result<Vec<(Vec<u8>, u64)>, LegacyError> {
    let mut params = vec![mysql::Value::UInt(above)];
    params.extend(keys(backs));
    let rows: Vec<mysql::Row> = session
        .conn
        .exec(sql::notified(plan, backs.len()), params)?;
    let mut found = Vec::new();
    for row in rows {
        let mut values = row.unwrap().into_iter().map(from_wire);
        let id = match values.next() {
            Some(Value::UInt(id)) => id,
            Some(Value::Int(id)) => u64::try_from(id).unwrap_or(0),
            _ => continue,
        };
        let key: Vec<Value> = values.collect();
        let fields = match backs {
            [only] => Some(only.key_fields.clone()),
            _ => fields_of(plan, &key),
        };
        if let Some(fields) = fields {
            found.push((fields, id));
        }
    }
    Ok(found)
}

/// Keys that somebody else has changed and that have not come here yet.
fn notified(
    session: &mut Session,
    plan: &TablePlan,
    backs: &[Back],
    applied: &Runs,
) -> Result<HashSet<Vec<u8>>, LegacyError> {
    let here = |id: u64| {
        applied
            .iter()
            .any(|&(first, last)| (first..=last).contains(&id))
    };
    let all = notifications(session, plan, backs, 0)?;
    Ok(all
        .into_iter()
        .filter(|(_, id)| !here(*id))
        .map(|(key, _)| key)
        .collect())
}

/// True for errors that another row of the batch may take away: foreign keys, and unique values.
fn waits(code: u16) -> bool {
    matches!(code, 1062 | 1586 | 1169 | 1216 | 1217 | 1451 | 1452)
}

/// The code of a value, where the server's error says the same; else its number.
fn code_of(number: u16) -> String {
    match number {
        1366 | 3854 => "not_in_charset".to_owned(),
        1406 => "too_long".to_owned(),
        1264 | 1690 => "out_of_range".to_owned(),
        _ => format!("legacy_{number}"),
    }
}
