//! Tests of the matrix: what is written is read back by a decoder of PostgreSQL's binary formats that shares no code with the encoders.

mod back;
mod decode;
mod documents;
mod geometry;
mod labels;
mod matrix;
mod numbers;
mod refusals;
mod small;
mod temporal;
mod text;

use super::{Codec, UpgradeType, ValueError};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::value::{DateValue, TimeValue, Value};

/// A column as the legacy catalogue shows it, from its printed type.
fn column(column_type: &str) -> LegacyColumn {
    let data_type = column_type
        .split(['(', ' '])
        .next()
        .unwrap_or(column_type)
        .to_owned();
    let text = ["char", "varchar", "tinytext", "text", "longtext"].contains(&data_type.as_str());
    let mut numbers = column_type
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok());
    let temporal = ["datetime", "timestamp", "time"].contains(&data_type.as_str());
    let first: Option<u64> = (!column_type.contains('\''))
        .then(|| numbers.next())
        .flatten();
    LegacyColumn {
        name: "c".to_owned(),
        column_type: column_type.to_owned(),
        nullable: true,
        charset: text.then(|| "utf8mb4".to_owned()),
        collation: text.then(|| "utf8mb4_0900_ai_ci".to_owned()),
        length: first,
        precision: first,
        scale: numbers.next(),
        fraction: temporal.then(|| first.unwrap_or(0) as u8),
        data_type,
        ..LegacyColumn::default()
    }
}

fn codec(column_type: &str, target: &UpgradeType) -> Codec {
    Codec::compile(&column(column_type), Family::Mysql, target).expect("compiles")
}

/// One value's field without its length; `None` for NULL.
fn field(
    column_type: &str,
    target: &UpgradeType,
    value: Value,
) -> Result<Option<Vec<u8>>, ValueError> {
    let mut out = b"before".to_vec();
    codec(column_type, target).up(&value, &mut out)?;
    let field = out.strip_prefix(b"before").expect("only appended");
    let (length, rest) = field.split_first_chunk::<4>().expect("a length");
    let length = i32::from_be_bytes(*length);
    if length == -1 {
        assert!(rest.is_empty());
        return Ok(None);
    }
    assert_eq!(length as usize, rest.len(), "the length says what follows");
    Ok(Some(rest.to_vec()))
}

/// A value's field, where it must have one.
fn held(column_type: &str, target: &UpgradeType, value: Value) -> Vec<u8> {
    field(column_type, target, value)
        .unwrap_or_else(|error| panic!("{}: {error}", error.code))
        .expect("not NULL")
}

/// The code of a value's error, where it must have one.
fn refused(column_type: &str, target: &UpgradeType, value: Value) -> &'static str {
    match field(column_type, target, value) {
        Ok(field) => panic!("written as {field:?}"),
        Err(error) => {
            assert!(!error.message.ends_with('.'), "{}", error.message);
            error.code
        }
    }
}

fn bytes(text: impl AsRef<[u8]>) -> Value {
    Value::Bytes(text.as_ref().to_vec())
}

/// A date with its time of day, from its parts.
fn date(year: u16, month: u8, day: u8, time: [u8; 3], micros: u32) -> Value {
    let [hour, minute, second] = time;
    Value::Date(DateValue {
        year,
        month,
        day,
        hour,
        minute,
        second,
        micros,
    })
}

fn time(negative: bool, hours: u32, minutes: u8, seconds: u8, micros: u32) -> Value {
    Value::Time(TimeValue {
        negative,
        days: hours / 24,
        hours: (hours % 24) as u8,
        minutes,
        seconds,
        micros,
    })
}

fn numeric(precision: u16, scale: i16) -> UpgradeType {
    UpgradeType::Numeric {
        precision: Some(precision),
        scale,
    }
}

const ANY_NUMERIC: UpgradeType = UpgradeType::Numeric {
    precision: None,
    scale: 0,
};
