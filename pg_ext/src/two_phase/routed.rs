//! A table whose writes go to the legacy database: its plan, its rules and where its columns are, kept as long as they hold.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use pgrx::{PgSqlErrorCode, Spi, pg_sys};
use tandem_shared::mapping::catalog::{LegacyCatalog, LegacyTable};
use tandem_shared::mapping::document::TableMap;
use tandem_shared::plan::TablePlan;

use super::branches::LinkRef;
use super::callbacks;
use super::owner::{as_owner, caller};
use crate::report::{Failure, Result};
use crate::state::link::{self, Link};
use crate::state::memory;
use crate::state::route::{self, Rule};
use crate::state::table::{self, Phase};
use crate::worker::plans::compile_all;

/// One column of the plan.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its number in the table here, from 1.
    pub attnum: i16,
    /// Its type here.
    pub kind: pg_sys::Oid,
    /// Its type's modifier.
    pub modifier: i32,
    /// True for a generated column here: this server makes its value.
    pub generated: bool,
    /// True for a column that belongs to this side: it is written there with a new row only, and nothing there changes it here.
    pub owned: bool,
    /// False for what the legacy server makes itself: generated columns.
    pub written: bool,
    /// True when NULL means that the legacy server is to fill it: it refuses NULL and has something of its own.
    pub filled: bool,
}

/// A routed table.
pub struct Routed {
    /// The link.
    pub link: Rc<LinkRef>,
    /// The plan.
    pub plan: Arc<TablePlan>,
    /// Which state of the mapping it was made from.
    pub generation: u64,
    /// The plan's columns.
    pub columns: Vec<Column>,
    /// Where in the key the legacy server makes a number.
    pub made: Option<usize>,
    /// What happens to writes, in the order in which it is tried.
    pub rules: Vec<Rule>,
    /// The role that the account was looked up for.
    role: pg_sys::Oid,
    /// The columns of the table here when this was made: type, modifier.
    shape: Vec<(pg_sys::Oid, i32, bool)>,
    /// The transaction in which it was last looked up.
    checked: Cell<u64>,
    /// Which state of servers and user mappings the account is of.
    options: u64,
}

thread_local! {
    static ROUTED: RefCell<HashMap<(String, u32), Rc<Routed>>> = RefCell::new(HashMap::new());
}

/// The routed table of that number; `None` when there is no such link or table, as in a copy of the database that was restored elsewhere.
pub fn routed(name: &str, number: u32, relation: pg_sys::Relation) -> Result<Option<Rc<Routed>>> {
    let transaction = callbacks::transaction();
    let shape = shape(relation);
    let known = ROUTED.with_borrow(|all| all.get(&(name.to_owned(), number)).cloned());
    let role = caller();
    let known = known.filter(|one| {
        one.shape == shape && one.role == role && one.options == callbacks::options()
    });
    if let Some(known) = &known
        && known.checked.get() == transaction
    {
        return Ok(Some(Rc::clone(known)));
    }
    as_owner(|| {
        let Some((row, generation)) = current(name, number)? else {
            return Ok(None);
        };
        if let Some(known) = known.filter(|one| one.generation == generation) {
            known.checked.set(transaction);
            return Ok(Some(known));
        }
        let made = make(&row, number, generation, role, relation, transaction)?;
        let made = Rc::new(made);
        ROUTED.with_borrow_mut(|all| all.insert((name.to_owned(), number), Rc::clone(&made)));
        Ok(Some(made))
    })
}

/// The link and the state of its mapping, if the table can take writes.
fn current(name: &str, number: u32) -> Result<Option<(Link, u64)>> {
    let Some(row) = link::find(name)? else {
        return Ok(None);
    };
    let query = "SELECT l.generation, m.phase FROM tandem.link l JOIN tandem.table_map m USING (link) WHERE l.link = $1 AND m.table_no = $2";
    let found = Spi::connect(|client| {
        let mut rows = client.select(query, Some(1), &[name.into(), table::key(number)])?;
        let Some(row) = rows.next() else {
            return Ok::<_, pgrx::spi::Error>(None);
        };
        Ok(Some((row.get::<i64>(1)?, row.get::<String>(2)?)))
    })?;
    let Some((Some(generation), Some(phase))) = found else {
        return Ok(None);
    };
    if phase != "live" {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("table {number} of link \"{name}\" is not in step with the legacy database: it is in phase {phase}"),
        )
        .hint(format!("Look at tandem.stat_table; SELECT tandem.wait('{name}') waits for the copy.")));
    }
    Ok(Some((row, u64::try_from(generation).unwrap_or(0))))
}

