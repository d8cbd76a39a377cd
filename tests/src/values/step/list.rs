//! The steps, type by type.

use super::{Column, Has};

const fn column(
    legacy: &'static str,
    value: &'static str,
    steps: &'static [&'static str],
) -> Column {
    Column {
        legacy,
        target: "",
        value,
        steps,
        server: Has::All,
    }
}

const fn into(
    legacy: &'static str,
    target: &'static str,
    value: &'static str,
    steps: &'static [&'static str],
) -> Column {
    Column {
        target,
        ..column(legacy, value, steps)
    }
}

const fn only(server: Has, column: Column) -> Column {
    Column { server, ..column }
}

/// Another letter, another form of the same letter, a blank, nothing at all.
const LETTERS: &[&str] = &[
    "replace({c}, 'é', 'e')",
    "replace({c}, 'é', 'e' || U&'\\0301')",
    "upper({c})",
    "{c} || ' '",
    "rtrim({c})",
    "{c} || U&'\\200B'",
    "''",
    "NULL",
];

/// The lowest bit of the last byte, the highest of the first, a byte more, a byte less.
const BYTES: &[&str] = &[
    "set_bit({c}, octet_length({c}) * 8 - 8, 1 - get_bit({c}, octet_length({c}) * 8 - 8))",
    "set_bit({c}, 7, 1 - get_bit({c}, 7))",
    "{c} || '\\x00'",
    "substring({c} FOR octet_length({c}) - 1)",
    "''",
    "NULL",
];

