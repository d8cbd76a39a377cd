//! What can go wrong with one value or one pair of types.
//!
//! Promise: every refusal has a stable code from [`CODES`] and says what the value was, shortened. A message never holds more than a
//! small part of a value, so that a 64 MiB text does not end in a log. Called by every family of this folder.

use crate::value::{DateValue, TimeValue, Value};

/// A value that the other side's type cannot hold as it is. The row is set aside, the value is never altered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// One of [`CODES`]; stable, for policies and counters.
    pub code: &'static str,
    /// Which value and why, in one line without full stop.
    pub message: String,
}

/// All codes with their meaning, for the reference pages.
pub const CODES: &[(&str, &str)] = &[
    (
        "ambiguous_set",
        "an empty set label makes the text of the set ambiguous",
    ),
    (
        "ambiguous_time",
        "a local time that came twice in its zone, or an instant that would be read as another one",
    ),
    (
        "bad_address",
        "the text or bytes are not an internet address in canonical form",
    ),
    (
        "bad_array",
        "an array that is no set or vector: NULLs, several dimensions, another first index, or a member twice",
    ),
    (
        "bad_geometry",
        "the bytes are not a geometry of two dimensions that the other side would read",
    ),
    (
        "bad_json",
        "the text is not JSON, or nested deeper than the other side reads",
    ),
    (
        "bad_length",
        "not as many bytes or bits as every value of the legacy column has",
    ),
    (
        "bad_number",
        "the text is not a number in the form that the legacy server prints",
    ),
    (
        "bad_time",
        "not a time as the legacy server prints it, or an interval with days or months",
    ),
    (
        "bad_uuid",
        "the text is not a UUID in lower case with hyphens",
    ),
    (
        "duplicate_key",
        "a JSON object has the same key twice; jsonb and MySQL would keep the last only",
    ),
    (
        "invalid_date",
        "a date or time of day that no calendar has, such as 31 February",
    ),
    (
        "invalid_text",
        "the bytes are not valid in the column's character set or in UTF-8",
    ),
    ("no_counterpart", "a value that a lookup does not name"),
    ("not_a_label", "the text is not a label of the enum or set"),
    (
        "not_finite",
        "NaN or infinity where the other side's type has neither",
    ),
    (
        "not_in_charset",
        "a character that the legacy column's character set lacks",
    ),
    (
        "nul_in_json",
        "the escape \\u0000 or a lone surrogate, which jsonb cannot hold (nor MySQL the surrogate)",
    ),
    (
        "nul_in_text",
        "a character of code 0, which PostgreSQL's text types cannot hold",
    ),
    (
        "out_of_range",
        "a number, date or time outside the other side's range",
    ),
    (
        "outside_domain",
        "a value that is not of the form that the column's map declares",
    ),
    (
        "partial_date",
        "a date whose year, month or day is zero, but not all three",
    ),
    ("skipped_time", "a local time that never came in its zone"),
    (
        "too_long",
        "longer than the other side's column, or than PostgreSQL can hold",
    ),
    (
        "unexpected_value",
        "a server sent another kind of value than the column's type promises",
    ),
    ("would_round", "more digits than the other side keeps"),
    (
        "wrong_srid",
        "the geometry's SRID or kind is not that of the other side's column",
    ),
    ("zero_date", "the date 0000-00-00"),
];

impl ValueError {
    /// An error with a code of [`CODES`].
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(CODES.iter().any(|(known, _)| *known == code), "{code}");
        Self {
            code,
            message: message.into(),
        }
    }

    /// `value` is outside of what `target` can hold.
    #[cold]
    pub(crate) fn out_of_range(value: &Value, target: &str) -> Self {
        Self::new(
            "out_of_range",
            format!("value {} is out of range for type {target}", shown(value)),
        )
    }

    /// The server sent a kind of value that the column's type cannot give.
    #[cold]
    pub(crate) fn unexpected(value: &Value, column: &str) -> Self {
        Self::new(
            "unexpected_value",
            format!(
                "the legacy server sent {} for a column of type {column}",
                shown(value)
            ),
        )
    }

    /// `bytes` bytes are more than a PostgreSQL field can be.
    #[cold]
    pub(super) fn too_large(bytes: usize) -> Self {
        Self::new(
            "too_long",
            format!("value of {bytes} bytes is longer than PostgreSQL can hold"),
        )
    }
}