fn make(
    row: &Link,
    number: u32,
    generation: u64,
    role: pg_sys::Oid,
    relation: pg_sys::Relation,
    transaction: u64,
) -> Result<Routed> {
    let version = callbacks::options();
    let options = account(row, role)?;
    let found = memory::definition(&row.name, number)?;
    let table = table::all(&row.name)?
        .into_iter()
        .find(|table| table.number == number && table.phase == Phase::Live);
    let (Some(legacy), Some(table)) = (found, table) else {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!("link \"{}\" has not read the legacy table yet", row.name),
        ));
    };
    let map = table.map.clone();
    let catalog = LegacyCatalog {
        database: options.dbname.clone(),
        tables: vec![legacy.clone()],
        others: Vec::new(),
    };
    let planned = compile_all(row, &options, &catalog, vec![table])?;
    let Some(planned) = planned.into_iter().next() else {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            "no plan",
        ));
    };
    let plan = planned.plan?;
    let columns = columns(&plan, &legacy, &map, relation);
    let made = plan.key.iter().position(|&at| {
        let column = plan.columns.get(at).map(|column| &column.source);
        column
            .and_then(|name| legacy.column(name))
            .is_some_and(|column| column.auto_increment())
    });
    Ok(Routed {
        link: Rc::new(LinkRef {
            name: row.name.clone(),
            key: row.key,
            options,
        }),
        plan,
        generation,
        columns,
        made,
        rules: route::rules(&row.name, number)?,
        role,
        shape: shape(relation),
        checked: Cell::new(transaction),
        options: version,
    })
}

/// The account of the caller's own user mapping, else of the link's owner.
fn account(row: &Link, role: pg_sys::Oid) -> Result<crate::legacy::options::LinkOptions> {
    match link::options(&row.name, role) {
        Err(failure) if failure.code == PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT => {
            link::options(&row.name, row.owner)
        }
        found => found,
    }
}

fn columns(
    plan: &TablePlan,
    legacy: &LegacyTable,
    map: &TableMap,
    relation: pg_sys::Relation,
) -> Vec<Column> {
    // SAFETY: the relation is open while the trigger runs; the copy of its descriptor is released with the value.
    let descriptor = unsafe { pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att) };
    let of = |column: &tandem_shared::plan::ColumnPlan| {
        let source = legacy.column(&column.source);
        let own = source.is_some_and(|source| source.auto_increment() || source.default.is_some());
        let here = descriptor
            .iter()
            .find(|here| !here.attisdropped && here.name() == column.target);
        Column {
            attnum: here.map_or(0, |here| here.attnum),
            kind: here.map_or(pg_sys::InvalidOid, |here| here.atttypid),
            modifier: here.map_or(-1, |here| here.atttypmod),
            generated: here.is_some_and(|here| here.attgenerated != 0),
            owned: map.owned_by_upgrade.contains(&column.target),
            written: source.is_some_and(|source| !source.generated()),
            filled: own && source.is_some_and(|source| !source.nullable),
        }
    };
    plan.columns.iter().map(of).collect()
}

fn shape(relation: pg_sys::Relation) -> Vec<(pg_sys::Oid, i32, bool)> {
    // SAFETY: the relation is open while the trigger runs; the copy of its descriptor is released with the value.
    let descriptor = unsafe { pgrx::PgTupleDesc::from_pg_copy((*relation).rd_att) };
    descriptor
        .iter()
        .map(|column| (column.atttypid, column.atttypmod, column.attisdropped))
        .collect()
}
