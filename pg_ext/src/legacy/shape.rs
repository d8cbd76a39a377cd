//! A table's definition while it is read: no row is taken for what it is not.
//!
//! Promise: rows are read from a table whose columns are those that its plan was compiled for. The catalogue is asked once per session; after
//! that the description that comes with every result is compared, which costs nothing. Called by pull, chunks and comparison, after a read
//! in a transaction: what was read keeps the table as it is until that ends.

use std::collections::HashMap;

use mysql::Column;
use mysql::consts::{ColumnFlags, ColumnType};
use mysql::prelude::Queryable;
use tandem_shared::mapping::drift::{Shape, ShapeColumn};
use tandem_shared::plan::TablePlan;

use super::connect::Session;
use super::error::{Kind, LegacyError};

/// What a session has seen of tables' results, by table number.
#[derive(Debug, Default)]
pub struct Shapes(HashMap<u32, Vec<Described>>);

/// What of a result's column would change if the table's did.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Described {
    kind: ColumnType,
    charset: u16,
    length: u32,
    decimals: u8,
    flags: ColumnFlags,
}

impl From<&Column> for Described {
    fn from(column: &Column) -> Self {
        let of_type = ColumnFlags::UNSIGNED_FLAG
            | ColumnFlags::BINARY_FLAG
            | ColumnFlags::ENUM_FLAG
            | ColumnFlags::SET_FLAG;
        Self {
            kind: column.column_type(),
            charset: column.character_set(),
            length: column.column_length(),
            decimals: column.decimals(),
            flags: column.flags() & of_type,
        }
    }
}

impl Shapes {
    /// Compares a result with what the session has seen of the table before; the first time, the catalogue with the plan.
    pub fn check(
        &mut self,
        session: &mut Session,
        plan: &TablePlan,
        columns: &[Column],
    ) -> Result<(), LegacyError> {
        let described: Vec<Described> = columns.iter().map(Described::from).collect();
        match self.0.get(&plan.table_no) {
            Some(known) if *known == described => Ok(()),
            Some(_) => Err(changed(plan)),
            None => {
                check(session, plan)?;
                self.0.insert(plan.table_no, described);
                Ok(())
            }
        }
    }
}

/// Compares the catalogue with the plan, joined tables included.
pub fn check(session: &mut Session, plan: &TablePlan) -> Result<(), LegacyError> {
    check_one(session, plan, &plan.source.table, &plan.shape)?;
    for join in &plan.joins {
        check_one(session, plan, &join.table, &join.shape)?;
    }
    Ok(())
}

fn check_one(
    session: &mut Session,
    plan: &TablePlan,
    table: &str,
    shape: &Shape,
) -> Result<(), LegacyError> {
    let rows: Vec<(String, String, Option<String>, String)> = session.conn.exec(
        "SELECT column_name AS n, column_type AS t, collation_name AS c, is_nullable AS i \
         FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
        (&plan.source.database, table),
    )?;
    let now = rows
        .into_iter()
        .map(|(name, column_type, collation, nullable)| ShapeColumn {
            name,
            column_type,
            collation,
            nullable: nullable == "YES",
        });
    if now.collect::<Shape>() == *shape {
        Ok(())
    } else {
        Err(changed(plan))
    }
}

fn changed(plan: &TablePlan) -> LegacyError {
    LegacyError {
        kind: Kind::Object,
        code: 0,
        message: format!(
            "the definition of table `{}` has changed",
            plan.source.table
        ),
    }
}
