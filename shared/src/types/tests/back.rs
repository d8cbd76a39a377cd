//! The way back: `down(up(x))` is `x` for every pair of the matrix, and what the legacy column cannot hold is refused with its code.

use super::{bytes, column, date, numeric, time};
use crate::mapping::catalog::Family;
use crate::types::{Codec, UpgradeType};
use crate::value::Value;
use proptest::prelude::*;

const TIMESTAMP: UpgradeType = UpgradeType::Timestamp { precision: None };
const TIMESTAMPTZ: UpgradeType = UpgradeType::Timestamptz { precision: None };
const INTERVAL: UpgradeType = UpgradeType::Interval { precision: None };
const TIME: UpgradeType = UpgradeType::Time { precision: None };
const VARBIT: UpgradeType = UpgradeType::VarBit { length: None };
const TEXTS: [UpgradeType; 3] = [
    UpgradeType::Text,
    UpgradeType::Varchar { length: None },
    UpgradeType::Char { length: Some(90) },
];
const FAMILIES: [Family; 2] = [Family::Mysql, Family::Mariadb];

/// A value whatever kind carries it: the same number is the same value.
fn plain(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => format!("{:08x}", number.to_bits()),
        Value::Double(number) => format!("{:016x}", number.to_bits()),
        other => format!("{other:?}"),
    }
}

/// Sends a value up and back; values that do not go up are not of the domain.
fn back(legacy: &str, target: &UpgradeType, value: Value, expected: &Value) {
    for family in FAMILIES {
        let codec = Codec::compile(&column(legacy), family, target).expect("compiles");
        let mut out = Vec::new();
        if codec.up(&value, &mut out).is_err() {
            return;
        }
        let field = (out[..4] != [0xff; 4]).then(|| &out[4..]);
        let found = codec.down(field);
        let found = found.unwrap_or_else(|error| {
            panic!(
                "{legacy} {target} {value:?}: {}: {}",
                error.code, error.message
            )
        });
        assert_eq!(plain(&found), plain(expected), "{legacy} {target}");
    }
}

fn same(legacy: &str, targets: &[UpgradeType], value: Value) {
    for target in targets {
        back(legacy, target, value.clone(), &value);
        back(legacy, target, Value::Null, &Value::Null);
    }
}

/// The code with which a field is refused.
fn refused(legacy: &str, family: Family, target: &UpgradeType, field: &[u8]) -> &'static str {
    let codec = Codec::compile(&column(legacy), family, target).expect("compiles");
    match codec.down(Some(field)) {
        Ok(value) => panic!("{legacy} {target}: taken as {value:?}"),
        Err(error) => error.code,
    }
}

fn wholes() -> Vec<UpgradeType> {
    let numbers = [
        UpgradeType::Int2,
        UpgradeType::Int4,
        UpgradeType::Int8,
        UpgradeType::Bool,
        numeric(20, 0),
        super::ANY_NUMERIC,
    ];
    numbers.into_iter().chain(TEXTS).collect()
}

