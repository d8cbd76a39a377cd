//! `tandem.map` and `tandem.mapping`: the mapping document, stored as a whole and returned as a whole.

use std::collections::HashSet;

use pgrx::iter::TableIterator;
use pgrx::{JsonB, PgSqlErrorCode, name, pg_extern};
use tandem_shared::mapping::document::{ColumnMap, Document, Route, TableMap};
use tandem_shared::mapping::keys::Keys;

use super::check::errors;
use super::legacy::{ask, read_catalog};
use super::link::wake_at_commit;
use super::route::take_back;
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link;
use crate::state::mapping;
use crate::state::table::{self, Phase, Table};

/// A table, and what became of its map: `added`, `changed`, `removed` or `unchanged`.
type Line = (String, String);

/// Stores a document; what differs from the one before is copied or compared again.
#[pg_extern]
fn map(
    link: &str,
    document: JsonB,
) -> TableIterator<'static, (name!(source_table, String), name!(action, String))> {
    TableIterator::new(or_raise(run(link, document)))
}

/// The document, made of what the workers go by.
#[pg_extern]
fn mapping(link: &str) -> JsonB {
    let found = link::get(link).and_then(|_| mapping::document(link));
    JsonB(serde_json::to_value(or_raise(found)).unwrap_or_default())
}

fn run(name: &str, document: JsonB) -> Result<Vec<Line>> {
    let document = parsed(&document)?;
    let schema = document
        .tables
        .first()
        .map_or("public", |map| map.target.schema.as_str());
    let row = match link::find(name)? {
        Some(row) => row,
        None => create(name, schema)?,
    };
    let options = link::options(name, row.owner)?;
    let legacy = read_catalog(&options)?;
    let known = table::all(name)?;
    let mut lines = Vec::new();
    for map in &document.tables {
        let source = &map.source.table;
        let map = &routed(&known, map)?;
        let before = known.iter().find(|table| table.map.source.table == *source);
        let action = match before {
            None => {
                let found = legacy.tables.iter().find(|table| table.name == *source);
                let (rows, bytes) = found.map_or((0, 0), |table| {
                    (table.estimated_rows, table.estimated_bytes)
                });
                table::add(name, map, rows, bytes)?;
                "added"
            }
            Some(before) if before.map != *map || moved(&known, &document, map) => {
                change(name, before, map)?;
                "changed"
            }
            Some(_) => "unchanged",
        };
        lines.push((source.clone(), action.to_owned()));
    }
    for gone in known
        .iter()
        .filter(|t| document.of_source(&t.map.source.table).is_none())
    {
        take_back(name, gone.number)?;
        table::remove(name, gone.number)?;
        lines.push((gone.map.source.table.clone(), "removed".to_owned()));
    }
    link::set_unmapped(name, &document.unmapped)?;
    refuse_errors(name)?;
    let version = mapping::keep(name)?;
    link::changed(name)?;
    let message = format!(
        "mapping version {} was stored by the operator",
        version.number
    );
    event::write(name, Severity::Info, "mapped", None, &message, None)?;
    wake_at_commit(&row);
    Ok(lines)
}

/// The map with the route that the table has: routes are `tandem.route`'s work, which prepares both servers for them.
fn routed(known: &[Table], map: &TableMap) -> Result<TableMap> {
    let source = &map.source.table;
    let before = known.iter().find(|table| table.map.source.table == *source);
    let route = before.map_or(Route::Local, |table| table.map.route);
    if route != Route::Local && !map.is_plain() {
        let message = format!("table \"{source}\" has a route, and its new map is not one to one");
        return Err(invalid(message).hint("Set its route to local first, with tandem.route."));
    }
    Ok(TableMap {
        route,
        ..map.clone()
    })
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message)
}

/// Reads the document; two maps of one legacy table cannot be told apart.
fn parsed(document: &JsonB) -> Result<Document> {
    let document =
        Document::from_json(&document.0.to_string()).map_err(|error| invalid(error.to_string()))?;
    let mut seen = HashSet::new();
    for map in &document.tables {
        if !seen.insert(map.source.table.as_str()) {
            let message = format!("legacy table \"{}\" is mapped twice", map.source.table);
            return Err(invalid(message)
                .hint("Give the map further targets in \"also\" instead of a second map."));
        }
    }
    Ok(document)
}

fn create(name: &str, schema: &str) -> Result<link::Link> {
    // SAFETY: a plain read of this backend's state.
    let user = unsafe { pgrx::pg_sys::GetUserId() };
    let options = link::options(name, user)?;
    let family = ask(&options, |session| Ok(session.family))?;
    link::create(name, schema, family)?;
    link::get(name)
}

/// True when a key that the map refers to is handed out in another way than before.
fn moved(known: &[Table], document: &Document, map: &TableMap) -> bool {
    let columns = map.parts().flat_map(|part| part.columns);
    let mut references = columns.filter_map(|column| match column {
        ColumnMap::Reference { to, .. } => Some(to),
        _ => None,
    });
    references.any(|to| {
        let before: Option<&Keys> = known
            .iter()
            .find(|table| table.map.source.table == *to)
            .map(|table| &table.map.keys);
        before != document.of_source(to).map(|map| &map.keys)
    })
}

fn change(name: &str, before: &Table, map: &TableMap) -> Result<()> {
    table::set_map(name, before.number, map)?;
    if !matches!(before.phase, Phase::Init | Phase::Other) {
        table::begin_again(name, before.number)?;
    }
    Ok(())
}

/// A document with errors is not stored: the transaction ends.
fn refuse_errors(name: &str) -> Result<()> {
    let found = errors(name)?;
    if found.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = found
        .iter()
        .map(|f| format!("{} ({}): {}", f.object, f.code, f.message))
        .collect();
    Err(Failure::new(
        PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
        format!("the mapping has {} error(s)", found.len()),
    )
    .detail(lines.join("\n"))
    .hint("Nothing was stored. Mend the document, the tables or the account, and try again."))
}
