//! `tandem.translate`: what one row becomes, tried out; nothing is stored.

use pgrx::iter::TableIterator;
use pgrx::{JsonB, PgSqlErrorCode, Spi, name, pg_extern};
use serde_json::{Map, Value as Json};
use tandem_shared::change::plain;
use tandem_shared::mapping::catalog::LegacyCatalog;
use tandem_shared::plan::TablePlan;
use tandem_shared::plan::sql::{adapter, quote, upgrade};
use tandem_shared::row::{RowBuf, put_field, put_null};
use tandem_shared::translate::from_json;
use tandem_shared::value::Value;

use super::legacy::read_catalog;
use super::link::number_of;
use crate::report::{Failure, Result, or_raise};
use crate::state::{link, table};
use crate::upgrade::batch;
use crate::upgrade::jsonb::Jsonb;
use crate::worker::plans::compile_all;

/// A table, and a row of it.
type Line = (String, Jsonb);

/// Translates a row up or down.
#[pg_extern]
fn translate(
    link: &str,
    source_table: &str,
    row: JsonB,
    direction: &str,
) -> TableIterator<'static, (name!(table_name, String), name!(translated, Jsonb))> {
    TableIterator::new(or_raise(run(link, source_table, &row.0, direction)))
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message)
}

fn run(name: &str, source: &str, row: &Json, direction: &str) -> Result<Vec<Line>> {
    let fields = row
        .as_object()
        .ok_or_else(|| invalid("the row must be a JSON object of columns"))?;
    let link_row = link::get(name)?;
    let number = number_of(name, source)?;
    let options = link::options(name, link_row.owner)?;
    let catalog = read_catalog(&options)?;
    let planned = compile_all(&link_row, &options, &catalog, table::all(name)?)?;
    let found = planned.into_iter().find(|it| it.table.number == number);
    let Some(planned) = found else {
        return Ok(Vec::new());
    };
    let plan = planned.plan?;
    match direction {
        "up" => up(&plan, &catalog, fields),
        "down" => down(&plan, fields),
        other => {
            Err(invalid(format!("\"{other}\" is no direction")).hint("Directions are up and down."))
        }
    }
}

/// The rows of the targets. Keys that a crosswalk has not handed out yet are NULL.
fn up(plan: &TablePlan, catalog: &LegacyCatalog, fields: &Map<String, Json>) -> Result<Vec<Line>> {
    let labels: Vec<String> = plan.columns.iter().map(|it| plan.label(it)).collect();
    if let Some(unknown) = fields.keys().find(|name| !labels.contains(name)) {
        return Err(invalid(format!(
            "the map of \"{}\" reads no column \"{unknown}\"",
            plan.source.table
        ))
        .hint(format!("It reads {}.", labels.join(", "))));
    }
    let mut values = Vec::new();
    for (column, label) in plan.columns.iter().zip(&labels) {
        let table = match column.from.checked_sub(1).and_then(|at| plan.joins.get(at)) {
            Some(join) => &join.table,
            None => &plan.source.table,
        };
        let legacy = catalog.tables.iter().find(|known| known.name == *table);
        let legacy = legacy.and_then(|known| known.column(&column.source));
        let value = match (legacy, fields.get(label)) {
            (Some(legacy), Some(json)) => from_json(json, legacy).map_err(invalid)?,
            _ => Value::Null,
        };
        values.push(value);
    }
    let mut rows = RowBuf::new();
    plan.up(&values, &mut rows).map_err(|wrong| {
        Failure::new(
            PgSqlErrorCode::ERRCODE_DATA_EXCEPTION,
            format!(
                "column \"{}\" cannot be translated: {}",
                wrong.column, wrong.error.message
            ),
        )
        .detail(format!(
            "The row would be parked with code {}.",
            wrong.error.code
        ))
    })?;
    let previews = match plan.adapter {
        Some(_) => adapter::previews(plan),
        None => vec![(
            format!("{}.{}", plan.target.schema, plan.target.table),
            upgrade::preview(plan),
        )],
    };
    let mut lines = Vec::new();
    for (table, query) in previews {
        let found = batch::with(&rows, 0..rows.len(), || first(&query, &[]))?;
        lines.extend(found.map(|row: Jsonb| (table, row)));
    }
    Ok(lines)
}

/// The first value of a query, if there is a row.
fn first<T: pgrx::FromDatum + pgrx::IntoDatum>(
    query: &str,
    arguments: &[pgrx::datum::DatumWithOid<'_>],
) -> Result<Option<T>> {
    Spi::connect(|client| {
        let mut rows = client.select(query, Some(1), arguments)?;
        rows.next().map_or(Ok(None), |row| Ok(row.get::<T>(1)?))
    })
}

/// The legacy row of a row of the table here.
fn down(plan: &TablePlan, fields: &Map<String, Json>) -> Result<Vec<Line>> {
    if plan.adapter.is_some() {
        return Err(Failure::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!(
                "the map of \"{}\" has a second stage, whose way back cannot be tried out",
                plan.source.table
            ),
        ));
    }
    let mut rows = RowBuf::new();
    let count = u16::try_from(plan.columns.len()).unwrap_or(u16::MAX);
    rows.push(count, |out| {
        for column in &plan.columns {
            match sent(plan, &column.target, &column.target_type, fields)? {
                Some(bytes) => {
                    put_field(out, &bytes).map_err(|error| invalid(error.to_string()))?
                }
                None => put_null(out),
            }
        }
        Ok::<_, Failure>(())
    })?;
    let values = plan
        .down_row(rows.row(0).unwrap_or_default())
        .map_err(|wrong| {
            Failure::new(
                PgSqlErrorCode::ERRCODE_DATA_EXCEPTION,
                format!(
                    "column \"{}\" cannot be translated: {}",
                    wrong.column, wrong.error.message
                ),
            )
        })?;
    let row: Map<String, Json> = plan
        .columns
        .iter()
        .map(|column| column.source.clone())
        .zip(values.iter().map(plain))
        .collect();
    Ok(vec![(plan.source.table.clone(), row.into())])
}

/// A column's value in PostgreSQL's binary format.
fn sent(
    plan: &TablePlan,
    column: &str,
    kind: &str,
    fields: &Map<String, Json>,
) -> Result<Option<Vec<u8>>> {
    let send = Spi::get_one_with_args::<String>(
        "SELECT typsend::regproc::text FROM pg_catalog.pg_type WHERE oid = $1::regtype",
        &[kind.into()],
    )?
    .unwrap_or_default();
    let query = format!(
        "SELECT {send}(r.{0}::{kind}) FROM jsonb_populate_record(NULL::{1}, $1) AS r",
        quote::upgrade(column),
        upgrade::name(plan)
    );
    first(&query, &[JsonB(Json::Object(fields.clone())).into()])
}