proptest! {
    #[test]
    fn integers_come_back(number: i64, shift in 0u32..64) {
        let number = number >> shift;
        for (legacy, bits) in [("tinyint", 8), ("smallint", 16), ("mediumint", 24), ("int", 32), ("bigint", 64)] {
            let low = number << (64 - bits) >> (64 - bits);
            same(legacy, &wholes(), Value::Int(low));
            let high = number.cast_unsigned() << (64 - bits) >> (64 - bits);
            same(&format!("{legacy} unsigned"), &wholes(), Value::UInt(high));
        }
        let year = number.rem_euclid(255) as u64;
        let year = if year == 0 { 0 } else { 1900 + year };
        let targets = [UpgradeType::Int2, UpgradeType::Int4, UpgradeType::Int8, super::ANY_NUMERIC, UpgradeType::Text];
        same("year", &targets, Value::UInt(year));
    }

    #[test]
    fn bits_come_back(number: u64, bits in 1u32..=64) {
        let number = number >> (64 - bits);
        let sent = bytes(&number.to_be_bytes()[8 - bits.div_ceil(8) as usize..]);
        let legacy = format!("bit({bits})");
        let own = UpgradeType::Bit { length: Some(bits) };
        for target in wholes().iter().chain(&[own, VARBIT, UpgradeType::Bytea]) {
            back(&legacy, target, sent.clone(), &Value::UInt(number));
        }
    }

    #[test]
    fn decimals_come_back(digits in "-?(0|[1-9][0-9]{0,34})\\.[0-9]{30}") {
        let targets = [super::ANY_NUMERIC, numeric(65, 30), UpgradeType::Text];
        let digits = if digits.trim_matches(['-', '0', '.']).is_empty() { "0.".to_owned() + &"0".repeat(30) } else { digits };
        same("decimal(65,30)", &targets, bytes(&digits));
        let whole = digits.split('.').next().unwrap_or("0");
        let whole = if whole == "-0" { "0" } else { whole };
        same("decimal(40,0)", &wholes()[1..], bytes(whole));
    }

    #[test]
    fn floats_come_back(single: u32, double: u64) {
        let (single, double) = (f32::from_bits(single), f64::from_bits(double));
        prop_assume!(single.is_finite() && double.is_finite());
        let targets = [UpgradeType::Float4, UpgradeType::Float8];
        same("float", &targets, Value::Float(single));
        same("double", &targets, Value::Double(double));
        same("double", &targets, Value::Double(single.into()));
    }

    #[test]
    fn texts_come_back(text in "\\PC{0,60}") {
        let text = text.trim_end_matches(' ');
        let targets = [UpgradeType::Text, UpgradeType::Varchar { length: Some(60) }, UpgradeType::Char { length: Some(60) }];
        for legacy in ["varchar(60)", "char(60)", "text", "longtext"] {
            let legacy = if legacy == "text" { "text(65535)" } else { legacy };
            same(legacy, &targets, bytes(text));
        }
        same("varchar(60)", &[UpgradeType::Bytea], bytes(text));
        same("varbinary(900)", &[UpgradeType::Text, UpgradeType::Bytea], bytes(text));
    }

    #[test]
    fn days_come_back(year in 1u16..=9999, month in 1u8..=12, day in 1u8..=31, clock: [u8; 3], micros in 0u32..1_000_000) {
        let targets = [UpgradeType::Date, TIMESTAMP, UpgradeType::Text];
        same("date", &targets, date(year, month, day, [0; 3], 0));
        let clock = [clock[0] % 24, clock[1] % 60, clock[2] % 60];
        same("datetime(6)", &targets, date(year, month, day, clock, micros));
        same("datetime(3)", &targets, date(year, month, day, clock, micros / 1000 * 1000));
        let targets = [TIMESTAMPTZ, TIMESTAMP, UpgradeType::Text];
        let year = 1971 + year % 67;
        same("timestamp(6)", &targets, date(year, month, day, clock, micros));
    }

    #[test]
    fn times_come_back(negative: bool, hours in 0u32..838, minutes in 0u8..60, seconds in 0u8..60, micros in 0u32..1_000_000) {
        let value = time(negative, hours, minutes, seconds, micros);
        prop_assume!(negative as u32 + hours + u32::from(minutes) + u32::from(seconds) + micros > 1);
        same("time(6)", &[INTERVAL, TIME, UpgradeType::Text], value);
        let value = time(false, hours, minutes, seconds, micros / 100 * 100);
        same("time(4)", &[INTERVAL, TIME, UpgradeType::Text], value);
    }

    #[test]
    fn sets_and_enums_come_back(bits: u64) {
        let names: Vec<String> = (0..64).map(|at| format!("m{at}")).collect();
        let printed: Vec<&str> = names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, name)| name.as_str()).collect();
        let legacy = format!("set('{}')", names.join("','"));
        for target in [UpgradeType::TextArray, UpgradeType::Text] {
            back(&legacy, &target, bytes(printed.join(",")), &Value::UInt(bits));
        }
        let label = &names[(bits % 64) as usize];
        let target = UpgradeType::Enum { labels: names.clone() };
        same(&format!("enum('{}')", names.join("','")), &[target, UpgradeType::Text], bytes(label));
    }

    #[test]
    fn uuids_addresses_and_vectors_come_back(number: u128, elements: [f32; 3]) {
        let hex = format!("{number:032x}");
        let uuid = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        for legacy in ["uuid", "char(36)"] {
            same(legacy, &[UpgradeType::Uuid, UpgradeType::Text], bytes(&uuid));
        }
        same("binary(16)", &[UpgradeType::Uuid, UpgradeType::Inet, UpgradeType::Bytea], bytes(number.to_be_bytes()));
        let six = std::net::Ipv6Addr::from(number).to_string();
        same("inet6", &[UpgradeType::Inet, UpgradeType::Text], bytes(&six));
        same("varchar(45)", &[UpgradeType::Inet], bytes(&six));
        let four = std::net::Ipv4Addr::from(number as u32).to_string();
        same("inet4", &[UpgradeType::Inet, UpgradeType::Text], bytes(four));
        let stored: Vec<u8> = elements.iter().flat_map(|element| element.to_le_bytes()).collect();
        let vector = UpgradeType::Vector { dimensions: None };
        same("vector(3)", &[UpgradeType::Float4Array, UpgradeType::Float8Array, UpgradeType::Bytea, vector], bytes(stored));
    }

    #[test]
    fn any_field_meets_any_codec_without_a_panic(field: Vec<u8>) {
        let legacy = ["int", "bit(7)", "decimal(5,2)", "float(5,2)", "text", "char(3)", "blob", "enum('a')", "set('a')", "date",
            "datetime", "timestamp", "time", "year", "json", "point", "vector(2)", "uuid", "inet6", "binary(4)"];
        let targets = [UpgradeType::Int2, UpgradeType::Text, UpgradeType::Bytea, UpgradeType::Jsonb, UpgradeType::Uuid, VARBIT,
            UpgradeType::Inet, UpgradeType::TextArray, UpgradeType::Float4Array, super::ANY_NUMERIC, UpgradeType::Date, INTERVAL,
            UpgradeType::Geometry { srid: None, kind: None }, UpgradeType::Float8, UpgradeType::Char { length: Some(5) }, TIMESTAMPTZ];
        for (legacy, target) in legacy.iter().flat_map(|l| targets.iter().map(move |t| (l, t))) {
            for family in FAMILIES {
                if let Ok(codec) = Codec::compile(&column(legacy), family, target) {
                    let _ = codec.down(Some(&field));
                    let text: Vec<u8> = field.iter().map(|byte| b"0123456789-: .\"[{}],aeE"[usize::from(*byte) % 23]).collect();
                    let _ = codec.down(Some(&text));
                }
            }
        }
    }
}

