//! A whole scaffold for each family, compared with a file. `TANDEM_BLESS=1` writes the files anew.

use super::super::{Scaffold, scaffold};
use crate::mapping::catalog::Family;
use crate::mapping::document::Document;
use crate::mapping::example;
use std::fmt::Write;

fn printed(scaffold: &Scaffold) -> String {
    let mut text = String::new();
    for ddl in &scaffold.statements {
        writeln!(
            text,
            "-- {:?} {:?} {}\n{};\n",
            ddl.phase, ddl.kind, ddl.object, ddl.sql
        )
        .expect("String");
    }
    for note in &scaffold.notes {
        writeln!(
            text,
            "-- {} {} {}: {}",
            note.severity, note.kind, note.object, note.what
        )
        .expect("String");
    }
    let document = Document::new(scaffold.tables.clone());
    writeln!(text, "\n{}", document.to_json().expect("json")).expect("String");
    text
}

fn compare(family: Family, name: &str, golden: &str) {
    let text = printed(&scaffold(&example::telephones(family), family, "phones"));
    if std::env::var_os("TANDEM_BLESS").is_some() {
        let path = format!(
            "{}/src/mapping/scaffold/golden/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::write(path, &text).expect("golden file");
        return;
    }
    for (at, (is, should)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(is, should, "line {} of {name}", at + 1);
    }
    assert_eq!(text, golden, "length of {name}");
}

#[test]
fn telephones_from_mysql() {
    compare(
        Family::Mysql,
        "telephones.mysql.txt",
        include_str!("../golden/telephones.mysql.txt"),
    );
}

#[test]
fn telephones_from_mariadb() {
    compare(
        Family::Mariadb,
        "telephones.mariadb.txt",
        include_str!("../golden/telephones.mariadb.txt"),
    );
}
