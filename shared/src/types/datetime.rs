//! DATETIME and TIMESTAMP.
//!
//! Promise: DATETIME is a reading of a calendar and a clock and becomes `timestamp`; TIMESTAMP is an instant, is read in UTC and becomes
//! `timestamp with time zone`. A DATETIME is never declared to be an instant: nobody but the application knows in which zone it was
//! meant. Fractional digits that the target would round are an error.

use super::DefaultTarget;
use super::date;
use super::error::{ValueError, shown};
use super::integer::put_int8;
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::{DateValue, Value};

/// What a datetime column can be written to.
pub(super) const WORKS_DATETIME: &str = "a datetime column can become timestamp without time zone, date (midnight only), text or character varying; it has no time zone of its own";

/// What a timestamp column can be written to.
pub(super) const WORKS_TIMESTAMP: &str = "a timestamp column can become timestamp with time zone, timestamp without time zone (the time in UTC), text or character varying";

/// How a datetime or timestamp is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    /// As microseconds; the digits that the target keeps.
    Micros(u8),
    /// As a day.
    Date,
    /// As printed with this many fractional digits.
    Text(Form, u8),
}

pub(super) fn compile_datetime(fraction: u8, target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Timestamp { precision } => Ok(Up::Micros(precision.unwrap_or(6))),
        UpgradeType::Date => Ok(Up::Date),
        _ => Form::of(target)
            .map(|form| Up::Text(form, fraction))
            .ok_or_else(|| WORKS_DATETIME.to_owned()),
    }
}

pub(super) fn compile_timestamp(fraction: u8, target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Timestamp { precision } | UpgradeType::Timestamptz { precision } => {
            Ok(Up::Micros(precision.unwrap_or(6)))
        }
        _ => Form::of(target)
            .map(|form| Up::Text(form, fraction))
            .ok_or_else(|| WORKS_TIMESTAMP.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Date(date) = value else {
            return Err(ValueError::unexpected(value, "datetime or timestamp"));
        };
        match self {
            Up::Micros(digits) => {
                check_fraction(date.micros, *digits, value)?;
                put(date, out)
            }
            Up::Date if (date.hour, date.minute, date.second, date.micros) == (0, 0, 0, 0) => {
                date::put(date, out)
            }
            Up::Date => Err(ValueError::new(
                "would_round",
                format!(
                    "value {} has a time of day, type date has none",
                    shown(value)
                ),
            )),
            Up::Text(form, fraction) => {
                let mut digits = [0; PRINTED_BYTES];
                form.put(print(date, Some(*fraction), &mut digits), out)
            }
        }
    }
}

/// Refuses microseconds that a type of `digits` fractional digits would round.
pub(super) fn check_fraction(micros: u32, digits: u8, value: &Value) -> Result<(), ValueError> {
    const UNIT_MICROS: [u32; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    if micros.is_multiple_of(UNIT_MICROS[usize::from(digits.min(6))]) {
        return Ok(());
    }
    Err(ValueError::new(
        "would_round",
        format!(
            "value {} has more than the {digits} fractional digits of the upgrade type",
            shown(value)
        ),
    ))
}

/// Writes a timestamp field: microseconds since 2000-01-01.
pub(super) fn put(date: &DateValue, out: &mut Vec<u8>) -> Result<(), ValueError> {
    let days = date::days(date)?;
    if date.hour > 23 || date.minute > 59 || date.second > 59 || date.micros > 999_999 {
        return Err(date::impossible(date));
    }
    let seconds =
        i64::from(date.hour) * 3600 + i64::from(date.minute) * 60 + i64::from(date.second);
    let seconds = i64::from(days) * 86_400 + seconds;
    put_int8(seconds * 1_000_000 + i64::from(date.micros), out);
    Ok(())
}

/// The length of `9999-12-31 23:59:59.999999`.
pub(super) const PRINTED_BYTES: usize = 26;

/// The date as the server prints it, with the time of day when `fraction` says with how many digits.
pub(super) fn print<'a>(
    date: &DateValue,
    fraction: Option<u8>,
    buffer: &'a mut [u8; PRINTED_BYTES],
) -> &'a [u8] {
    *buffer = *b"0000-00-00 00:00:00.000000";
    digits(u32::from(date.year), &mut buffer[..4]);
    digits(u32::from(date.month), &mut buffer[5..7]);
    digits(u32::from(date.day), &mut buffer[8..10]);
    digits(u32::from(date.hour), &mut buffer[11..13]);
    digits(u32::from(date.minute), &mut buffer[14..16]);
    digits(u32::from(date.second), &mut buffer[17..19]);
    digits(date.micros, &mut buffer[20..26]);
    match fraction {
        None => &buffer[..10],
        Some(0) => &buffer[..19],
        Some(fraction) => &buffer[..20 + usize::from(fraction.min(6))],
    }
}

/// Fills `place` with the decimal digits of `number`, zeros first.
pub(super) fn digits(number: u32, place: &mut [u8]) {
    let mut rest = number;
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}

pub(super) fn default_datetime(fraction: u8) -> DefaultTarget {
    DefaultTarget::sql(format!("timestamp({fraction})"))
}

pub(super) fn default_timestamp(fraction: u8) -> DefaultTarget {
    DefaultTarget::sql(format!("timestamp({fraction}) with time zone"))
}
