//! One value as the legacy server's binary protocol gives it: exact, before any interpretation.
//!
//! Promise: nothing is lost between the wire and this type (a FLOAT is its own four bytes, a date may be zero or partial, a TIME may
//! be negative and longer than a day). It never interprets: what a value means for a column is `crate::types`' work.

use serde::{Deserialize, Serialize};

/// One legacy value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    UInt(u64),
    /// FLOAT, its exact bits.
    Float(f32),
    /// DOUBLE, its exact bits.
    Double(f64),
    /// Text in utf8mb4, a decimal's digits, or raw bytes: the column says which.
    Bytes(#[serde(with = "hex")] Vec<u8>),
    /// DATE, DATETIME or TIMESTAMP (the session's zone is UTC); month and day may be zero.
    Date(DateValue),
    /// TIME, up to 838 hours either way.
    Time(TimeValue),
}

/// The fields of a DATE, DATETIME or TIMESTAMP, as stored: zero and partial dates included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateValue {
    /// 0 to 9999.
    pub year: u16,
    /// 0 to 12.
    pub month: u8,
    /// 0 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999,999.
    pub micros: u32,
}

/// The fields of a TIME.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeValue {
    /// True below zero.
    pub negative: bool,
    /// 0 to 34.
    pub days: u32,
    /// 0 to 23.
    pub hours: u8,
    /// 0 to 59.
    pub minutes: u8,
    /// 0 to 59.
    pub seconds: u8,
    /// 0 to 999,999.
    pub micros: u32,
}

/// Bytes as hexadecimal digits in JSON, since they need not be text.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        serializer.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let digits = String::deserialize(deserializer)?;
        if digits.len() % 2 != 0 || !digits.is_ascii() {
            return Err(D::Error::custom(
                "bytes must be pairs of hexadecimal digits",
            ));
        }
        (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(D::Error::custom))
            .collect()
    }
}
