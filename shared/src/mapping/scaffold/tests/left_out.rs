//! What does not come over is said, and every kind of note is raised by some catalogue.

use super::super::{NOTE_KINDS, scaffold};
use crate::mapping::catalog::{Family, LegacyCatalog};
use crate::mapping::check::Severity;
use crate::mapping::example::{self, Column, Table, column, numbered, object, table};
use std::collections::BTreeSet;

/// One of everything.
fn everything() -> LegacyCatalog {
    let long = "n".repeat(64);
    let mut tables = vec![
        numbered(&long, vec![]),
        table("keyless", vec![column("a", "int")]),
        numbered(
            "columns",
            vec![
                column("zoned", "datetime").default_expression("now()"),
                column("other", "varchar(36)").default_expression("uuid()"),
                column("gone", "date").literal("0000-00-00"),
                column("made", "varchar(9)").generated("lower(`other`)"),
                column("hidden", "int").extra("invisible"),
                column("touched", "timestamp").extra("on update current_timestamp"),
                column("label", "enum('?')"),
                column("clock", "time"),
                column("long", "varchar(3000)"),
            ],
        )
        .index("prefix", true, &["other(5)"])
        .index("wide", false, &["long"])
        .check("refused", "(`other` like 'x')")
        .foreign_key("to_text", "other", ("texts", "code"))
        .foreign_key("to_nothing", "other", ("nothing", "code")),
        table("texts", vec![column("code", "varchar(36)").not_null()]).key(&["code"]),
        table(
            "big",
            vec![
                column("id", "bigint unsigned")
                    .not_null()
                    .extra("auto_increment"),
            ],
        )
        .key(&["id"]),
        table(
            "full",
            vec![
                column("id", "bigint unsigned")
                    .not_null()
                    .extra("auto_increment"),
            ],
        )
        .key(&["id"]),
    ];
    tables[1].engine = "MyISAM".to_owned();
    tables[1].partitioned = true;
    tables[1].system_versioned = true;
    tables[5].auto_increment = Some(u64::MAX);
    let mut full_text = tables[2].indexes[1].clone();
    "words".clone_into(&mut full_text.name);
    "FULLTEXT".clone_into(&mut full_text.kind);
    tables[2].indexes[2].invisible = true;
    tables[2].indexes.push(full_text);
    let mut catalog = example::catalog(tables);
    for kind in ["view", "procedure", "function", "event", "sequence"] {
        catalog.others.push(object(kind, kind, None));
    }
    catalog.others.push(object("trigger", "tr", Some("texts")));
    catalog
}

#[test]
fn every_kind_of_note_is_raised() {
    let scaffold = scaffold(&everything(), Family::Mysql, "s");
    let raised: BTreeSet<&str> = scaffold.notes.iter().map(|note| note.kind).collect();
    let known: BTreeSet<&str> = NOTE_KINDS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(raised, known);
}

#[test]
fn warnings_come_first() {
    let scaffold = scaffold(&everything(), Family::Mysql, "s");
    assert!(scaffold.notes.is_sorted_by(|a, b| a.severity >= b.severity));
    assert!(
        scaffold
            .notes
            .iter()
            .all(|note| note.severity != Severity::Error)
    );
}

#[test]
fn a_table_without_a_key_has_a_map_all_the_same() {
    let scaffold = scaffold(&everything(), Family::Mysql, "s");
    let map = scaffold
        .tables
        .iter()
        .find(|map| map.source.table == "keyless");
    assert_eq!(map.map(|map| map.source.key.len()), Some(0));
}

#[test]
fn an_empty_database_is_an_empty_schema() {
    let scaffold = scaffold(&LegacyCatalog::default(), Family::Mariadb, "s\"x");
    assert_eq!(scaffold.statements.len(), 1);
    assert_eq!(
        scaffold.statements[0].sql,
        "CREATE SCHEMA IF NOT EXISTS \"s\"\"x\""
    );
}
