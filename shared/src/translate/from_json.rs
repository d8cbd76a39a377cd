//! A legacy value from JSON, as [`crate::change::plain`] writes it: for trying a row out.

use crate::mapping::catalog::LegacyColumn;
use crate::value::{DateValue, TimeValue, Value};
use serde_json::Value as Json;

/// The value that the legacy server would send for a column; the reason where the JSON is nothing that the column can hold.
pub fn from_json(json: &Json, column: &LegacyColumn) -> Result<Value, String> {
    let text = match json {
        Json::Null => return Ok(Value::Null),
        Json::String(text) => text.clone(),
        Json::Bool(flag) => u8::from(*flag).to_string(),
        other => other.to_string(),
    };
    let wrong = || {
        format!(
            "\"{text}\" is no value for column \"{}\" of type {}",
            column.name, column.column_type
        )
    };
    match column.data_type.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => {
            let signed = text.parse().map(Value::Int);
            signed
                .or_else(|_| text.parse().map(Value::UInt))
                .map_err(|_| wrong())
        }
        "float" => text.parse().map(Value::Float).map_err(|_| wrong()),
        "double" => text.parse().map(Value::Double).map_err(|_| wrong()),
        "date" | "datetime" | "timestamp" => date(&text).map(Value::Date).ok_or_else(wrong),
        "time" => time(&text).map(Value::Time).ok_or_else(wrong),
        "bit" => bits(&text, column).ok_or_else(wrong),
        "set" if json.is_number() => set(&text, column).ok_or_else(wrong),
        _ => Ok(Value::Bytes(
            bytes(&text).unwrap_or_else(|| text.into_bytes()),
        )),
    }
}

/// Bytes from `0x` and hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.is_ascii())?;
    if digits.len() % 2 != 0 {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// A number of bits, in as many bytes as the column has.
fn bits(text: &str, column: &LegacyColumn) -> Option<Value> {
    if let Some(bytes) = bytes(text) {
        return Some(Value::Bytes(bytes));
    }
    let number: u64 = text.parse().ok()?;
    let length = usize::try_from(column.precision.unwrap_or(64).div_ceil(8)).ok()?;
    let all = number.to_be_bytes();
    all.get(8usize.checked_sub(length)?..)
        .map(|bytes| Value::Bytes(bytes.to_vec()))
}

/// The members of a SET from its number, as which it is written: one bit for each label.
fn set(text: &str, column: &LegacyColumn) -> Option<Value> {
    let number: u64 = text.parse().ok()?;
    let labels = crate::types::set_members(column);
    let known = u32::try_from(labels.len()).ok()?;
    if number.checked_shr(known).unwrap_or(0) != 0 {
        return None;
    }
    let members = labels.iter().enumerate();
    let set: Vec<&str> = members
        .filter(|(at, _)| number >> at & 1 == 1)
        .map(|(_, label)| label.as_str())
        .collect();
    Some(Value::Bytes(set.join(",").into_bytes()))
}

fn date(text: &str) -> Option<DateValue> {
    let (day, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts = day.splitn(3, '-');
    let (hour, minute, second, micros) = of_clock(clock)?;
    Some(DateValue {
        year: parts.next()?.parse().ok()?,
        month: parts.next()?.parse().ok()?,
        day: parts.next()?.parse().ok()?,
        hour: hour.try_into().ok()?,
        minute,
        second,
        micros,
    })
}

fn time(text: &str) -> Option<TimeValue> {
    let (negative, clock) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (hours, minutes, seconds, micros) = of_clock(clock)?;
    Some(TimeValue {
        negative,
        days: hours / 24,
        hours: (hours % 24).try_into().ok()?,
        minutes,
        seconds,
        micros,
    })
}

/// Hours, minutes, seconds and microseconds.
fn of_clock(text: &str) -> Option<(u32, u8, u8, u32)> {
    let mut parts = text.splitn(3, ':');
    let (hours, minutes) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds = parts.next().unwrap_or("0");
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let micros = format!("{fraction:0<6}");
    Some((
        hours,
        minutes,
        whole.parse().ok()?,
        micros.get(..6)?.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::plain;
    use crate::mapping::example::column;

    #[test]
    fn what_is_shown_is_read_back() {
        for (kind, text) in [
            ("int", "-5"),
            ("bigint unsigned", "18446744073709551615"),
            ("datetime(6)", "\"2020-02-29 01:02:03.000400\""),
            ("date", "\"0000-00-00 00:00:00.000000\""),
            ("time(6)", "\"-838:59:59.000000\""),
            ("varchar(9)", "\"it's\""),
            ("varbinary(9)", "\"0xff00\""),
            ("decimal(9,2)", "\"1.50\""),
        ] {
            let json: Json = serde_json::from_str(text).expect("JSON");
            let value = from_json(&json, &column("c", kind)).expect("a value");
            assert_eq!(plain(&value), json, "{kind}");
        }
        assert!(from_json(&Json::from("x"), &column("c", "int")).is_err());
    }

    /// A SET goes down as a number, and that number has to come up again.
    #[test]
    fn a_set_is_read_from_its_number() {
        let column = column("c", "set('early','late','1')");
        let read = |json: Json| from_json(&json, &column);
        for (number, members) in [(0, ""), (1, "early"), (6, "late,1")] {
            let bytes = Value::Bytes(members.as_bytes().to_vec());
            assert_eq!(read(Json::from(number)), Ok(bytes.clone()));
            assert_eq!(read(Json::from(members)), Ok(bytes));
        }
        assert!(read(Json::from(8)).is_err() && read(Json::from(-1)).is_err());
        assert_eq!(read(Json::from("1")), Ok(Value::Bytes(b"1".to_vec())));
    }
}
