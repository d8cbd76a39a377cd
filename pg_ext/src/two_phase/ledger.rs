//! What was written on the legacy side and what was kept here: in the end the two must be the same.
//!
//! The legacy database is written before this one has the row. Between the two the statement may still drop it: `ON CONFLICT` finds a row, a
//! rule of another extension says no. Then the transaction must not commit.

use std::cell::RefCell;
use std::collections::HashMap;

use pgrx::{PgSqlErrorCode, pg_sys};

use crate::legacy::branch::row::Fields;
use crate::report::{Failure, Result};

/// The rows of one table at one level of subtransactions.
type Place = (pg_sys::Oid, u32);

/// A row that the legacy database refused since it has its key; kept here only if this database has it, too, so that nothing is stored.
struct Refused {
    table: pg_sys::Oid,
    level: u32,
    row: Fields,
    failure: Failure,
}

#[derive(Default)]
struct Ledger {
    /// Rows written there and not seen here, by table and level.
    open: HashMap<Place, i64>,
    refused: Vec<Refused>,
}

thread_local! {
    static LEDGER: RefCell<Ledger> = RefCell::new(Ledger::default());
}

fn level() -> u32 {
    // SAFETY: a plain read.
    u32::try_from(unsafe { pg_sys::GetCurrentTransactionNestLevel() }).unwrap_or(1)
}

fn add(table: pg_sys::Oid, count: i64) {
    LEDGER.with_borrow_mut(|ledger| *ledger.open.entry((table, level())).or_default() += count);
}

/// A row goes to both sides: the legacy one has it. That it refused the same row before, in another statement of this transaction, is over: what was
/// left to `ON CONFLICT` then may have been deleted since.
pub fn sent(table: pg_sys::Oid, row: &Fields) {
    add(table, 1);
    LEDGER.with_borrow_mut(|ledger| {
        ledger
            .refused
            .retain(|one| one.table != table || one.row != *row);
    });
}

/// A row that [`sent`] told of is here.
pub fn kept(table: pg_sys::Oid) {
    add(table, -1);
}

/// The legacy database has a row with this key already: the statement is left to find that out by itself.
pub fn refused(table: pg_sys::Oid, row: Fields, failure: Failure) {
    LEDGER.with_borrow_mut(|ledger| {
        let level = level();
        ledger.refused.push(Refused {
            table,
            level,
            row,
            failure,
        });
    });
}

/// True when the legacy database has refused any row in this transaction.
pub fn any_refused() -> bool {
    LEDGER.with_borrow(|ledger| !ledger.refused.is_empty())
}

/// What the legacy database said of a row that this one has stored all the same; forgets it.
pub fn take_refused(table: pg_sys::Oid, row: &Fields) -> Option<Failure> {
    LEDGER.with_borrow_mut(|ledger| {
        let all = &mut ledger.refused;
        let at = all
            .iter()
            .position(|one| one.table == table && one.row == *row)?;
        Some(all.swap_remove(at).failure)
    })
}

/// Before the commit: nothing may be open.
pub fn check() -> Result<()> {
    let open = LEDGER.with_borrow(|ledger| {
        let mut tables: HashMap<pg_sys::Oid, i64> = HashMap::new();
        for ((table, _), count) in &ledger.open {
            *tables.entry(*table).or_default() += count;
        }
        tables.into_iter().find(|(_, count)| *count != 0)
    });
    let Some((table, count)) = open else {
        return Ok(());
    };
    Err(Failure::new(
        PgSqlErrorCode::ERRCODE_T_R_INTEGRITY_CONSTRAINT_VIOLATION,
        "a row that the legacy database has taken was not stored here",
    )
    .detail(format!(
        "Table with oid {}: {count} row(s), for example by ON CONFLICT with a row that the legacy database does not have.",
        table.to_u32()
    ))
    .hint("Nothing was changed on either side. Try again when the link is in step."))
}

/// The transaction has ended.
pub fn forget() {
    LEDGER.with_borrow_mut(|ledger| *ledger = Ledger::default());
}

/// What belongs to `level` belongs to the one above.
pub fn commit_level(level: u32) {
    LEDGER.with_borrow_mut(|ledger| {
        let ended: Vec<(Place, i64)> = ledger.open.extract_if(|(_, at), _| *at >= level).collect();
        for ((table, _), count) in ended {
            *ledger.open.entry((table, level - 1)).or_default() += count;
        }
        for one in ledger.refused.iter_mut().filter(|one| one.level >= level) {
            one.level = level - 1;
        }
    });
}

/// What belongs to `level` has not happened.
pub fn abort_level(level: u32) {
    LEDGER.with_borrow_mut(|ledger| {
        ledger.open.retain(|(_, at), _| *at < level);
        ledger.refused.retain(|one| one.level < level);
    });
}
