//! Defaults, as each family prints them.

use super::line_of;
use crate::mapping::catalog::Family;
use crate::mapping::example::{Column, column};

/// What follows DEFAULT, for a literal printed by MySQL and by MariaDB.
fn both(column_type: &str, mysql: &str, mariadb: &str) -> (String, String) {
    let of = |text, family| {
        let line = line_of(column("c", column_type).literal(text), family);
        match line.split_once(" DEFAULT ") {
            Some((_, default)) => default.to_owned(),
            None => "none".to_owned(),
        }
    };
    (of(mysql, Family::Mysql), of(mariadb, Family::Mariadb))
}

fn expression(column_type: &str, text: &str) -> String {
    let line = line_of(
        column("c", column_type).default_expression(text),
        Family::Mysql,
    );
    match line.split_once(" DEFAULT ") {
        Some((_, default)) => default.to_owned(),
        None => "none".to_owned(),
    }
}

#[test]
fn literals_of_every_type() {
    let cases = [
        ("int", "-5", "-5", "-5"),
        ("decimal(10,2)", "1.50", "1.50", "1.50"),
        ("double", "1e300", "1e300", "1e300"),
        ("varchar(9)", "NULL", "'NULL'", "'NULL'"),
        ("varchar(9)", "", "''", "''"),
        ("varchar(9)", "a\\'b", "'a\\\\\\'b'", "E'a\\\\''b'"),
        ("varbinary(9)", "0x00FF", "x'00ff'", "E'\\\\x00ff'"),
        ("binary(3)", "0x61", "'a\\0\\0'", "E'\\\\x610000'"),
        ("bit(8)", "b'101'", "b'101'", "B'00000101'"),
        ("enum('a','b''c')", "b'c", "'b''c'", "'b''c'"),
        ("set('a','b')", "a,b", "'a,b'", "ARRAY['a', 'b']::text[]"),
        ("set('a','b')", "", "''", "ARRAY[]::text[]"),
        ("date", "2020-02-29", "'2020-02-29'", "DATE '2020-02-29'"),
        (
            "datetime",
            "2020-02-29 01:02:03",
            "'2020-02-29 01:02:03'",
            "TIMESTAMP '2020-02-29 01:02:03'",
        ),
        (
            "timestamp",
            "2020-02-29 01:02:03",
            "'2020-02-29 01:02:03'",
            "'2020-02-29 01:02:03+00'",
        ),
        (
            "time",
            "-838:59:59",
            "'-838:59:59'",
            "INTERVAL '-838:59:59'",
        ),
        ("year", "2020", "2020", "2020"),
    ];
    for (column_type, mysql, mariadb, expected) in cases {
        let (from_mysql, from_mariadb) = both(column_type, mysql, mariadb);
        assert_eq!(from_mysql, expected, "{column_type} on MySQL");
        assert_eq!(from_mariadb, expected, "{column_type} on MariaDB");
    }
}

#[test]
fn what_has_no_equivalent_is_left_out() {
    let cases = [
        ("date", "0000-00-00", "'0000-00-00'"),
        ("date", "2020-00-10", "'2020-00-10'"),
        ("datetime", "0000-00-00 00:00:00", "'0000-00-00 00:00:00'"),
        ("enum('a','b')", "z", "'z'"),
        ("int", "nan", "nan"),
    ];
    for (column_type, mysql, mariadb) in cases {
        let none = ("none".to_owned(), "none".to_owned());
        assert_eq!(both(column_type, mysql, mariadb), none, "{column_type}");
    }
    // MariaDB 10.11 prints bytes that are not text as question marks.
    assert_eq!(both("varbinary(9)", "0x61", "'\\0?A'").1, "none");
}

#[test]
fn the_current_time() {
    assert_eq!(
        expression("timestamp(3)", "CURRENT_TIMESTAMP(3)"),
        "CURRENT_TIMESTAMP(3)"
    );
    assert_eq!(
        expression("timestamp", "current_timestamp()"),
        "CURRENT_TIMESTAMP(0)"
    );
    assert_eq!(expression("datetime(6)", "now(6)"), "LOCALTIMESTAMP(6)");
    assert_eq!(expression("date", "curdate()"), "CURRENT_DATE");
    assert_eq!(expression("varchar(40)", "now()"), "none");
}

#[test]
fn expressions() {
    assert_eq!(expression("int", "(1 + 2)"), "(1::numeric + 2::numeric)");
    assert_eq!(expression("text", "_utf8mb4'a\\'b'"), "'a''b'");
    assert_eq!(
        expression("varchar(36)", "uuid()"),
        "gen_random_uuid()::text"
    );
    assert_eq!(expression("json", "json_array()"), "'[]'");
    assert_eq!(expression("int", "nextval(`shop`.`s`)"), "none");
    assert_eq!(expression("int", "rand()"), "none");
}