pub(super) const LIST: &[Column] = &[
    column("TINYINT", "5", &["{c} + 1", "-{c}", "0", "NULL"]),
    column("TINYINT UNSIGNED", "254", &["{c} + 1"]),
    into("TINYINT(1)", "boolean", "1", &["NOT {c}", "NULL"]),
    column("SMALLINT", "-32768", &["{c} + 1"]),
    column("MEDIUMINT", "8388607", &["{c} - 1"]),
    column("INT", "2147483646", &["{c} + 1", "{c} # 1"]),
    column("INT UNSIGNED ZEROFILL", "4294967294", &["{c} + 1"]),
    column("BIGINT", "-9223372036854775808", &["{c} + 1"]),
    column("BIGINT UNSIGNED", "18446744073709551614", &["{c} + 1"]),
    into(
        "BIGINT UNSIGNED",
        "text",
        "18446744073709551614",
        &["replace({c}, '4', '5')", "'0' || {c}"],
    ),
    column("DECIMAL(10,2)", "-0.01", &["{c} + 0.01", "-{c}"]),
    column(
        "DECIMAL(65,30)",
        "12345678901234567890123456789012345.123456789012345678901234567891",
        &["{c} + 1e-30", "{c} - 1e-30", "{c} + 1e34"],
    ),
    into(
        "DECIMAL(10,2)",
        "numeric",
        "1.50",
        &["trim_scale({c})", "{c}::numeric(10,3)", "1.51"],
    ),
    column("FLOAT", "0.1", &["'0.10000001'", "-{c}"]),
    column("FLOAT", "0", &["'-0'", "'1e-45'"]),
    into(
        "FLOAT",
        "double precision",
        "0.1",
        &["0.1", "'0.10000000149011613'"],
    ),
    column(
        "DOUBLE",
        "0.1",
        &["0.10000000000000002", "0.09999999999999999"],
    ),
    column("DOUBLE", "0", &["'-0'", "'5e-324'"]),
    column(
        "DOUBLE",
        "1.7976931348623157e308",
        &["'1.7976931348623155e308'", "-{c}"],
    ),
    column("BIT(1)", "1", &["~{c}"]),
    column(
        "BIT(13)",
        "4097",
        &["set_bit({c}, 12, 0)", "set_bit({c}, 0, 0)"],
    ),
    column(
        "BIT(64)",
        "0x8000000000000001",
        &["set_bit({c}, 63, 0)", "set_bit({c}, 0, 0)"],
    ),
    into(
        "BIT(8)",
        "bit varying",
        "1",
        &["{c} || B'0'", "substring({c} FROM 2)"],
    ),
    column("YEAR", "2024", &["{c} + 1", "0"]),
    column("DATE", "'2024-02-29'", &["{c} + 1", "{c} - 1"]),
    column(
        "DATETIME",
        "'1000-01-01 00:00:00'",
        &["{c} + interval '1 second'"],
    ),
    column(
        "DATETIME(6)",
        "'9999-12-31 23:59:59.999998'",
        &["{c} + interval '1 microsecond'"],
    ),
    into(
        "DATETIME",
        "text",
        "'2024-02-29 12:00:00'",
        &["{c} || '.0'"],
    ),
    column(
        "TIMESTAMP(6) NULL",
        "'2024-03-31 02:30:00.000001'",
        &["{c} - interval '1 microsecond'", "{c} + interval '1 hour'"],
    ),
    column(
        "TIME(6)",
        "'-838:59:58.999999'",
        &["{c} + interval '1 microsecond'", "-{c}"],
    ),
    // Equal to PostgreSQL, and not the same.
    column("TIME", "'24:00:00'", &["interval '1 day'"]),
    into("TIME", "time", "'24:00:00'", &["'00:00:00'"]),
    column(
        "CHAR(10)",
        "'café'",
        &[
            "replace({c}, 'é', 'e')",
            "upper({c})",
            "{c} || ' '",
            "''",
            "NULL",
        ],
    ),
    column("VARCHAR(20)", "'café '", LETTERS),
    column("VARCHAR(20) CHARACTER SET latin1", "'café '", LETTERS),
    column("VARCHAR(20) CHARACTER SET utf16", "'café '", LETTERS),
    column(
        "VARCHAR(20) CHARACTER SET sjis",
        "'テ'",
        &["'て'", "U&'\\FF83'"],
    ),
    into(
        "VARCHAR(20)",
        "character(10)",
        "'café'",
        &["replace({c}, 'é', 'e')", "upper({c})"],
    ),
    column("TEXT", "'café '", LETTERS),
    column(
        "LONGTEXT",
        "REPEAT('é', 200000)",
        &["overlay({c} PLACING 'e' FROM 100000 FOR 1)", "{c} || 'é'"],
    ),
    column("BINARY(8)", "0x0000000000000001", BYTES),
    column("VARBINARY(20)", "0x0100", BYTES),
    column("BLOB", "0x0100", BYTES),
    column(
        "LONGBLOB",
        "REPEAT(0x00FF, 200000)",
        &["set_bit({c}, 1600001, 1 - get_bit({c}, 1600001))"],
    ),
    into(
        "BINARY(16)",
        "uuid",
        "0x00112233445566778899AABBCCDDEEFF",
        &["'00112233-4455-6677-8899-aabbccddeefe'"],
    ),
    into(
        "VARBINARY(16)",
        "inet",
        "INET6_ATON('10.0.0.1')",
        &["{c} + 1", "set_masklen({c}, 31)", "'::ffff:10.0.0.1'"],
    ),
    into(
        "VARCHAR(36)",
        "uuid",
        "'00112233-4455-6677-8899-aabbccddeeff'",
        &["'00112233-4455-6677-8899-aabbccddeefe'"],
    ),
    column(
        "ENUM('small','large','')",
        "'small'",
        &["'large'", "''", "NULL"],
    ),
    into("ENUM('small','large')", "text", "'small'", &["'Small'"]),
    column(
        "SET('a','b','c')",
        "'a,c'",
        &[
            "ARRAY['a']",
            "ARRAY['a','b','c']",
            "ARRAY['c','a']",
            "ARRAY['a','c','c']",
            "'{}'",
            "NULL",
        ],
    ),
    into("SET('a','b','c')", "text", "'a,c'", &["'a, c'"]),
    column(
        "JSON",
        r#"'{"a": 1, "b": [1, 2]}'"#,
        &[
            r#"'{"a": 1, "b": [1, 3]}'"#,
            r#"'{"a": 1,"b": [1, 2]}'"#,
            r#"'{"b": [1, 2], "a": 1}'"#,
        ],
    ),
    into(
        "JSON",
        "jsonb",
        r#"'{"a": 1, "b": [1, 2]}'"#,
        &[
            r#"'{"a": 1, "b": [1, 3]}'"#,
            r#"'{"a": 1, "b": [2, 1]}'"#,
            r#"'{"a": "1", "b": [1, 2]}'"#,
        ],
    ),
    into(
        "JSON",
        "jsonb",
        "'18446744073709551615'",
        &["'18446744073709551616'"],
    ),
    column("GEOMETRY", "ST_GeomFromText('POINT(1 2)')", BYTES),
    column(
        "POINT",
        "ST_GeomFromText('POINT(1 2)')",
        &[
            "set_byte({c}, 0, 1)",
            "set_bit({c}, 199, 1 - get_bit({c}, 199))",
        ],
    ),
    only(
        Has::MySql,
        column("VECTOR(3)", "STRING_TO_VECTOR('[1,0.1,3]')", VECTOR),
    ),
    only(
        Has::Vector,
        column("VECTOR(3)", "0x0000803FCDCCCC3D00004040", VECTOR),
    ),
    only(
        Has::MariaDb,
        column(
            "UUID",
            "'00112233-4455-6677-8899-aabbccddeeff'",
            &["'00112233-4455-6677-8899-aabbccddeefe'"],
        ),
    ),
    only(
        Has::MariaDb,
        column("INET4", "'10.0.0.1'", &["{c} + 1", "set_masklen({c}, 31)"]),
    ),
    only(
        Has::MariaDb,
        column(
            "INET6",
            "'2001:db8::1'",
            &["{c} + 1", "set_masklen({c}, 127)"],
        ),
    ),
    only(
        Has::MariaDb,
        column("VARCHAR(20) COMPRESSED", "'café '", LETTERS),
    ),
];

const VECTOR: &[&str] = &[
    "'{1,0.10000001,3}'",
    "'{1,0.1}'",
    "'[0:2]={1,0.1,3}'",
    "'{1,3,0.1}'",
];
