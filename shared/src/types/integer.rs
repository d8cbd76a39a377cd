//! TINYINT, SMALLINT, MEDIUMINT, INT and BIGINT, signed and unsigned.
//!
//! Promise: the number arrives as it is or not at all. Display width and ZEROFILL are how a client prints, not part of the value.

use super::error::ValueError;
use super::legacy::IntegerWidth;
use super::numeric::{Shape, integer_digits};
use super::text::Form;
use super::upgrade::UpgradeType;
use super::{DefaultTarget, boolean};
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// What an integer column can be written to.
pub(super) const WORKS: &str = "an integer column can become smallint, integer, bigint, numeric, boolean (0 and 1 only), text or character varying";

/// How an integer is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Int2,
    Int4,
    Int8,
    Numeric(Shape),
    Bool,
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Int2 => Ok(Up::Int2),
        UpgradeType::Int4 => Ok(Up::Int4),
        UpgradeType::Int8 => Ok(Up::Int8),
        UpgradeType::Bool => Ok(Up::Bool),
        _ => Shape::of(target)
            .map(Up::Numeric)
            .or_else(|| Form::of(target).map(Up::Text))
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let (negative, magnitude) = match *value {
            Value::Int(number) => (number < 0, number.unsigned_abs()),
            Value::UInt(number) => (false, number),
            _ => return Err(ValueError::unexpected(value, "integer")),
        };
        self.put_number(negative, magnitude, out)
    }

    /// Writes one field from a number's sign and magnitude.
    pub(super) fn put_number(
        &self,
        negative: bool,
        magnitude: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        match self {
            Up::Int2 => match small(negative, magnitude).and_then(|n| i16::try_from(n).ok()) {
                Some(number) => put_int2(number, out),
                None => return Err(out_of_range(negative, magnitude, "smallint")),
            },
            Up::Int4 => match small(negative, magnitude).and_then(|n| i32::try_from(n).ok()) {
                Some(number) => put_int4(number, out),
                None => return Err(out_of_range(negative, magnitude, "integer")),
            },
            Up::Int8 => match small(negative, magnitude) {
                Some(number) => put_int8(number, out),
                None => return Err(out_of_range(negative, magnitude, "bigint")),
            },
            Up::Bool => match (negative, magnitude) {
                (false, 0) => boolean::put(false, out),
                (false, 1) => boolean::put(true, out),
                _ => return Err(out_of_range(negative, magnitude, "boolean")),
            },
            Up::Numeric(shape) => return shape.put_integer(negative, magnitude, out),
            Up::Text(form) => {
                let mut digits = [0; 21];
                return form.put(integer_digits(negative, magnitude, &mut digits), out);
            }
        }
        Ok(())
    }
}

fn small(negative: bool, magnitude: u64) -> Option<i64> {
    if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

#[cold]
fn out_of_range(negative: bool, magnitude: u64, target: &str) -> ValueError {
    let sign = if negative { "-" } else { "" };
    ValueError::new(
        "out_of_range",
        format!("value {sign}{magnitude} is out of range for type {target}"),
    )
}

fn put_int2(number: i16, out: &mut Vec<u8>) {
    let [a, b] = number.to_be_bytes();
    out.extend_from_slice(&[0, 0, 0, 2, a, b]);
}

fn put_int4(number: i32, out: &mut Vec<u8>) {
    let [a, b, c, d] = number.to_be_bytes();
    out.extend_from_slice(&[0, 0, 0, 4, a, b, c, d]);
}

/// Writes a field of eight bytes: bigint, and the types that are one underneath.
pub(super) fn put_int8(number: i64, out: &mut Vec<u8>) {
    let mut field = [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    field[4..].copy_from_slice(&number.to_be_bytes());
    out.extend_from_slice(&field);
}

pub(super) fn default_target(column: &LegacyColumn, width: IntegerWidth) -> DefaultTarget {
    let ranged = |sql: &str, low: i64, high: u64| {
        DefaultTarget::sql(sql).with_check(format!("{{column}} BETWEEN {low} AND {high}"))
    };
    let target = match (width, column.unsigned()) {
        (IntegerWidth::Tiny, false) => ranged("smallint", -128, 127),
        (IntegerWidth::Tiny, true) => ranged("smallint", 0, 255),
        (IntegerWidth::Small, false) => DefaultTarget::sql("smallint"),
        (IntegerWidth::Small, true) => ranged("integer", 0, u16::MAX.into()),
        (IntegerWidth::Medium, false) => ranged("integer", -(1 << 23), (1 << 23) - 1),
        (IntegerWidth::Medium, true) => ranged("integer", 0, (1 << 24) - 1),
        (IntegerWidth::Int, false) => DefaultTarget::sql("integer"),
        (IntegerWidth::Int, true) => ranged("bigint", 0, u32::MAX.into()),
        (IntegerWidth::Big, false) => DefaultTarget::sql("bigint"),
        (IntegerWidth::Big, true) => ranged("numeric(20,0)", 0, u64::MAX),
    };
    if column.flag {
        return DefaultTarget::sql("boolean").with_note(
            "tinyint(1) held 0 and 1 only when it was looked through, and became boolean; a row with another number would be parked",
        );
    }
    if width == IntegerWidth::Tiny && column.column_type.starts_with("tinyint(1)") {
        return target.with_note(
            "tinyint(1) may hold any number from -128 to 127 and is kept as smallint; use boolean where the data is 0 and 1 only",
        );
    }
    target
}