#[test]
fn documents_come_back() {
    let targets = [UpgradeType::Json, UpgradeType::Jsonb, UpgradeType::Text];
    for json in [
        "{}",
        "null",
        "[1, 2.5, -3e10, 18446744073709551615]",
        "{\"a\": {\"b\": [true, \"\u{e9}\\n\"]}}",
        "0.1",
    ] {
        same("json", &targets, bytes(json));
        same("longtext", &targets, bytes(json));
    }
    same("json", &[UpgradeType::Json], bytes("\"\\u0000\""));
}

#[test]
fn geometries_come_back() {
    let mut point = vec![0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0];
    point.extend(
        [1.5f64, -2.0]
            .iter()
            .flat_map(|number| number.to_le_bytes()),
    );
    let ewkb = UpgradeType::Geometry {
        srid: Some(4326),
        kind: None,
    };
    same("point", &[UpgradeType::Bytea, ewkb.clone()], bytes(&point));
    same("geometry", &[UpgradeType::Bytea, ewkb], bytes(&point));
    point[..2].fill(0);
    let any = UpgradeType::Geometry {
        srid: None,
        kind: None,
    };
    same("geometry", std::slice::from_ref(&any), bytes(&point));
    let mut deep = point[4..].to_vec();
    deep[4] = 0x80;
    assert_eq!(
        refused("geometry", Family::Mysql, &any, &deep),
        "bad_geometry"
    );
    assert_eq!(
        refused("polygon", Family::Mysql, &UpgradeType::Bytea, &point),
        "wrong_srid"
    );
}

#[test]
fn zero_and_impossible_dates_come_back_as_text() {
    for (year, month, day) in [(0, 0, 0), (2024, 0, 0), (2024, 2, 31), (0, 12, 31)] {
        same(
            "date",
            &[UpgradeType::Text],
            date(year, month, day, [0; 3], 0),
        );
        same(
            "datetime",
            &[UpgradeType::Text],
            date(year, month, day, [0; 3], 0),
        );
    }
}

