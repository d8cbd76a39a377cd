//! `tandem.scaffold`: tables like those of the legacy database, and the one-to-one mapping.

use std::collections::HashMap;

use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, Spi, name, pg_extern, pg_sys};
use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::mapping::scaffold::{Phase, Scaffold, scaffold as build};

use super::legacy::{ask, read_catalog};
use crate::legacy::catalog;
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Desired};
use crate::state::{ddl, mapping, table};

/// What was made or noted: kind, object, note.
type Line = (String, String, String);

/// Creates the target tables and the mapping of a link.
#[pg_extern]
fn scaffold(
    link: &str,
    schema: &str,
) -> TableIterator<
    'static,
    (
        name!(kind, String),
        name!(object, String),
        name!(note, String),
    ),
> {
    TableIterator::new(or_raise(run(link, schema)))
}

fn run(name: &str, schema: &str) -> Result<Vec<Line>> {
    if let Some(row) = link::find(name)? {
        if row.desired != Desired::Stopped {
            return Err(Failure::new(
                PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
                format!("link \"{name}\" is running"),
            )
            .hint(format!("Stop it first: SELECT tandem.stop('{name}').")));
        }
        if !table::all(name)?.is_empty() {
            return Err(Failure::new(
                PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
                format!("link \"{name}\" has a mapping already"),
            )
            .hint(format!(
                "Take it away with SELECT tandem.uninstall('{name}') to begin again."
            )));
        }
    }
    // SAFETY: a plain read of this backend's state.
    let user = unsafe { pg_sys::GetUserId() };
    let options = link::options(name, user)?;
    let family = ask(&options, |session| Ok(session.family))?;
    let mut read = read_catalog(&options)?;
    let catalog = ask(&options, move |session| {
        catalog::read_flags(&mut session.conn, session.family, &mut read)?;
        Ok(read)
    })?;
    let made = build(&catalog, family, schema);
    link::create(name, schema, family)?;
    let numbers = map(name, &made, &catalog)?;
    let mut lines = create(name, &made, &numbers)?;
    lines.extend(
        made.notes
            .iter()
            .map(|note| (note.kind.to_owned(), note.object.clone(), note.what.clone())),
    );
    lines.push((
        "visibility".to_owned(),
        options.dbname.clone(),
        format!(
            "views, routines, triggers and events are listed as far as account \"{}\" may see them",
            options.username
        ),
    ));
    mapping::keep(name)?;
    let message = format!(
        "scaffolded {} tables into schema \"{schema}\"",
        made.tables.len()
    );
    event::write(name, Severity::Info, "scaffolded", None, &message, None)?;
    Ok(lines)
}

/// Writes the mapping; returns the numbers of the tables by their names here.
fn map(name: &str, made: &Scaffold, catalog: &LegacyCatalog) -> Result<HashMap<String, i32>> {
    made.tables
        .iter()
        .map(|map| {
            let source = &map.source.table;
            let legacy = catalog.tables.iter().find(|table| table.name == *source);
            let (rows, bytes) = legacy.map_or((0, 0), |table| {
                (table.estimated_rows, table.estimated_bytes)
            });
            Ok((
                map.target.table.clone(),
                table::add(name, map, rows, bytes)?,
            ))
        })
        .collect()
}

/// Runs what has to be there before the data and keeps the rest for later.
fn create(name: &str, made: &Scaffold, numbers: &HashMap<String, i32>) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (at, statement) in made.statements.iter().enumerate() {
        let number = statement
            .table
            .as_ref()
            .and_then(|table| numbers.get(table))
            .copied();
        let kind = serde_json::to_value(statement.kind).ok();
        let kind = kind
            .as_ref()
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let when = match statement.phase {
            Phase::Before => {
                Spi::run(&statement.sql)?;
                "created"
            }
            Phase::After => {
                defer(name, at, number, "after", &statement.object, &statement.sql)?;
                "will be created when the table's rows are here"
            }
            Phase::Last => {
                defer(name, at, number, "last", &statement.object, &statement.sql)?;
                "will be created when all rows are here"
            }
        };
        lines.push((kind, statement.object.clone(), when.to_owned()));
    }
    Ok(lines)
}

fn defer(
    name: &str,
    at: usize,
    table_no: Option<i32>,
    step: &str,
    object: &str,
    sql: &str,
) -> Result<()> {
    let number = i32::try_from(at + 1).unwrap_or(i32::MAX);
    ddl::add(name, number, table_no, step, object, sql)
}
