//! Every code of an error is raised by some value, and every error by a code that is documented.

use super::{bytes, codec, date, field, numeric, time};
use crate::mapping::catalog::Family;
use crate::types::{CODES, Codec, UpgradeType};
use crate::value::Value;
use std::collections::BTreeSet;

#[test]
fn every_documented_code_is_raised() {
    let geometry = UpgradeType::Geometry {
        srid: Some(4326),
        kind: None,
    };
    let point = [vec![0; 4], vec![1, 1, 0, 0, 0], vec![0; 16]].concat();
    let vector = UpgradeType::Vector { dimensions: None };
    let labels = UpgradeType::Enum {
        labels: vec!["a".to_owned()],
    };
    let infinity = bytes(f32::INFINITY.to_le_bytes());
    let cases = [
        ("set('')", UpgradeType::TextArray, bytes("")),
        ("varchar(9)", UpgradeType::Inet, bytes("x")),
        ("point", geometry.clone(), bytes("x")),
        ("json", UpgradeType::Json, bytes("x")),
        ("uuid", UpgradeType::Uuid, bytes("x")),
        ("json", UpgradeType::Jsonb, bytes(r#"{"a":1,"a":2}"#)),
        ("date", UpgradeType::Date, date(2023, 2, 30, [0; 3], 0)),
        ("text", UpgradeType::Text, bytes([0xff])),
        ("enum('a')", labels, bytes("")),
        ("vector(1)", vector, infinity),
        ("json", UpgradeType::Jsonb, bytes(r#""\u0000""#)),
        ("text", UpgradeType::Text, bytes([0])),
        (
            "time",
            UpgradeType::Time { precision: None },
            time(true, 1, 0, 0, 0),
        ),
        ("date", UpgradeType::Date, date(2023, 2, 0, [0; 3], 0)),
        (
            "varchar(9)",
            UpgradeType::Varchar { length: Some(1) },
            bytes("ab"),
        ),
        ("int", UpgradeType::Int4, Value::Double(0.0)),
        ("decimal(5,2)", numeric(5, 1), bytes("0.01")),
        ("point", geometry, bytes(point)),
        ("date", UpgradeType::Date, date(0, 0, 0, [0; 3], 0)),
    ];
    let raised: BTreeSet<&str> = cases
        .into_iter()
        .map(|(legacy, target, value)| field(legacy, &target, value).expect_err(legacy).code)
        .chain(raised_on_the_way_back())
        .collect();
    let documented = CODES.iter().map(|(code, _)| *code);
    let documented: BTreeSet<&str> = documented.filter(|code| !OF_MAPS.contains(code)).collect();
    assert_eq!(raised, documented);
}

/// Codes that column maps alone raise; [`crate::translate`]'s own tests do.
const OF_MAPS: [&str; 4] = [
    "ambiguous_time",
    "no_counterpart",
    "outside_domain",
    "skipped_time",
];

/// Codes of values that the legacy column cannot hold.
fn raised_on_the_way_back() -> Vec<&'static str> {
    let text = UpgradeType::Text;
    let mut array = [0u8; 24];
    array[3] = 2;
    let days = [[0; 8].as_slice(), &[0, 0, 0, 1, 0, 0, 0, 0]].concat();
    let interval = UpgradeType::Interval { precision: None };
    let mut column = super::column("varchar(9)");
    column.charset = Some("ascii".to_owned());
    let ascii = Codec::compile(&column, Family::Mysql, &text).expect("compiles");
    let cases = [
        (codec("set('a')", &UpgradeType::TextArray), array.to_vec()),
        (codec("binary(2)", &UpgradeType::Bytea), vec![0]),
        (codec("int", &text), b"1.5".to_vec()),
        (codec("time", &interval), days),
        (ascii, "\u{e9}".as_bytes().to_vec()),
    ];
    let code = |(codec, field): (Codec, Vec<u8>)| {
        let refused = codec.down(Some(&field));
        refused.expect_err("has no counterpart").code
    };
    cases.into_iter().map(code).collect()
}