#[test]
fn minus_infinity_comes_back_as_what_it_stands_for() {
    use crate::mapping::misfit::{Misfit, Policy};
    let mut misfit = Misfit::default();
    misfit.set("zero_date", Policy::MinusInfinity);
    let codec =
        Codec::compile(&column("date"), Family::Mysql, &UpgradeType::Date).expect("compiles");
    let field = i32::MIN.to_be_bytes();
    assert_eq!(
        codec.down(Some(&field)).expect_err("no policy").code,
        "not_finite"
    );
    let codec = codec.with_misfit(&misfit).expect("suits");
    assert_eq!(codec.down(Some(&field)), Ok(date(0, 0, 0, [0; 3], 0)));
    misfit.set("partial_date", Policy::MinusInfinity);
    let codec = codec.with_misfit(&misfit).expect("suits");
    assert_eq!(
        codec.down(Some(&field)).expect_err("ambiguous").code,
        "not_finite"
    );
}

/// A numeric field: groups, weight, sign, scale.
fn numeric_field(groups: &[i16], weight: i16, sign: u16, scale: u16) -> Vec<u8> {
    let mut field = (groups.len() as i16).to_be_bytes().to_vec();
    field.extend(weight.to_be_bytes());
    field.extend(sign.to_be_bytes());
    field.extend(scale.to_be_bytes());
    field.extend(groups.iter().flat_map(|group| group.to_be_bytes()));
    field
}

#[test]
fn numbers_without_counterpart_are_refused() {
    let mysql = |legacy: &str, target: &UpgradeType, field: &[u8]| {
        refused(legacy, Family::Mysql, target, field)
    };
    let any = &super::ANY_NUMERIC;
    for sign in [0xc000, 0xd000, 0xf000] {
        assert_eq!(
            mysql("decimal(5,2)", any, &numeric_field(&[], 0, sign, 0)),
            "not_finite"
        );
        assert_eq!(
            mysql("bigint", any, &numeric_field(&[], 0, sign, 0)),
            "not_finite"
        );
    }
    assert_eq!(
        mysql("decimal(5,2)", any, &numeric_field(&[1, 1234], 0, 0, 4)),
        "would_round"
    );
    assert_eq!(
        mysql("decimal(5,2)", any, &numeric_field(&[1000], 0, 0, 0)),
        "out_of_range"
    );
    assert_eq!(
        mysql(
            "decimal(5,2) unsigned",
            any,
            &numeric_field(&[1], 0, 0x4000, 0)
        ),
        "out_of_range"
    );
    assert_eq!(
        mysql("int", any, &numeric_field(&[5000], -1, 0, 1)),
        "would_round"
    );
    assert_eq!(
        mysql("int", &UpgradeType::Int8, &(1i64 << 31).to_be_bytes()),
        "out_of_range"
    );
    assert_eq!(
        mysql("int unsigned", &UpgradeType::Int8, &(-1i64).to_be_bytes()),
        "out_of_range"
    );
    assert_eq!(
        mysql("year", &UpgradeType::Int2, &70i16.to_be_bytes()),
        "out_of_range"
    );
    assert_eq!(mysql("int", &UpgradeType::Text, b"007"), "bad_number");
    assert_eq!(
        mysql("decimal(5,2)", &UpgradeType::Text, b"1.5"),
        "bad_number"
    );
}

#[test]
fn floats_and_bits_without_counterpart_are_refused() {
    let mysql = |legacy: &str, target: &UpgradeType, field: &[u8]| {
        refused(legacy, Family::Mysql, target, field)
    };
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(
            mysql("double", &UpgradeType::Float8, &number.to_be_bytes()),
            "not_finite"
        );
    }
    assert_eq!(
        mysql("float", &UpgradeType::Float8, &0.1f64.to_be_bytes()),
        "would_round"
    );
    assert_eq!(
        mysql("float(5,2)", &UpgradeType::Float8, &0.125f64.to_be_bytes()),
        "would_round"
    );
    assert_eq!(
        mysql(
            "double unsigned",
            &UpgradeType::Float8,
            &(-1f64).to_be_bytes()
        ),
        "out_of_range"
    );
    assert_eq!(mysql("bit(8)", &VARBIT, &[0, 0, 0, 3, 0xa0]), "bad_length");
    assert_eq!(
        mysql("bit(3)", &UpgradeType::Int4, &8i32.to_be_bytes()),
        "out_of_range"
    );
}

