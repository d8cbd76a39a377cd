//! TIME: a duration of up to 838 hours either way, or a time of day.
//!
//! Promise: the default target is an interval of microseconds, exact over the whole range. `time` takes only what is a time of day.

use super::DefaultTarget;
use super::datetime::{check_fraction, digits};
use super::error::ValueError;
use super::integer::put_int8;
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::{TimeValue, Value};

/// What a time column can be written to.
pub(super) const WORKS: &str = "a time column can become interval, time without time zone (00:00:00 to 24:00:00 only), text or character varying";

const DAY_MICROS: i64 = 86_400_000_000;

/// How a time is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    /// The fractional digits that the target keeps.
    Interval(u8),
    /// The fractional digits that the target keeps.
    Time(u8),
    /// As printed with this many fractional digits.
    Text(Form, u8),
}

pub(super) fn compile(fraction: u8, target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Interval { precision } => Ok(Up::Interval(precision.unwrap_or(6))),
        UpgradeType::Time { precision } => Ok(Up::Time(precision.unwrap_or(6))),
        _ => Form::of(target)
            .map(|form| Up::Text(form, fraction))
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Time(time) = value else {
            return Err(ValueError::unexpected(value, "time"));
        };
        if time.hours > 23 || time.minutes > 59 || time.seconds > 59 || time.micros > 999_999 {
            return Err(ValueError::unexpected(value, "time"));
        }
        match self {
            Up::Interval(digits) => {
                check_fraction(time.micros, *digits, value)?;
                let mut field = [0; 20];
                field[3] = 16;
                field[4..12].copy_from_slice(&micros(time).to_be_bytes());
                out.extend_from_slice(&field);
            }
            Up::Time(digits) => {
                check_fraction(time.micros, *digits, value)?;
                let micros = micros(time);
                if !(0..=DAY_MICROS).contains(&micros) {
                    return Err(ValueError::out_of_range(value, "time"));
                }
                put_int8(micros, out);
            }
            Up::Text(form, fraction) => {
                let mut buffer = [0; PRINTED_BYTES];
                return form.put(print(time, *fraction, &mut buffer), out);
            }
        }
        Ok(())
    }
}

fn micros(time: &TimeValue) -> i64 {
    let hours = i64::from(time.days) * 24 + i64::from(time.hours);
    let seconds = hours * 3600 + i64::from(time.minutes) * 60 + i64::from(time.seconds);
    let micros = seconds * 1_000_000 + i64::from(time.micros);
    if time.negative { -micros } else { micros }
}

/// The length of the longest time: a sign, ten digits of hours (the protocol could say so), `:59:59.999999`.
const PRINTED_BYTES: usize = 30;

/// The time as the server prints it, hours in at least two digits.
pub(super) fn print<'a>(
    time: &TimeValue,
    fraction: u8,
    buffer: &'a mut [u8; PRINTED_BYTES],
) -> &'a [u8] {
    *buffer = *b"-0000000000000:00:00.000000000";
    let hours = u64::from(time.days) * 24 + u64::from(time.hours);
    let width = if hours > 99 {
        hours.ilog10() as usize + 1
    } else {
        2
    };
    let hours_at = 14 - width;
    let mut rest = hours;
    for place in buffer[hours_at..14].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    digits(u32::from(time.minutes), &mut buffer[15..17]);
    digits(u32::from(time.seconds), &mut buffer[18..20]);
    digits(time.micros, &mut buffer[21..27]);
    let end = match fraction {
        0 => 20,
        fraction => 21 + usize::from(fraction.min(6)),
    };
    if time.negative {
        buffer[hours_at - 1] = b'-';
        return &buffer[hours_at - 1..end];
    }
    &buffer[hours_at..end]
}

pub(super) fn default_target(fraction: u8) -> DefaultTarget {
    DefaultTarget::sql(format!("interval({fraction})")).with_note(
        "time may be negative and longer than a day and is kept as interval; use time where it is a time of day",
    )
}
