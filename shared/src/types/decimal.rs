//! DECIMAL, up to DECIMAL(65,30).
//!
//! Promise: every digit arrives, the scale too. A target with fewer digits refuses values that it would round.

use super::DefaultTarget;
use super::error::ValueError;
use super::integer;
use super::numeric::{Number, Shape};
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// What a decimal column can be written to.
pub(super) const WORKS: &str = "a decimal column can become numeric, smallint, integer or bigint (whole numbers only), text or character varying";

/// How a decimal is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Numeric(Shape),
    Integer(integer::Up),
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    if let Some(form) = Form::of(target) {
        return Ok(Up::Text(form));
    }
    if let Some(shape) = Shape::of(target) {
        return Ok(Up::Numeric(shape));
    }
    integer::compile(target)
        .map(Up::Integer)
        .map_err(|_| WORKS.to_owned())
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(text) = value else {
            return Err(ValueError::unexpected(value, "decimal"));
        };
        match self {
            Up::Numeric(shape) => shape.put(text, out),
            Up::Text(form) => form.put(text, out),
            Up::Integer(up) => {
                let number =
                    Number::read(text).ok_or_else(|| ValueError::unexpected(value, "decimal"))?;
                if !number.is_whole() {
                    return Err(ValueError::new(
                        "would_round",
                        format!(
                            "value {} is not a whole number",
                            super::error::shown_bytes(text)
                        ),
                    ));
                }
                let magnitude = magnitude(number.integer)
                    .ok_or_else(|| ValueError::out_of_range(value, "bigint"))?;
                up.put_number(number.negative && magnitude != 0, magnitude, out)
            }
        }
    }
}

fn magnitude(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |sum, digit| {
        sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

pub(super) fn default_target(column: &LegacyColumn) -> DefaultTarget {
    let precision = column.precision.unwrap_or(10);
    let scale = column.scale.unwrap_or(0);
    let target = DefaultTarget::sql(format!("numeric({precision},{scale})"));
    if column.unsigned() {
        return target.with_check("{column} >= 0");
    }
    target
}