#[test]
fn times_without_counterpart_are_refused() {
    let mysql = |legacy: &str, target: &UpgradeType, field: &[u8]| {
        refused(legacy, Family::Mysql, target, field)
    };
    let day = UpgradeType::Date;
    for end in [i32::MAX, i32::MIN] {
        assert_eq!(mysql("date", &day, &end.to_be_bytes()), "not_finite");
    }
    // 1 BC, and the year 10000.
    assert_eq!(
        mysql("date", &day, &(-730_120i32).to_be_bytes()),
        "out_of_range"
    );
    assert_eq!(
        mysql("date", &day, &2_921_940i32.to_be_bytes()),
        "out_of_range"
    );
    assert_eq!(
        mysql("datetime", &TIMESTAMP, &1i64.to_be_bytes()),
        "would_round"
    );
    assert_eq!(
        mysql("datetime(6)", &TIMESTAMP, &i64::MAX.to_be_bytes()),
        "not_finite"
    );
    let epoch = -946_684_800_000_000i64;
    assert_eq!(
        mysql("timestamp", &TIMESTAMPTZ, &epoch.to_be_bytes()),
        "out_of_range"
    );
    let late = 1_300_000_000_000_000i64;
    assert_eq!(
        mysql("timestamp", &TIMESTAMPTZ, &late.to_be_bytes()),
        "out_of_range"
    );
    let interval = |micros: i64, days: i32, months: i32| {
        [
            &micros.to_be_bytes()[..],
            &days.to_be_bytes(),
            &months.to_be_bytes(),
        ]
        .concat()
    };
    assert_eq!(mysql("time", &INTERVAL, &interval(0, 1, 0)), "bad_time");
    assert_eq!(mysql("time", &INTERVAL, &interval(0, 0, -1)), "bad_time");
    assert_eq!(
        mysql("time", &INTERVAL, &interval(839 * 3_600_000_000, 0, 0)),
        "out_of_range"
    );
    assert_eq!(
        mysql("time", &INTERVAL, &interval(i64::MAX, i32::MAX, i32::MAX)),
        "not_finite"
    );
    assert_eq!(mysql("time", &UpgradeType::Text, b"1:00:00"), "bad_time");
    assert_eq!(
        mysql("date", &UpgradeType::Text, b"2024-2-3"),
        "invalid_date"
    );
    assert_eq!(
        mysql("datetime", &UpgradeType::Text, b"2024-02-03"),
        "invalid_date"
    );
}

#[test]
fn texts_without_counterpart_are_refused() {
    let text = &UpgradeType::Text;
    let of = |charset: &str, legacy: &str, field: &str| {
        let mut column = column(legacy);
        column.charset = Some(charset.to_owned());
        let codec = Codec::compile(&column, Family::Mysql, text).expect("compiles");
        codec
            .down(Some(field.as_bytes()))
            .map_err(|error| error.code)
    };
    assert_eq!(
        of("utf8mb4", "varchar(3)", "\u{1f600}\u{1f600}\u{1f600}"),
        Ok(bytes("\u{1f600}\u{1f600}\u{1f600}"))
    );
    assert_eq!(of("utf8mb4", "varchar(3)", "abcd"), Err("too_long"));
    assert_eq!(of("utf8mb4", "varchar(3)", "abc  "), Err("too_long"));
    assert_eq!(of("utf8mb4", "char(3)", "a "), Err("invalid_text"));
    assert_eq!(
        of("utf8mb4", "tinytext(4)", "\u{e9}\u{e9}a"),
        Err("too_long")
    );
    assert_eq!(
        of("latin1", "tinytext(4)", "\u{e9}\u{e9}ab"),
        Ok(bytes("\u{e9}\u{e9}ab"))
    );
    assert_eq!(
        of("utf8mb3", "varchar(3)", "\u{1f600}"),
        Err("not_in_charset")
    );
    assert_eq!(
        of("latin1", "varchar(3)", "\u{20ac}\u{81}\u{ff}"),
        Ok(bytes("\u{20ac}\u{81}\u{ff}"))
    );
    assert_eq!(of("latin1", "varchar(3)", "\u{85}"), Err("not_in_charset"));
    assert_eq!(of("ascii", "varchar(3)", "\u{e9}"), Err("not_in_charset"));
}

