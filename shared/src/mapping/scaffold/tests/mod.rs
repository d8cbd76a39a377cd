//! Scaffolds of catalogues made by hand.

mod defaults;
mod golden;
mod keys;
mod left_out;
mod naming;

use super::{Scaffold, scaffold};
use crate::mapping::catalog::{Family, LegacyColumn, LegacyTable};
use crate::mapping::example;

fn scaffold_of(tables: Vec<LegacyTable>) -> Scaffold {
    scaffold(&example::catalog(tables), Family::Mysql, "s")
}

/// The statement that begins so.
fn statement<'a>(scaffold: &'a Scaffold, start: &str) -> &'a str {
    let found = scaffold
        .statements
        .iter()
        .find(|ddl| ddl.sql.starts_with(start));
    found.map_or_else(
        || {
            panic!(
                "no statement begins with {start}: {:#?}",
                scaffold.statements
            )
        },
        |ddl| ddl.sql.as_str(),
    )
}

/// The line of CREATE TABLE for a column of a table that has this column only, besides its key.
fn line_of(column: LegacyColumn, family: Family) -> String {
    let name = format!("    \"{}\" ", column.name);
    let catalog = example::catalog(vec![example::numbered("t", vec![column])]);
    let scaffold = scaffold(&catalog, family, "s");
    let create = statement(&scaffold, "CREATE TABLE");
    let line = create.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap_or_default().trim_end_matches(',').to_owned()
}

/// The notes as `kind object`.
fn notes(scaffold: &Scaffold) -> Vec<String> {
    let notes = scaffold.notes.iter();
    notes
        .map(|note| format!("{} {}", note.kind, note.object))
        .collect()
}