/// A legacy column and an upgrade type that do not meet in the matrix of [`crate::types`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "column \"{column}\" of legacy type {legacy} cannot be written to upgrade type {upgrade}; {works}"
)]
pub struct TypeMismatch {
    /// The legacy column's name.
    pub column: String,
    /// The legacy type, as its server prints it.
    pub legacy: String,
    /// The upgrade type, as PostgreSQL prints it.
    pub upgrade: String,
    /// What would work, in words.
    pub works: String,
}

/// Most characters of a value shown in a message.
const SHOWN_CHARS: usize = 48;

/// A value as a message shows it: in single quotes where it is text, shortened.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Bytes(bytes) => shown_bytes(bytes),
        Value::Date(date) => shown_date(date),
        Value::Time(time) => shown_time(time),
    }
}

/// Bytes as a message shows them: as text where they are, else in hexadecimal.
pub(super) fn shown_bytes(bytes: &[u8]) -> String {
    // A cut inside a character must not turn a text into hexadecimal digits.
    let head = &bytes[..bytes.len().min(SHOWN_CHARS * 4)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() && head.len() < bytes.len() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let (mut shown, cut) = match text {
        Some(text) => {
            let start: String = text.chars().take(SHOWN_CHARS).collect();
            let cut = start.len() < bytes.len();
            (format!("'{}'", start.escape_debug()), cut)
        }
        None => {
            let start = &bytes[..bytes.len().min(SHOWN_CHARS / 2)];
            let digits: String = start.iter().map(|byte| format!("{byte:02x}")).collect();
            (format!("'\\x{digits}'"), start.len() < bytes.len())
        }
    };
    if cut {
        shown.push_str(&format!("... ({} bytes)", bytes.len()));
    }
    shown
}

fn shown_date(date: &DateValue) -> String {
    let mut shown = format!("{:04}-{:02}-{:02}", date.year, date.month, date.day);
    if date.hour != 0 || date.minute != 0 || date.second != 0 || date.micros != 0 {
        shown.push_str(&format!(
            " {:02}:{:02}:{:02}",
            date.hour, date.minute, date.second
        ));
    }
    if date.micros != 0 {
        shown.push_str(&format!(".{:06}", date.micros));
    }
    format!("'{shown}'")
}

fn shown_time(time: &TimeValue) -> String {
    let hours = u64::from(time.days) * 24 + u64::from(time.hours);
    let sign = if time.negative { "-" } else { "" };
    let fraction = match time.micros {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    format!(
        "'{sign}{hours:02}:{:02}:{:02}{fraction}'",
        time.minutes, time.seconds
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_shortened() {
        let long = Value::Bytes("é".repeat(1_000_000).into_bytes());
        let text = shown(&long);
        assert!(text.len() < 200, "{text}");
        assert!(text.ends_with("... (2000000 bytes)"), "{text}");
        assert_eq!(shown_bytes(b"\xff\x00"), "'\\xff00'");
        assert_eq!(shown_bytes(b"a'b"), "'a\\'b'");
        assert_eq!(shown_bytes(b""), "''");
    }

    #[test]
    fn temporal_values_are_shown_as_the_server_prints_them() {
        let time = TimeValue {
            negative: true,
            days: 34,
            hours: 22,
            minutes: 59,
            seconds: 59,
            micros: 1,
        };
        assert_eq!(shown(&Value::Time(time)), "'-838:59:59.000001'");
        let date = DateValue {
            year: 0,
            month: 0,
            day: 0,
            hour: 0,
            minute: 0,
            second: 0,
            micros: 0,
        };
        assert_eq!(shown(&Value::Date(date)), "'0000-00-00'");
    }

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
