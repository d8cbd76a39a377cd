//! FLOAT and DOUBLE.
//!
//! Promise: the same bits arrive. A FLOAT is written to double precision as the same number; a DOUBLE to real only where that loses nothing.

use super::DefaultTarget;
use super::error::ValueError;
use super::integer::put_int8;
use super::upgrade::UpgradeType;
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// What a float or double column can be written to.
pub(super) const WORKS: &str = "a float or double column can become real or double precision";

/// How a float is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Float4,
    Float8,
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Float4 => Ok(Up::Float4),
        UpgradeType::Float8 => Ok(Up::Float8),
        _ => Err(WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        match (self, value) {
            (Up::Float4, Value::Float(number)) => put_float4(*number, out),
            (Up::Float8, Value::Float(number)) => put_float8(f64::from(*number), out),
            (Up::Float8, Value::Double(number)) => put_float8(*number, out),
            (Up::Float4, Value::Double(number)) => {
                let narrow = *number as f32;
                if f64::from(narrow).to_bits() != number.to_bits() {
                    return Err(ValueError::new(
                        "would_round",
                        format!("value {number} has more digits than type real keeps"),
                    ));
                }
                put_float4(narrow, out);
            }
            _ => return Err(ValueError::unexpected(value, "float or double")),
        }
        Ok(())
    }
}

fn put_float4(number: f32, out: &mut Vec<u8>) {
    let [a, b, c, d] = number.to_bits().to_be_bytes();
    out.extend_from_slice(&[0, 0, 0, 4, a, b, c, d]);
}

fn put_float8(number: f64, out: &mut Vec<u8>) {
    put_int8(number.to_bits().cast_signed(), out);
}

pub(super) fn default_target(column: &LegacyColumn, sql: &'static str) -> DefaultTarget {
    let target = DefaultTarget::sql(sql);
    if column.unsigned() {
        return target.with_check("{column} >= 0");
    }
    target
}
