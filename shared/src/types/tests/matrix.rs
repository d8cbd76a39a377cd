//! Default targets, and pairs of types that do not meet.

use super::column;
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, default_target};

/// The type that a default's SQL stands for.
fn upgrade(sql: &str) -> UpgradeType {
    let mut numbers = sql
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse::<u32>().ok());
    let first = numbers.next();
    let precision = first.map(|n| n as u8);
    match sql.split(['(', ' ']).next().unwrap_or(sql) {
        "smallint" => UpgradeType::Int2,
        "integer" => UpgradeType::Int4,
        "bigint" => UpgradeType::Int8,
        "numeric" => UpgradeType::Numeric {
            precision: first.map(|n| n as u16),
            scale: numbers.next().unwrap_or(0) as i16,
        },
        "real[]" => UpgradeType::Float4Array,
        "real" => UpgradeType::Float4,
        "double" => UpgradeType::Float8,
        "text" => UpgradeType::Text,
        "text[]" => UpgradeType::TextArray,
        "varchar" => UpgradeType::Varchar { length: first },
        "bytea" => UpgradeType::Bytea,
        "date" => UpgradeType::Date,
        "timestamp" if sql.ends_with("with time zone") => UpgradeType::Timestamptz { precision },
        "timestamp" => UpgradeType::Timestamp { precision },
        "interval" => UpgradeType::Interval { precision },
        "bit" => UpgradeType::Bit { length: first },
        "json" => UpgradeType::Json,
        "uuid" => UpgradeType::Uuid,
        "inet" => UpgradeType::Inet,
        other => panic!("no type for {other}"),
    }
}

/// Legacy type, upgrade type, CHECK.
const DEFAULTS: &[(&str, &str, Option<&str>)] = &[
    ("tinyint", "smallint", Some("{column} BETWEEN -128 AND 127")),
    (
        "tinyint(3) unsigned",
        "smallint",
        Some("{column} BETWEEN 0 AND 255"),
    ),
    ("smallint", "smallint", None),
    (
        "smallint unsigned",
        "integer",
        Some("{column} BETWEEN 0 AND 65535"),
    ),
    (
        "mediumint",
        "integer",
        Some("{column} BETWEEN -8388608 AND 8388607"),
    ),
    (
        "mediumint unsigned",
        "integer",
        Some("{column} BETWEEN 0 AND 16777215"),
    ),
    ("int(11)", "integer", None),
    (
        "int unsigned",
        "bigint",
        Some("{column} BETWEEN 0 AND 4294967295"),
    ),
    ("bigint", "bigint", None),
    (
        "bigint unsigned",
        "numeric(20,0)",
        Some("{column} BETWEEN 0 AND 18446744073709551615"),
    ),
    ("bit(1)", "bit(1)", None),
    ("bit(64)", "bit(64)", None),
    ("decimal(65,30)", "numeric(65,30)", None),
    (
        "decimal(10,2) unsigned",
        "numeric(10,2)",
        Some("{column} >= 0"),
    ),
    ("float", "real", None),
    ("double unsigned", "double precision", Some("{column} >= 0")),
    ("char(10)", "varchar(10)", None),
    ("char(0)", "text", Some("{column} = ''")),
    ("varchar(16383)", "varchar(16383)", None),
    ("longtext", "text", None),
    ("binary(16)", "bytea", Some("octet_length({column}) = 16")),
    (
        "varbinary(20)",
        "bytea",
        Some("octet_length({column}) <= 20"),
    ),
    ("longblob", "bytea", None),
    (
        "set('a','it''s')",
        "text[]",
        Some("{column} <@ ARRAY['a', 'it''s']::text[]"),
    ),
    ("date", "date", None),
    ("datetime", "timestamp(0)", None),
    ("datetime(6)", "timestamp(6)", None),
    ("timestamp(3)", "timestamp(3) with time zone", None),
    ("time(2)", "interval(2)", None),
    (
        "year",
        "smallint",
        Some("{column} = 0 OR {column} BETWEEN 1901 AND 2155"),
    ),
    ("json", "json", None),
    ("geometry", "bytea", None),
    ("multipolygon", "bytea", None),
    ("vector(3)", "real[]", None),
    ("uuid", "uuid", None),
    ("inet4", "inet", None),
    ("inet6", "inet", None),
];

#[test]
fn defaults_are_as_documented_and_compile() {
    for &(legacy, sql, check) in DEFAULTS {
        let target = default_target(&column(legacy), Family::Mysql);
        assert_eq!(
            (target.sql.as_str(), target.check.as_deref()),
            (sql, check),
            "{legacy}"
        );
        Codec::compile(&column(legacy), Family::Mysql, &upgrade(sql)).expect(legacy);
    }
}

#[test]
fn an_enum_gets_a_type_of_its_own() {
    let target = default_target(&column("enum('b','a','')"), Family::Mysql);
    assert_eq!(target.enum_type.expect("a type").labels, ["b", "a", ""]);
    // PostgreSQL's labels end at 63 bytes.
    let long = format!("enum('{}','it''s\\\\')", "x".repeat(64));
    let target = default_target(&column(&long), Family::Mysql);
    assert_eq!((target.sql.as_str(), target.enum_type), ("text", None));
    let check = target.check.expect("a check");
    assert!(check.ends_with("', E'it''s\\\\')"), "{check}");
}

#[test]
fn an_unknown_type_is_refused() {
    let column = LegacyColumn {
        name: "c".to_owned(),
        data_type: "xmltype".to_owned(),
        column_type: "xmltype".to_owned(),
        ..LegacyColumn::default()
    };
    assert!(default_target(&column, Family::Mariadb).note.is_some());
    Codec::compile(&column, Family::Mariadb, &UpgradeType::Text).expect_err("unknown");
}

#[test]
fn pairs_that_would_lose_something_do_not_compile() {
    let timestamptz = UpgradeType::Timestamptz { precision: None };
    let other = UpgradeType::Other {
        name: "money".to_owned(),
    };
    for (legacy, target) in [
        ("datetime", timestamptz.clone()),
        ("date", timestamptz),
        ("decimal(10,2)", UpgradeType::Float8),
        ("double", super::ANY_NUMERIC),
        ("float", UpgradeType::Text),
        ("timestamp", UpgradeType::Date),
        ("text", UpgradeType::Xml),
        ("geometry", UpgradeType::Text),
        ("year", UpgradeType::Date),
        ("int", other.clone()),
        ("text", other),
        ("bigint", UpgradeType::Float8),
    ] {
        let error = Codec::compile(&column(legacy), Family::Mysql, &target).expect_err(legacy);
        let text = error.to_string();
        assert!(text.contains(&format!("legacy type {legacy}")), "{text}");
        assert!(text.contains(&target.to_string()), "{text}");
        assert!(!error.works.is_empty());
    }
}
