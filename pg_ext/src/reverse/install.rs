//! The outbox and the triggers of a table whose writes go back.
//!
//! Promise: what [`install`] makes, the statements that it returns take away, and so does DROP EXTENSION. Called by `tandem.route`.

use pgrx::spi::{quote_identifier, quote_literal, quote_qualified_identifier};
use pgrx::{PgSqlErrorCode, Spi};
use tandem_shared::mapping::document::TableMap;
use tandem_shared::plan::sql::reverse as sql;

use crate::report::{Failure, Result};
use crate::state::link::Link;
use crate::two_phase::install::refuse_what_cannot_go_down;

/// Triggers: name, when, transition tables.
const TRIGGERS: [(&str, &str, &str); 4] = [
    (
        "zz_tandem_reverse_insert",
        "AFTER INSERT",
        "REFERENCING NEW TABLE AS tandem_new",
    ),
    (
        "zz_tandem_reverse_update",
        "AFTER UPDATE",
        "REFERENCING OLD TABLE AS tandem_old NEW TABLE AS tandem_new",
    ),
    (
        "zz_tandem_reverse_delete",
        "AFTER DELETE",
        "REFERENCING OLD TABLE AS tandem_old",
    ),
    ("zz_tandem_reverse_truncate", "BEFORE TRUNCATE", ""),
];

/// Creates both. Returns the statements that take everything back.
pub fn install(link: &Link, number: u32, map: &TableMap) -> Result<Vec<String>> {
    refuse_what_cannot_go_down(map)?;
    let table = quote_qualified_identifier(&map.target.schema, &map.target.table);
    let keys = key_columns(map)?;
    let outbox = sql::outbox(link.key, number);
    create_outbox(&outbox, &table, &keys)?;
    let arguments: Vec<String> = [link.name.as_str(), outbox.as_str()]
        .into_iter()
        .chain(keys.iter().map(String::as_str))
        .map(quote_literal)
        .collect();
    let mut undo = Vec::new();
    for (name, when, referencing) in TRIGGERS {
        Spi::run(&format!(
            "CREATE OR REPLACE TRIGGER {name} {when} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION tandem.notify({})",
            arguments.join(", ")
        ))?;
        // DROP EXTENSION takes them along.
        Spi::run(&format!(
            "ALTER TRIGGER {name} ON {table} DEPENDS ON EXTENSION tandem"
        ))?;
        undo.push(format!("DROP TRIGGER IF EXISTS {name} ON {table}"));
    }
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    Spi::run_with_args(
        "INSERT INTO tandem.reverse_table (link, table_no, outbox) VALUES ($1, $2, $3)",
        &[
            link.name.as_str().into(),
            number.into(),
            outbox.as_str().into(),
        ],
    )?;
    let name = quote_literal(&link.name);
    undo.push(format!(
        "DELETE FROM tandem.reverse_table WHERE link = {name} AND table_no = {number}"
    ));
    undo.push(format!(
        "DELETE FROM tandem.not_representable_row WHERE link = {name} AND table_no = {number}"
    ));
    undo.push(format!("ALTER EXTENSION tandem DROP TABLE tandem.{outbox}"));
    undo.push(format!("DROP TABLE tandem.{outbox}"));
    Ok(undo)
}

/// The upgrade columns of the key, in key order.
fn key_columns(map: &TableMap) -> Result<Vec<String>> {
    map.source
        .key
        .iter()
        .map(|key| {
            let found = map
                .columns
                .iter()
                .find(|column| column.source().eq_ignore_ascii_case(key));
            found
                .map(|column| column.target().to_owned())
                .ok_or_else(|| {
                    Failure::new(
                        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                        format!(
                            "key column \"{key}\" of legacy table \"{}\" is not mapped",
                            map.source.table
                        ),
                    )
                })
        })
        .collect()
}

/// The outbox; its key columns are of the types and collations of the table's own.
fn create_outbox(outbox: &str, table: &str, keys: &[String]) -> Result<()> {
    let columns: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| format!("{} AS k{}", quote_identifier(key), at + 1))
        .collect();
    for statement in [
        format!(
            "CREATE TABLE tandem.{outbox} AS SELECT {} FROM {table} WITH NO DATA",
            columns.join(", ")
        ),
        format!(
            "ALTER TABLE tandem.{outbox} ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
             ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp()"
        ),
        format!(
            "COMMENT ON TABLE tandem.{outbox} IS {}",
            quote_literal(format!(
                "keys of rows of {table} that have changed and go back to the legacy database"
            ))
        ),
        // A member of the extension: DROP EXTENSION takes it along, and a restored copy does not resume.
        format!("ALTER EXTENSION tandem ADD TABLE tandem.{outbox}"),
    ] {
        Spi::run(&statement)?;
    }
    Ok(())
}
