//! DATE, and the calendar that the temporal families share.
//!
//! Promise: a day arrives as the same day of the proleptic Gregorian calendar, which both servers use. Zero, partial and impossible dates
//! are errors with codes of their own, so that a mapping can say what should become of each; a text target takes them as printed.

use super::DefaultTarget;
use super::datetime;
use super::error::{ValueError, shown};
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::{DateValue, Value};

/// What a date column can be written to.
pub(super) const WORKS: &str =
    "a date column can become date, timestamp without time zone, text or character varying";

/// How a date is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Date,
    Timestamp,
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Date => Ok(Up::Date),
        UpgradeType::Timestamp { .. } => Ok(Up::Timestamp),
        _ => Form::of(target)
            .map(Up::Text)
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Date(date) = value else {
            return Err(ValueError::unexpected(value, "date"));
        };
        match self {
            Up::Date => put(date, out),
            Up::Timestamp => datetime::put(date, out),
            Up::Text(form) => {
                let mut digits = [0; datetime::PRINTED_BYTES];
                let printed = datetime::print(date, None, &mut digits);
                form.put(printed, out)
            }
        }
    }
}

/// Writes a date field.
pub(super) fn put(date: &DateValue, out: &mut Vec<u8>) -> Result<(), ValueError> {
    let [a, b, c, d] = days(date)?.to_be_bytes();
    out.extend_from_slice(&[0, 0, 0, 4, a, b, c, d]);
    Ok(())
}

/// Days since 2000-01-01, PostgreSQL's day zero.
pub(super) fn days(date: &DateValue) -> Result<i32, ValueError> {
    let DateValue {
        year, month, day, ..
    } = *date;
    if year == 0 || month == 0 || day == 0 {
        return Err(zero(date));
    }
    if month > 12 || day > days_in_month(year, month) || year > 9999 {
        return Err(impossible(date));
    }
    // Count years from March, so that the leap day is the last of its year.
    let (year, month) = match month {
        1 | 2 => (i32::from(year) - 1, i32::from(month) + 9),
        _ => (i32::from(year), i32::from(month) - 3),
    };
    let before_year = year * 365 + year / 4 - year / 100 + year / 400;
    // 153 days in every five months from March on.
    let before_month = (153 * month + 2) / 5;
    const MARCH_2000: i32 = 2000 * 365 + 2000 / 4 - 2000 / 100 + 2000 / 400;
    // 1 March 2000 is day 60 after 1 January.
    Ok(before_year + before_month + i32::from(day) - 1 - MARCH_2000 + 60)
}

fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cold]
fn zero(date: &DateValue) -> ValueError {
    let whole = date.year == 0 && date.month == 0 && date.day == 0;
    let (code, what) = if whole {
        ("zero_date", "is the zero date")
    } else {
        ("partial_date", "has a year, month or day of zero")
    };
    let value = shown(&Value::Date(*date));
    ValueError::new(
        code,
        format!("value {value} {what}, which PostgreSQL does not have"),
    )
}

/// The error of a date or time of day that no calendar has.
#[cold]
pub(super) fn impossible(date: &DateValue) -> ValueError {
    let value = shown(&Value::Date(*date));
    ValueError::new(
        "invalid_date",
        format!("value {value} is not in the calendar"),
    )
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("date")
}