#[test]
fn bytes_labels_and_addresses_without_counterpart_are_refused() {
    let text = &UpgradeType::Text;
    assert_eq!(
        refused("binary(4)", Family::Mysql, &UpgradeType::Bytea, b"abc"),
        "bad_length"
    );
    assert_eq!(
        refused("varbinary(4)", Family::Mysql, &UpgradeType::Bytea, b"abcde"),
        "too_long"
    );
    assert_eq!(
        refused("enum('a','b')", Family::Mysql, text, b"A"),
        "not_a_label"
    );
    assert_eq!(
        refused("enum('a','b')", Family::Mysql, text, b""),
        "not_a_label"
    );
    assert_eq!(
        refused("enum('a','?')", Family::Mysql, text, b"1"),
        "not_a_label"
    );
    assert_eq!(
        refused("set('a','b')", Family::Mysql, text, b"a,a"),
        "bad_array"
    );
    assert_eq!(
        refused("set('a','b')", Family::Mysql, text, b"a,c"),
        "not_a_label"
    );
    let network = [2, 24, 1, 4, 192, 0, 2, 0];
    assert_eq!(
        refused("inet4", Family::Mariadb, &UpgradeType::Inet, &network),
        "bad_address"
    );
    assert_eq!(
        refused("varchar(50)", Family::Mysql, &UpgradeType::Inet, &network),
        "bad_address"
    );
    let host = [2, 32, 0, 4, 192, 0, 2, 1];
    assert_eq!(
        refused("inet6", Family::Mariadb, &UpgradeType::Inet, &host),
        "bad_address"
    );
}

#[test]
fn documents_without_counterpart_are_refused() {
    let json = |text: &str| refused("json", Family::Mysql, &UpgradeType::Json, text.as_bytes());
    assert_eq!(json("{\"a\": 1, \"a\": 2}"), "duplicate_key");
    assert_eq!(json("12345678901234567890123"), "out_of_range");
    assert_eq!(json("0.12345678901234567890123"), "out_of_range");
    assert_eq!(json("1e400"), "out_of_range");
    assert_eq!(json("\"\\ud800\""), "nul_in_json");
    assert_eq!(json("{"), "bad_json");
    assert_eq!(json(&("[".repeat(101) + &"]".repeat(101))), "bad_json");
    let mariadb =
        Codec::compile(&column("json"), Family::Mariadb, &UpgradeType::Json).expect("compiles");
    let text = "{\"a\": 1, \"a\": 12345678901234567890123}";
    assert_eq!(mariadb.down(Some(text.as_bytes())), Ok(bytes(text)));
}

#[test]
fn arrays_without_counterpart_are_refused() {
    let array = |dimensions: i32, nulls: i32, first: i32, members: &[&str]| {
        let mut field: Vec<u8> = [dimensions, nulls, 25, members.len() as i32, first]
            .iter()
            .flat_map(|n| n.to_be_bytes())
            .collect();
        for member in members {
            field.extend((member.len() as i32).to_be_bytes());
            field.extend(member.as_bytes());
        }
        field
    };
    let set = |field: &[u8]| {
        Codec::compile(
            &column("set('a','b')"),
            Family::Mysql,
            &UpgradeType::TextArray,
        )
        .expect("compiles")
        .down(Some(field))
        .map_err(|error| error.code)
    };
    assert_eq!(set(&array(1, 0, 1, &["b", "a"])), Ok(Value::UInt(3)));
    assert_eq!(set(&array(1, 0, 1, &["b", "b"])), Err("bad_array"));
    assert_eq!(set(&array(1, 0, 0, &["b"])), Err("bad_array"));
    assert_eq!(set(&array(1, 1, 1, &["b"])), Err("bad_array"));
    assert_eq!(set(&array(2, 0, 1, &["b"])), Err("bad_array"));
    assert_eq!(set(&array(1, 0, 1, &["c"])), Err("not_a_label"));
}
