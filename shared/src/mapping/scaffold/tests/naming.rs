//! Names: what is kept, what changes, what is unique.

use super::{notes, scaffold_of, statement};
use crate::mapping::catalog::LegacyTable;
use crate::mapping::example::{Column, Table, column, numbered, table};

#[test]
fn an_index_name_used_twice_goes_behind_its_table() {
    let with_index =
        |name: &str| numbered(name, vec![column("a", "int")]).index("a", false, &["a"]);
    let scaffold = scaffold_of(vec![with_index("one"), with_index("two")]);
    statement(&scaffold, "CREATE INDEX \"one_a\" ON \"s\".\"one\" (\"a\")");
    statement(&scaffold, "CREATE INDEX \"two_a\" ON \"s\".\"two\" (\"a\")");
    assert!(scaffold.notes.is_empty(), "{:?}", notes(&scaffold));
}

#[test]
fn names_never_meet_across_kinds() {
    let scaffold = scaffold_of(vec![
        numbered("t", vec![column("e", "enum('a')")]).index("t_pkey", false, &["e"]),
        numbered("t_id_seq", vec![]),
        numbered("t_e", vec![]),
        numbered("t_pkey", vec![]),
    ]);
    statement(&scaffold, "CREATE TYPE \"s\".\"t_e_2\" AS ENUM ('a')");
    let create = statement(&scaffold, "CREATE TABLE \"s\".\"t\" ");
    assert!(
        create.contains("(SEQUENCE NAME \"s\".\"t_id_seq_2\" MAXVALUE 4294967295)"),
        "{create}"
    );
    assert!(
        create.contains("CONSTRAINT \"t_pkey_2\" PRIMARY KEY"),
        "{create}"
    );
    statement(&scaffold, "CREATE INDEX \"t_t_pkey\" ON");
}

#[test]
fn long_and_reserved_names_are_changed_and_noted() {
    let long = "x".repeat(64);
    let columns = vec![
        column(&long, "int"),
        column("ctid", "int"),
        column("Mixed Case", "int"),
    ];
    let scaffold = scaffold_of(vec![numbered(&long, columns)]);
    let map = &scaffold.tables[0];
    assert_eq!(map.source.table, long);
    assert!(map.target.table.len() <= 63);
    let targets: Vec<&str> = map.columns.iter().map(|column| column.target()).collect();
    assert_eq!(targets[2..], ["ctid_2", "Mixed Case"]);
    assert_eq!(
        scaffold
            .notes
            .iter()
            .filter(|note| note.kind == "renamed")
            .count(),
        3
    );
}

#[test]
fn names_that_differ_in_case_stay_two() {
    let one = |name: &str| -> LegacyTable {
        table(name, vec![column("a", "int").not_null()]).key(&["a"])
    };
    let scaffold = scaffold_of(vec![one("Case"), one("case")]);
    statement(&scaffold, "CREATE TABLE \"s\".\"Case\" ");
    statement(&scaffold, "CREATE TABLE \"s\".\"case\" ");
}

#[test]
fn check_names_are_unique_within_a_table() {
    let columns = vec![column("a", "tinyint")];
    let scaffold = scaffold_of(vec![numbered("t", columns).check("t_a_check", "`a` > 0")]);
    let create = statement(&scaffold, "CREATE TABLE");
    assert!(
        create.contains("CONSTRAINT \"t_a_check\" CHECK ((\"a\" > 0))"),
        "{create}"
    );
    assert!(
        create.contains("CONSTRAINT \"t_a_check_2\" CHECK (\"a\" BETWEEN -128 AND 127)"),
        "{create}"
    );
}
