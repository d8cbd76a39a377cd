//! `tandem.check`: everything at once that stands in the way of a link.

use pgrx::iter::TableIterator;
use pgrx::{name, pg_extern};

use super::legacy::read_catalog;
use crate::report::{Result, or_raise};
use crate::state::{link, table};
use crate::worker::plans::compile_all;

/// Something that a check found.
pub struct Found {
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// Stable code.
    pub code: String,
    /// What it is about.
    pub object: String,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// All findings, errors first.
#[pg_extern]
#[allow(clippy::type_complexity)]
fn check(
    link: &str,
) -> TableIterator<
    'static,
    (
        name!(severity, String),
        name!(code, String),
        name!(object, String),
        name!(message, String),
        name!(hint, String),
    ),
> {
    let found = or_raise(find(link));
    TableIterator::new(found.into_iter().map(|f| (f.severity, f.code, f.object, f.message, f.hint)))
}

/// The findings that keep a link from starting.
pub fn errors(name: &str) -> Result<Vec<Found>> {
    Ok(find(name)?.into_iter().filter(|found| found.severity == "error").collect())
}

fn find(name: &str) -> Result<Vec<Found>> {
    let row = link::get(name)?;
    let options = link::options(name, row.owner)?;
    let catalog = read_catalog(&options)?;
    let mut found = Vec::new();
    for planned in compile_all(&row, &options, &catalog, table::all(name)?)? {
        if let Err(failure) = planned.plan {
            found.push(Found {
                severity: "error".to_owned(),
                code: "table_does_not_compile".to_owned(),
                object: planned.table.map.source.table.clone(),
                message: failure.message,
                hint: failure.hint.unwrap_or_default(),
            });
        }
    }
    Ok(found)
}
