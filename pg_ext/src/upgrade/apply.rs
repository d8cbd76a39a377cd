//! Apply: a batch becomes part of the upgrade database, set by set, in one transaction.
//!
//! The usual way is one DELETE and one MERGE a table. When a row is at fault the transaction is done again the careful way: each table in a
//! subtransaction, halved until the row stands alone, and that row is parked. Rows that swap a unique value are first tried as delete and
//! insert. Called by the link's worker and by whoever has to bring a table to a known state.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use pgrx::Spi;
use pgrx::spi::OwnedPreparedStatement;
use tandem_shared::change::TableBatch;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{adapter, upgrade as sql};
use tandem_shared::row::RowBuf;

use super::batch;
use super::park::{self, Parked};
use super::transaction::{subtransaction, visible_early};
use crate::report::{Failure, Result};
use crate::reverse::guard;
use crate::reverse::pull::Outbox;

/// What applying a table's part of a batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows inserted, updated or deleted.
    pub changed: u64,
    /// Rows parked.
    pub parked: u64,
}

impl std::ops::AddAssign for Applied {
    fn add_assign(&mut self, other: Self) {
        self.changed += other.changed;
        self.parked += other.parked;
    }
}

/// A failure, and the table it happened on.
#[derive(Debug)]
pub struct ApplyFailure {
    /// The table's number, when one table is at fault.
    pub table: Option<u32>,
    /// What happened.
    pub failure: Failure,
}

/// Applies the batches of one link; keeps its statements prepared.
pub struct Applier {
    link: String,
    statements: HashMap<u32, Statements>,
    /// Tables whose rows may wait to go back.
    outboxes: Vec<Outbox>,
}

/// What is run for a table: one statement of each kind where its map is one to one.
struct Statements {
    /// Hand out keys; what they write is no row of a target.
    keys: Vec<OwnedPreparedStatement>,
    upserts: Vec<OwnedPreparedStatement>,
    deletes: Vec<OwnedPreparedStatement>,
}

/// What happens to a row at fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// It ends the transaction.
    Fast,
    /// It is parked.
    Whole,
    /// It is parked, unless a unique value is in its way.
    Cut,
}

impl Applier {
    /// An applier for a link.
    pub fn new(link: &str) -> Self {
        Self {
            link: link.to_owned(),
            statements: HashMap::new(),
            outboxes: Vec::new(),
        }
    }

    /// Has the applier see to rows of these tables that wait to go back.
    pub fn heed(&mut self, outboxes: Vec<Outbox>) {
        self.outboxes = outboxes;
    }

    /// Applies the tables of a batch in one transaction; `also` runs in it, last. Returns what was done to each table, in order.
    ///
    /// `whole` says that the batch holds everything that changed. When it does not, a row whose unique value is still another's may be
    /// waiting for a change that comes later: it is not parked, and the failure (23505) asks for a whole batch.
    pub fn apply(
        &mut self,
        tables: &[TableBatch],
        whole: bool,
        mut also: impl FnMut() -> Result<()>,
    ) -> std::result::Result<Vec<Applied>, ApplyFailure> {
        let careful = if whole { Care::Whole } else { Care::Cut };
        match self.attempt(tables, Care::Fast, &mut also) {
            Err(failure) if failure.failure.of_a_row() => self.attempt(tables, careful, &mut also),
            other => other,
        }
    }

    fn attempt(
        &mut self,
        tables: &[TableBatch],
        care: Care,
        also: &mut impl FnMut() -> Result<()>,
    ) -> std::result::Result<Vec<Applied>, ApplyFailure> {
        let mut at_fault = None;
        let result = visible_early(|| {
            let tables = &*guard::resolve(&self.link, &self.outboxes, tables)?;
            let mut done = vec![Applied::default(); tables.len()];
            // Deletes go first everywhere: a unique value may move to another row.
            for (table, done) in tables.iter().zip(&mut done) {
                at_fault = Some(table.plan.table_no);
                done.changed += self.delete(table)?;
            }
            for (table, done) in tables.iter().zip(&mut done) {
                at_fault = Some(table.plan.table_no);
                *done += self.write(table, care)?;
            }
            at_fault = None;
            also()?;
            Ok(done)
        });
        result.map_err(|failure| ApplyFailure {
            table: at_fault,
            failure,
        })
    }

