//! DATE, DATETIME, TIMESTAMP and TIME.
//!
//! Promise: the same day, the same reading of the clock, the same instant. Infinities, years before 1 and after 9999, and fractional digits that the
//! legacy column would round are refused. Text is taken only as the legacy server prints it, zero and impossible dates included.

use super::super::datetime;
use super::super::error::{ValueError, shown_bytes};
use super::super::time::print as print_time;
use super::super::upgrade::UpgradeType;
use super::read::{exact, not_finite, text};
use crate::mapping::catalog::Family;
use crate::value::{DateValue, TimeValue, Value};

/// More days than ten thousand years have: what microseconds need not hold.
const FAR_DAYS: u32 = 4_000_000;
const YEARS: &str = "the years 1 to 9999";
const DAY_MICROS: i64 = 86_400_000_000;
const SECOND_MICROS: i64 = 1_000_000;
/// 1 January 1970, in days since 2000.
const EPOCH_DAY: i64 = -10_957;
/// The last second of a TIMESTAMP of 32 bits, since 1970.
const LAST_SECOND_32: i64 = i32::MAX as i64;
/// The same, unsigned: MariaDB from 11.5 on; before, the server itself refuses what is above the other one.
const LAST_SECOND_U32: i64 = u32::MAX as i64;
/// 838:59:59, the end of a TIME.
const MOST_SECONDS: i64 = 838 * 3600 + 59 * 60 + 59;

pub(super) fn date(field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
    let micros = match target {
        UpgradeType::Date => of_date(field, target)?,
        UpgradeType::Timestamp { .. } => of_timestamp(field, target)?,
        _ => return printed_date(text(field, target)?, None),
    };
    if micros.rem_euclid(DAY_MICROS) != 0 {
        return Err(ValueError::new(
            "would_round",
            format!(
                "value {} has a time of day, a legacy DATE has none",
                show(micros.div_euclid(DAY_MICROS))
            ),
        ));
    }
    civil(micros).map(Value::Date)
}

pub(super) fn datetime(
    field: &[u8],
    target: &UpgradeType,
    fraction: u8,
) -> Result<Value, ValueError> {
    let micros = match target {
        UpgradeType::Date => of_date(field, target)?,
        UpgradeType::Timestamp { .. } => of_timestamp(field, target)?,
        _ => return printed_date(text(field, target)?, Some(fraction)),
    };
    check_fraction(micros, fraction)?;
    civil(micros).map(Value::Date)
}

pub(super) fn timestamp(
    field: &[u8],
    target: &UpgradeType,
    fraction: u8,
    family: Family,
) -> Result<Value, ValueError> {
    let micros = match target {
        UpgradeType::Timestamp { .. } | UpgradeType::Timestamptz { .. } => {
            of_timestamp(field, target)?
        }
        _ => return printed_date(text(field, target)?, Some(fraction)),
    };
    check_fraction(micros, fraction)?;
    let seconds = micros.div_euclid(SECOND_MICROS) - EPOCH_DAY * 86_400;
    let last = match family {
        Family::Mysql => LAST_SECOND_32,
        Family::Mariadb => LAST_SECOND_U32,
    };
    // Second 0 is what stands for the zero date.
    if !(1..=last).contains(&seconds) {
        return Err(beyond(
            micros.div_euclid(DAY_MICROS),
            "1970-01-01 00:00:01 to the end of a TIMESTAMP",
        ));
    }
    civil(micros).map(Value::Date)
}

pub(super) fn time(
    field: &[u8],
    target: &UpgradeType,
    fraction: u8,
    family: Family,
) -> Result<Value, ValueError> {
    let micros = match target {
        UpgradeType::Interval { .. } => of_interval(field, target)?,
        UpgradeType::Time { .. } => i64::from_be_bytes(exact(field, target)?),
        _ => return printed_time(text(field, target)?, fraction),
    };
    check_fraction(micros, fraction)?;
    let most = match family {
        Family::Mysql => MOST_SECONDS * SECOND_MICROS,
        Family::Mariadb => (MOST_SECONDS + 1) * SECOND_MICROS - 1,
    };
    if micros.unsigned_abs() > most.unsigned_abs() {
        return Err(ValueError::new(
            "out_of_range",
            format!(
                "interval of {} hours is beyond the 838:59:59 of a legacy TIME",
                micros / (3600 * SECOND_MICROS)
            ),
        ));
    }
    Ok(Value::Time(clock(micros)))
}

fn of_date(field: &[u8], target: &UpgradeType) -> Result<i64, ValueError> {
    match i32::from_be_bytes(exact(field, target)?) {
        i32::MAX => Err(not_finite("infinity")),
        i32::MIN => Err(not_finite("-infinity")),
        days if days.unsigned_abs() > FAR_DAYS => Err(beyond(i64::from(days), YEARS)),
        days => Ok(i64::from(days) * DAY_MICROS),
    }
}

fn of_timestamp(field: &[u8], target: &UpgradeType) -> Result<i64, ValueError> {
    match i64::from_be_bytes(exact(field, target)?) {
        i64::MAX => Err(not_finite("infinity")),
        i64::MIN => Err(not_finite("-infinity")),
        micros => Ok(micros),
    }
}

fn of_interval(field: &[u8], target: &UpgradeType) -> Result<i64, ValueError> {
    let bytes: [u8; 16] = exact(field, target)?;
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    let micros = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let days = i32::from_be_bytes([i, j, k, l]);
    let months = i32::from_be_bytes([m, n, o, p]);
    match (days, months) {
        (0, 0) => Ok(micros),
        (i32::MAX, i32::MAX) if micros == i64::MAX => Err(not_finite("infinity")),
        (i32::MIN, i32::MIN) if micros == i64::MIN => Err(not_finite("-infinity")),
        _ => Err(ValueError::new(
            "bad_time",
            format!("interval has {months} months and {days} days, a legacy TIME has hours only"),
        )),
    }
}

