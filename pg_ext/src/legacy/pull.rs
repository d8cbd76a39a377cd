//! Pull: what changed, and what the changed rows are now, in one snapshot.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use mysql::prelude::Queryable;
use tandem_shared::binlog::Place;
use tandem_shared::change::TableBatch;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::drawn;
use tandem_shared::plan::sql::join::ranges;
use tandem_shared::plan::sql::legacy as sql;
use tandem_shared::value::Value;

use super::backlog::Backlog;
use super::binlog::draw::{self, Horizon};
use super::binlog::log::Log;
use super::connect::Session;
use super::error::LegacyError;
use super::shape::Shapes;
use super::value::from_wire;

/// Bytes assumed of a row before any was seen.
const FIRST_ROW_BYTES: u64 = 4096;

/// One table to pull, and the id up to which its notifications are already in flight.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The table's plan.
    pub plan: Arc<TablePlan>,
    /// Ids up to this one are skipped.
    pub floor: u64,
}

/// What a pull found.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// Tables with something pending.
    pub tables: Vec<TableBatch>,
    /// True when more is pending than was taken.
    pub cut: bool,
    /// With capture from the binary log: what the snapshot shows of it.
    pub horizon: Option<Horizon>,
}

/// A pull that failed, and the table it failed on when that is known.
#[derive(Debug, Clone)]
pub struct PullError {
    /// The table's number.
    pub table: Option<u32>,
    /// What happened.
    pub error: LegacyError,
}

impl<E: Into<LegacyError>> From<E> for PullError {
    fn from(error: E) -> Self {
        Self {
            table: None,
            error: error.into(),
        }
    }
}

/// What a session has learned while pulling.
#[derive(Debug, Default)]
pub struct Learned {
    /// Bytes a row of each table takes, by table number.
    sizes: HashMap<u32, u64>,
    /// How the tables' results look.
    shapes: Shapes,
    /// Tables with a backlog, by table number: whether it names few rows.
    backlogs: HashMap<u32, Backlog>,
    /// Tables that have their temporary table, with capture from the binary log.
    drawn: HashSet<u32>,
}

/// Pulls the wanted tables in one consistent snapshot: up to `max_ids` notifications in all (more where they name fewer rows), and about
/// `max_bytes` of rows. The session's transactions are at REPEATABLE READ; the snapshot stays open until the caller's COMMIT.
pub fn pull(
    session: &mut Session,
    wanted: &[Wanted],
    max_ids: u64,
    max_bytes: u64,
    learned: &mut Learned,
    log: Option<&Log>,
) -> Result<Pulled, PullError> {
    let drawn = log.map(|log| (log, log.proven()));
    session
        .conn
        .query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT")?;
    pull_in_snapshot(session, wanted, (max_ids, max_bytes), learned, drawn)
}

/// Opens a consistent snapshot on the session; it ends with COMMIT.
pub fn begin_snapshot(session: &mut Session) -> Result<(), LegacyError> {
    session
        .conn
        .query_drop("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
    session
        .conn
        .query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT")?;
    Ok(())
}

/// Where the keys come from, with capture from the binary log: the log, and the newest proof from before the snapshot.
pub type Drawn<'a> = Option<(&'a Log, Place)>;

/// As [`pull`], in the snapshot that the session is in; `limits` are notifications and bytes.
pub fn pull_in_snapshot(
    session: &mut Session,
    wanted: &[Wanted],
    limits: (u64, u64),
    learned: &mut Learned,
    drawn: Drawn<'_>,
) -> Result<Pulled, PullError> {
    let (mut ids_left, mut bytes_left) = limits;
    let mut pulled = Pulled {
        tables: Vec::new(),
        cut: false,
        horizon: None,
    };
    if let Some((log, proven)) = drawn {
        let whole = wanted.iter().all(|table| table.floor == 0);
        let horizon = draw::horizon(session, log, proven, whole)?;
        pulled.cut = whole && !horizon.all;
        pulled.horizon = Some(horizon);
    }
    let source = drawn.map(|(log, _)| log).zip(pulled.horizon);
    let dirty = dirty_tables(session, wanted, source)?;
    for table in wanted {
        let number = table.plan.table_no;
        if dirty.as_ref().is_some_and(|dirty| !dirty.contains(&number)) {
            continue;
        }
        if ids_left == 0 || bytes_left == 0 {
            // Whether this table has something is not known, so the batch does not claim to be everything.
            pulled.cut = true;
            break;
        }
        let row_bytes = learned
            .sizes
            .get(&number)
            .copied()
            .unwrap_or(FIRST_ROW_BYTES)
            .max(1);
        let limit = ids_left.min((bytes_left / row_bytes).max(1));
        let (batch, more) =
            pull_table(session, table, limit, learned, source).map_err(|error| PullError {
                table: Some(number),
                error,
            })?;
        pulled.cut |= more;
        let Some(batch) = batch else { continue };
        let bytes = batch.upserts.bytes().len() as u64;
        learned.sizes.insert(
            number,
            (bytes / (batch.upserts.len() as u64).max(1)).max(64),
        );
        let rows = (batch.upserts.len() + batch.deletes.len() + batch.bad.len()) as u64;
        ids_left = ids_left.saturating_sub(rows.min(batch.notifications()));
        bytes_left = bytes_left.saturating_sub(bytes);
        pulled.tables.push(batch);
    }
    Ok(pulled)
}

