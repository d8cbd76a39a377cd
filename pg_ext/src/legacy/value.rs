//! From the client library's value to ours.

use tandem_shared::value::{DateValue, TimeValue, Value};

/// Takes a value off the wire, unchanged.
pub fn from_wire(value: mysql::Value) -> Value {
    match value {
        mysql::Value::NULL => Value::Null,
        mysql::Value::Bytes(bytes) => Value::Bytes(bytes),
        mysql::Value::Int(number) => Value::Int(number),
        mysql::Value::UInt(number) => Value::UInt(number),
        mysql::Value::Float(number) => Value::Float(number),
        mysql::Value::Double(number) => Value::Double(number),
        mysql::Value::Date(year, month, day, hour, minute, second, micros) => {
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
        mysql::Value::Time(negative, days, hours, minutes, seconds, micros) => {
            Value::Time(TimeValue {
                negative,
                days,
                hours,
                minutes,
                seconds,
                micros,
            })
        }
    }
}

/// Puts a value on the wire as a statement's parameter, unchanged.
pub fn to_wire(value: &Value) -> mysql::Value {
    match value.clone() {
        Value::Null => mysql::Value::NULL,
        Value::Bytes(bytes) => mysql::Value::Bytes(bytes),
        Value::Int(number) => mysql::Value::Int(number),
        Value::UInt(number) => mysql::Value::UInt(number),
        Value::Float(number) => mysql::Value::Float(number),
        Value::Double(number) => mysql::Value::Double(number),
        Value::Date(d) => {
            mysql::Value::Date(d.year, d.month, d.day, d.hour, d.minute, d.second, d.micros)
        }
        Value::Time(t) => {
            mysql::Value::Time(t.negative, t.days, t.hours, t.minutes, t.seconds, t.micros)
        }
    }
}