fn check_fraction(micros: i64, digits: u8) -> Result<(), ValueError> {
    let unit = 10i64.pow(6 - u32::from(digits.min(6)));
    if micros % unit == 0 {
        return Ok(());
    }
    Err(ValueError::new(
        "would_round",
        format!("value has more than the {digits} fractional digits of the legacy column"),
    ))
}

/// The calendar and the clock of microseconds since 2000.
fn civil(micros: i64) -> Result<DateValue, ValueError> {
    let (year, month, day) = calendar(micros.div_euclid(DAY_MICROS));
    if !(1..=9999).contains(&year) {
        return Err(beyond(micros.div_euclid(DAY_MICROS), YEARS));
    }
    let time = clock(micros.rem_euclid(DAY_MICROS));
    Ok(DateValue {
        year: year as u16,
        month,
        day,
        hour: time.hours,
        minute: time.minutes,
        second: time.seconds,
        micros: time.micros,
    })
}

/// Year, month and day of a day number since 2000, by years that begin in March and cycles of 400 years.
fn calendar(days: i64) -> (i64, u8, u8) {
    // 1 March 0000 was 730,425 days before 2000.
    let days = days + 730_425;
    let cycle = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let month_of_year = if month < 10 { month + 3 } else { month - 9 };
    let year = cycle * 400 + year + i64::from(month_of_year <= 2);
    (year, month_of_year as u8, day_of_month as u8)
}

fn clock(micros: i64) -> TimeValue {
    let positive = micros.unsigned_abs();
    let seconds = positive / 1_000_000;
    TimeValue {
        negative: micros < 0,
        days: (seconds / 86_400) as u32,
        hours: (seconds / 3600 % 24) as u8,
        minutes: (seconds / 60 % 60) as u8,
        seconds: (seconds % 60) as u8,
        micros: (positive % 1_000_000) as u32,
    }
}

fn show(days: i64) -> String {
    let (year, month, day) = calendar(days);
    match year {
        1.. => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{:04}-{month:02}-{day:02} BC", 1 - year),
    }
}

#[cold]
fn beyond(days: i64, what: &str) -> ValueError {
    ValueError::new(
        "out_of_range",
        format!(
            "value {} is beyond {what}, which the legacy column holds",
            show(days)
        ),
    )
}

#[cold]
fn invalid(printed: &str) -> ValueError {
    ValueError::new(
        "invalid_date",
        format!(
            "value {} is not a date in the form that the legacy server prints",
            shown_bytes(printed.as_bytes())
        ),
    )
}

/// Numbers between separators; `None` where something else stands.
fn numbers(printed: &str) -> Option<Vec<u32>> {
    printed
        .split(['-', ' ', ':', '.'])
        .map(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| digits)
        })
        .collect()
}

/// A date as text: what is printed again must be the same text.
fn printed_date(printed: &str, fraction: Option<u8>) -> Result<Value, ValueError> {
    let bad = || invalid(printed);
    let parts = numbers(printed).ok_or_else(bad)?;
    let part = |at: usize| parts.get(at).copied().unwrap_or(0);
    let digits = usize::from(fraction.unwrap_or(0).min(6));
    let scale = 10u32.pow(6 - digits as u32);
    let small = |at: usize, most: u32| {
        u8::try_from(part(at))
            .ok()
            .filter(|n| u32::from(*n) <= most)
    };
    let date = DateValue {
        year: u16::try_from(part(0))
            .ok()
            .filter(|year| *year <= 9999)
            .ok_or_else(bad)?,
        month: small(1, 12).ok_or_else(bad)?,
        day: small(2, 31).ok_or_else(bad)?,
        hour: small(3, 23).ok_or_else(bad)?,
        minute: small(4, 59).ok_or_else(bad)?,
        second: small(5, 59).ok_or_else(bad)?,
        micros: part(6)
            .checked_mul(scale)
            .filter(|micros| *micros < 1_000_000)
            .ok_or_else(bad)?,
    };
    let mut buffer = [0; datetime::PRINTED_BYTES];
    if datetime::print(&date, fraction, &mut buffer) != printed.as_bytes() {
        return Err(bad());
    }
    Ok(Value::Date(date))
}

/// A time as text: what is printed again must be the same text.
fn printed_time(printed: &str, fraction: u8) -> Result<Value, ValueError> {
    let bad = || {
        ValueError::new(
            "bad_time",
            format!(
                "value {} is not a time in the form that the legacy server prints",
                shown_bytes(printed.as_bytes())
            ),
        )
    };
    let (negative, rest) = match printed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, printed),
    };
    let parts = numbers(rest).ok_or_else(bad)?;
    let part = |at: usize| parts.get(at).copied().unwrap_or(0);
    let scale = 10u32.pow(6 - u32::from(fraction.min(6)));
    let hours = part(0);
    let micros = part(3).checked_mul(scale).ok_or_else(bad)?;
    if hours > 838 || part(1) > 59 || part(2) > 59 || micros > 999_999 {
        return Err(bad());
    }
    let time = TimeValue {
        negative,
        days: hours / 24,
        hours: (hours % 24) as u8,
        minutes: part(1) as u8,
        seconds: part(2) as u8,
        micros,
    };
    if print_time(&time, fraction, &mut [0; 30]) != printed.as_bytes() {
        return Err(bad());
    }
    Ok(Value::Time(time))
}