/// The log and what the snapshot shows of it, with capture from the binary log.
type Source<'a> = Option<(&'a Log, Horizon)>;

/// Pulls one table: its batch, when something is pending, and whether more is.
fn pull_table(
    session: &mut Session,
    table: &Wanted,
    limit: u64,
    learned: &mut Learned,
    source: Source<'_>,
) -> Result<(Option<TableBatch>, bool), LegacyError> {
    let (ids, more, statement) = match source {
        None => {
            let backlog = learned.backlogs.entry(table.plan.table_no).or_default();
            let (ids, more) = backlog.take(session, table, limit)?;
            (ids, more, sql::pull_rows(&table.plan))
        }
        Some((log, _)) => {
            let number = table.plan.table_no;
            let taken = log.take(number, table.floor, limit);
            if !taken.keys.is_empty() {
                if learned.drawn.insert(number) {
                    draw::prepare(session, &table.plan)?;
                }
                draw::fill(session, &table.plan, &taken)?;
            }
            (taken.ids, taken.more, drawn::pull_rows(&table.plan))
        }
    };
    let (Some(&(first, _)), Some(&(_, last))) = (ids.first(), ids.last()) else {
        return Ok((None, more));
    };
    let mut batch = TableBatch::new(Arc::clone(&table.plan));
    batch.ids = ids;
    read_rows(
        session,
        &mut batch,
        (first, last),
        &statement,
        &mut learned.shapes,
    )?;
    Ok((Some(batch), more))
}

/// Which of the wanted tables have anything pending, in one round trip at most; `None` when that is not worth one.
fn dirty_tables(
    session: &mut Session,
    wanted: &[Wanted],
    source: Source<'_>,
) -> Result<Option<HashSet<u32>>, LegacyError> {
    if let Some((log, _)) = source {
        return Ok(Some(log.pending_tables().into_iter().collect()));
    }
    if wanted.len() <= 2 {
        return Ok(None);
    }
    let Some(statement) = sql::pending_tables(wanted.iter().map(|table| table.plan.as_ref()))
    else {
        return Ok(None);
    };
    let numbers: Vec<u32> = session.conn.query(statement)?;
    Ok(Some(numbers.into_iter().collect()))
}

/// The number of notifications pending in all of the tables.
pub fn pending_in_all(
    session: &mut Session,
    wanted: &[Wanted],
    log: Option<&Log>,
) -> Result<u64, LegacyError> {
    let mut pending = 0;
    for table in wanted {
        if let Some(log) = log {
            pending += log.count(table.plan.table_no);
            continue;
        }
        pending += session
            .conn
            .query_first::<u64, _>(sql::pending_count(&table.plan))?
            .unwrap_or(0);
    }
    Ok(pending)
}

/// Reads the rows that the ids from `first` to `last` name, translated.
fn read_rows(
    session: &mut Session,
    batch: &mut TableBatch,
    ids: (u64, u64),
    statement: &str,
    shapes: &mut Shapes,
) -> Result<(), LegacyError> {
    let statement = session.conn.prep(statement)?;
    let range = [ids.0, ids.1].repeat(ranges(&batch.plan));
    let mut rows = session.conn.exec_iter(&statement, range)?;
    let columns = rows.columns().as_ref().to_vec();
    let collated = batch.plan.key_columns().any(|column| column.collated);
    let mut seen = HashSet::new();
    for row in rows.by_ref() {
        let mut values: Vec<Value> = row?.unwrap().into_iter().map(from_wire).collect();
        let row = values.split_off(batch.plan.key.len());
        place(batch, values, row, collated.then_some(&mut seen));
    }
    drop(rows);
    shapes.check(session, &batch.plan, &columns)
}

/// Puts one pulled row where it belongs: gone, changed, or untranslatable.
fn place(
    batch: &mut TableBatch,
    notified: Vec<Value>,
    row: Vec<Value>,
    seen: Option<&mut HashSet<Vec<u8>>>,
) {
    let plan = Arc::clone(&batch.plan);
    let current: Vec<Value> = plan
        .key
        .iter()
        .filter_map(|&at| row.get(at))
        .cloned()
        .collect();
    let gone = current.first().is_none_or(|value| *value == Value::Null);
    if gone || current != notified {
        batch.take_gone(notified);
    }
    if gone {
        return;
    }
    if let Some(seen) = seen {
        // Two notified keys may be equal under the collation and name one row: it is taken once.
        if !seen.insert(format!("{current:?}").into_bytes()) {
            return;
        }
    }
    batch.take_row(current, row);
}