    fn statements(&mut self, plan: &TablePlan) -> Result<&Statements> {
        match self.statements.entry(plan.table_no) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let (upserts, deletes) = texts(plan);
                let statements = Statements {
                    keys: prepare(&adapter::prepare_keys(plan))?,
                    upserts: prepare(&upserts)?,
                    deletes: prepare(&deletes)?,
                };
                Ok(place.insert(statements))
            }
        }
    }

    fn delete(&mut self, table: &TableBatch) -> Result<u64> {
        park::forget_gone(&self.link, &table.plan, &table.gone)?;
        if table.deletes.is_empty() {
            return Ok(0);
        }
        park::forget(&self.link, &table.plan, &table.deletes, false)?;
        let statements = &self.statements(&table.plan)?.deletes;
        run(statements, &table.deletes, 0..table.deletes.len())
    }

    fn write(&mut self, table: &TableBatch, care: Care) -> Result<Applied> {
        let plan = &table.plan;
        let mut done = Applied::default();
        if !table.upserts.is_empty() {
            park::forget(&self.link, plan, &table.upserts, true)?;
            let all = 0..table.upserts.len();
            done += match care {
                Care::Fast => Applied {
                    changed: upsert(self.statements(plan)?, &table.upserts, all)?,
                    parked: 0,
                },
                Care::Whole | Care::Cut => self.halve(table, all, care)?,
            };
        }
        for bad in &table.bad {
            done.parked += self.park(plan, &Parked::untranslatable(plan, bad))?;
        }
        Ok(done)
    }

    /// Writes a range of rows, each half by itself when the whole fails, down to the rows at fault.
    fn halve(&mut self, table: &TableBatch, range: Range<usize>, care: Care) -> Result<Applied> {
        let statements = self.statements(&table.plan)?;
        let whole = subtransaction(|| upsert(statements, &table.upserts, range.clone()));
        let whole = match whole {
            Err(failure) if failure.sqlstate() == "23505" => {
                subtransaction(|| replace(statements, table, range.clone()))
            }
            other => other,
        };
        match whole {
            Ok(changed) => Ok(Applied { changed, parked: 0 }),
            Err(failure) if !failure.of_a_row() => Err(failure),
            Err(failure)
                if range.len() <= 1 && care == Care::Cut && failure.sqlstate() == "23505" =>
            {
                Err(failure)
            }
            Err(failure) if range.len() <= 1 => {
                let parked = match table.keys.get(range.start) {
                    Some(key) => {
                        self.park(&table.plan, &Parked::refused(&table.plan, key, &failure))?
                    }
                    None => return Err(failure),
                };
                Ok(Applied { changed: 0, parked })
            }
            Err(_) => {
                let middle = range.start + range.len() / 2;
                let mut done = self.halve(table, range.start..middle, care)?;
                done += self.halve(table, middle..range.end, care)?;
                Ok(done)
            }
        }
    }

    fn park(&mut self, plan: &TablePlan, parked: &Parked) -> Result<u64> {
        park::record(&self.link, plan, parked)?;
        Ok(1)
    }
}

/// The statements that write a table's rows and those that delete them.
fn texts(plan: &TablePlan) -> (Vec<String>, Vec<String>) {
    match plan.adapter {
        Some(_) => (adapter::upserts(plan), adapter::deletes(plan)),
        None => (vec![sql::merge(plan)], vec![sql::delete(plan)]),
    }
}

fn prepare(texts: &[String]) -> Result<Vec<OwnedPreparedStatement>> {
    Spi::connect_mut(|client| {
        texts
            .iter()
            .map(|text| Ok(client.prepare_mut(text.as_str(), &[])?.keep()))
            .collect()
    })
}

/// Hands out keys where the table has such, then writes the rows; returns how many rows of targets changed.
fn upsert(statements: &Statements, rows: &RowBuf, range: Range<usize>) -> Result<u64> {
    if !statements.keys.is_empty() {
        run(&statements.keys, rows, range.clone())?;
    }
    run(&statements.upserts, rows, range)
}

/// Runs prepared statements over rows of the batch; returns the rows they changed.
fn run(statements: &[OwnedPreparedStatement], rows: &RowBuf, range: Range<usize>) -> Result<u64> {
    batch::with(rows, range, || {
        Spi::connect_mut(|client| {
            let mut changed = 0;
            for statement in statements {
                changed += client.update(statement, None, &[])?.len() as u64;
            }
            Ok(changed)
        })
    })
}

/// Deletes the keys of a range of rows, then inserts the rows: rows that swap unique values pass this way.
fn replace(statements: &Statements, table: &TableBatch, range: Range<usize>) -> Result<u64> {
    let mut keys = RowBuf::new();
    for key in table.keys.get(range.clone()).unwrap_or_default() {
        // A row that was translated has a key that can be.
        let _ = table.plan.key_up(key, &mut keys);
    }
    run(&statements.deletes, &keys, 0..keys.len())?;
    if table.plan.adapter.is_some() {
        return upsert(statements, &table.upserts, range);
    }
    batch::with(&table.upserts, range.clone(), || {
        Spi::run(&sql::insert(&table.plan))
    })?;
    Ok(range.len() as u64)
}
