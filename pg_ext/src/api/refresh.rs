//! `tandem.refresh`: adopts what has become of a legacy table.

use pgrx::iter::TableIterator;
use pgrx::{PgSqlErrorCode, Spi, name, pg_extern};
use tandem_shared::mapping::catalog::LegacyTable;
use tandem_shared::mapping::document::{ColumnMap, Target};
use tandem_shared::mapping::drift::{Adoption, Question, Refusal, TargetFacts, adopt};
use tandem_shared::plan::KeySource;

use super::legacy::read_catalog;
use super::link::{number_of, wake_at_commit};
use crate::report::{Failure, Result, or_raise};
use crate::state::event::{self, Severity};
use crate::state::link::{self, Link};
use crate::state::mapping;
use crate::state::memory::{self, Memory};
use crate::state::table::{self, Phase, Table};
use crate::upgrade::catalog;
use crate::worker::plans::compile_one;

/// A change, and the statement that followed it; several rows when there were several.
type Line = (String, Option<String>);

/// Adopts the changes of one legacy table; then the table is compared and goes on.
#[pg_extern]
fn refresh(
    link: &str,
    table_name: &str,
    keep_dropped: bool,
) -> TableIterator<'static, (name!(change, String), name!(statement, Option<String>))> {
    TableIterator::new(or_raise(run(link, table_name, keep_dropped)))
}

fn run(name: &str, table_name: &str, keep_dropped: bool) -> Result<Vec<Line>> {
    let row = link::get(name)?;
    let number = number_of(name, table_name)?;
    let table = table::all(name)?.into_iter().find(|t| t.number == number);
    let memory = memory::all(name)?.remove(&number);
    let (Some(table), Some(memory)) = (table, memory) else {
        return Ok(Vec::new());
    };
    let options = link::options(name, row.owner)?;
    let catalog = read_catalog(&options)?;
    let now = catalog.tables.iter().find(|now| now.name == table_name);
    let now = now.ok_or_else(|| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("legacy database \"{}\" has no table \"{table_name}\"", options.dbname),
        )
        .hint(format!(
            "Put it back, or stop the link and leave it out: SELECT tandem.unmap('{name}', '{table_name}')."
        ))
    })?;
    let adoption = if table.map.is_plain() && table.map.columns.iter().all(is_copy) {
        decide(&row, &table, &memory, now, keep_dropped)?
    } else {
        // What is not a copy is the operator's own design: it follows no change by itself.
        let keys: Vec<KeySource> = table::all(name)?
            .iter()
            .map(|table| KeySource::of(table.number, &table.map))
            .collect();
        compile_one(&row, &options, &catalog, (number, &table.map), &keys)?.map_err(|failure| {
            failure.hint(format!(
                "Change the mapping of \"{table_name}\" with tandem.map, then the table goes on."
            ))
        })?;
        Adoption {
            map: table.map.clone(),
            steps: Vec::new(),
        }
    };
    if adoption.steps.is_empty() && table.phase != Phase::Errored {
        return Ok(Vec::new());
    }
    follow(&row, &table, now, &adoption)?;
    Ok(lines(&adoption))
}

fn is_copy(column: &ColumnMap) -> bool {
    matches!(column, ColumnMap::Copy { .. })
}

/// Finds the way on, or says everything that stands in it.
fn decide(
    row: &Link,
    table: &Table,
    memory: &Memory,
    now: &LegacyTable,
    keep_dropped: bool,
) -> Result<Adoption> {
    let target = &table.map.target;
    let facts: Vec<TargetFacts> = catalog::columns(&target.schema, &target.table)?
        .into_iter()
        .map(|column| TargetFacts {
            name: column.name,
            type_name: column.type_name,
            upgrade: column.upgrade,
            not_null: column.not_null,
            has_default: column.has_default,
        })
        .collect();
    let question = Question {
        before: memory.definition.as_ref().unwrap_or(now),
        now,
        family: row.family,
        map: &table.map,
        target: &facts,
        unique: &catalog::unique_columns(&target.schema, &target.table)?,
        taken: &catalog::taken_names(&target.schema)?,
        keep_dropped,
    };
    adopt(&question).map_err(|refusals| refused(&table.map.source.table, &refusals))
}

fn refused(source: &str, refusals: &[Refusal]) -> Failure {
    let each = |part: fn(&Refusal) -> &str| {
        let parts: Vec<&str> = refusals.iter().map(part).collect();
        parts.join("\n")
    };
    Failure::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("what has changed in legacy table \"{source}\" cannot be adopted as it is"),
    )
    .detail(each(|refusal| &refusal.what))
    .hint(each(|refusal| &refusal.hint))
}

/// Runs the statements and begins the comparison, all in the caller's transaction.
fn follow(row: &Link, table: &Table, now: &LegacyTable, adoption: &Adoption) -> Result<()> {
    let Target {
        schema,
        table: name,
    } = &table.map.target;
    for statement in adoption.steps.iter().flat_map(|step| &step.statements) {
        Spi::run(statement).map_err(|error| {
            let failure = Failure::from(error);
            let about = format!(
                "table \"{schema}.{name}\" could not be changed: {}",
                failure.message
            );
            Failure {
                message: about,
                ..failure
            }
        })?;
    }
    let source = &table.map.source.table;
    table::set_map(&row.name, table.number, &adoption.map)?;
    mapping::keep(&row.name)?;
    memory::adopt(&row.name, table.number, now)?;
    table::begin_again(&row.name, table.number)?;
    link::changed(&row.name)?;
    let steps: Vec<&str> = adoption.steps.iter().map(|s| s.what.as_str()).collect();
    let message = match steps.as_slice() {
        [] => format!("legacy table \"{source}\" is compared again"),
        steps => format!(
            "legacy table \"{source}\" was adopted as it is: {}",
            steps.join("; ")
        ),
    };
    event::write(
        &row.name,
        Severity::Info,
        "refreshed",
        Some(source),
        &message,
        None,
    )?;
    wake_at_commit(row);
    Ok(())
}

fn lines(adoption: &Adoption) -> Vec<Line> {
    let mut lines = Vec::new();
    for step in &adoption.steps {
        if step.statements.is_empty() {
            lines.push((step.what.clone(), None));
        }
        let statements = step.statements.iter();
        lines.extend(statements.map(|sql| (step.what.clone(), Some(sql.clone()))));
    }
    lines
}
