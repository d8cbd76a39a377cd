//! `tandem.explain`: the compiled plan of a table, for people.

use pgrx::iter::TableIterator;
use pgrx::{name, pg_extern};
use tandem_shared::plan::explain::{Line, explain as lines};

use super::legacy::read_catalog;
use super::link::number_of;
use crate::report::{Result, or_raise};
use crate::state::{link, table};
use crate::worker::plans::compile_all;

/// What is read, how each column comes about, and the statements of each stage.
#[pg_extern]
fn explain(
    link: &str,
    table_name: &str,
) -> TableIterator<'static, (name!(stage, String), name!(line, String))> {
    let found = or_raise(run(link, table_name));
    TableIterator::new(
        found
            .into_iter()
            .map(|line| (line.stage.to_owned(), line.text)),
    )
}

fn run(name: &str, table_name: &str) -> Result<Vec<Line>> {
    let row = link::get(name)?;
    let number = number_of(name, table_name)?;
    let options = link::options(name, row.owner)?;
    let catalog = read_catalog(&options)?;
    let planned = compile_all(&row, &options, &catalog, table::all(name)?)?;
    let found = planned.into_iter().find(|it| it.table.number == number);
    match found {
        Some(planned) => Ok(lines(&*planned.plan?)),
        None => Ok(Vec::new()),
    }
}
