//! Keys that both sides, or several legacy servers, hand out without ever meeting: disjoint ranges and interleaved numbers.
//!
//! Promise: two links with different declarations of one space never give the same number, and the number says which link it came from.

use super::{Class, Lens};
use crate::row::{put_field, put_null};
use crate::types::{UpgradeType, ValueError};
use crate::value::Value;

/// `upgrade = legacy * step + offset`, for legacy keys from 0 to below `size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOut {
    step: i64,
    offset: i64,
    /// The number of legacy keys that have a place; `None` for all that the type holds.
    size: Option<i64>,
    bytes: usize,
}

impl HandOut {
    /// A range of `size` keys that begins at `offset`.
    pub fn range(offset: i64, size: i64, target: &UpgradeType) -> Result<Self, String> {
        if size <= 0 || offset.checked_add(size).is_none() {
            return Err(format!(
                "a range of {size} keys from {offset} cannot be handed out"
            ));
        }
        Self::of(1, offset, Some(size), target)
    }

    /// Every `step`-th number, beginning at `offset`.
    pub fn interleaved(step: i64, offset: i64, target: &UpgradeType) -> Result<Self, String> {
        if step <= 0 || !(0..step).contains(&offset) {
            return Err(format!(
                "with step {step} the offset must be from 0 to {}, not {offset}",
                step - 1
            ));
        }
        Self::of(step, offset, None, target)
    }

    fn of(step: i64, offset: i64, size: Option<i64>, target: &UpgradeType) -> Result<Self, String> {
        let bytes = match target {
            UpgradeType::Int2 => 2,
            UpgradeType::Int4 => 4,
            UpgradeType::Int8 => 8,
            other => {
                return Err(format!(
                    "keys of type {other} cannot be handed out in ranges; use smallint, integer or bigint"
                ));
            }
        };
        Ok(Self {
            step,
            offset,
            size,
            bytes,
        })
    }

    fn hand_out(&self, key: i64) -> Option<i64> {
        if key < 0 || self.size.is_some_and(|size| key >= size) {
            return None;
        }
        let number = key.checked_mul(self.step)?.checked_add(self.offset)?;
        let bits = u32::try_from(self.bytes * 8 - 1).ok()?;
        (number >> (bits - 1) >> 1 == 0).then_some(number)
    }
}

impl Lens for HandOut {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let key = match *value {
            Value::Null => {
                put_null(out);
                return Ok(());
            }
            Value::Int(key) => Some(key),
            Value::UInt(key) => i64::try_from(key).ok(),
            _ => return Err(ValueError::unexpected(value, "integer")),
        };
        let number = key
            .and_then(|key| self.hand_out(key))
            .ok_or_else(|| ValueError::out_of_range(value, "key of this link"))?;
        let bytes = number.to_be_bytes();
        put_field(out, &bytes[8 - self.bytes..])
            .map_err(|_| ValueError::out_of_range(value, "key"))?;
        Ok(())
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(field) = fields.first().copied().flatten() else {
            return Ok(vec![Value::Null]);
        };
        let number = match *field {
            [a, b] => i64::from(i16::from_be_bytes([a, b])),
            [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => i64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => {
                return Err(ValueError::new(
                    "unexpected_value",
                    "a key is not an integer",
                ));
            }
        };
        let key = number
            .checked_sub(self.offset)
            .filter(|rest| rest.rem_euclid(self.step) == 0)
            .map(|rest| rest / self.step)
            .filter(|key| self.hand_out(*key) == Some(number));
        key.map(|key| vec![Value::Int(key)]).ok_or_else(|| {
            ValueError::new(
                "out_of_range",
                format!("key {number} was not handed out for this link"),
            )
        })
    }

    fn class(&self) -> Class {
        Class::Lossless
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(lens: &HandOut, key: i64) -> Option<i64> {
        let mut out = Vec::new();
        lens.up(&[&Value::Int(key)], &mut out).ok()?;
        let back = lens.down(&[Some(&out[4..])]).expect("handed out");
        assert_eq!(back, vec![Value::Int(key)]);
        Some(
            out[4..]
                .iter()
                .fold(0, |number, byte| number << 8 | i64::from(*byte)),
        )
    }

    #[test]
    fn ranges_and_steps_never_meet() {
        let range = HandOut::range(1000, 100, &UpgradeType::Int4).expect("a range");
        assert_eq!(up(&range, 0), Some(1000));
        assert_eq!(up(&range, 99), Some(1099));
        assert_eq!(up(&range, 100), None);
        assert_eq!(up(&range, -1), None);
        assert!(range.down(&[Some(&1100i32.to_be_bytes())]).is_err());
        let third = HandOut::interleaved(3, 1, &UpgradeType::Int8).expect("steps");
        assert_eq!(up(&third, 5), Some(16));
        assert!(third.down(&[Some(&15i64.to_be_bytes())]).is_err());
        let small = HandOut::interleaved(2, 0, &UpgradeType::Int2).expect("steps");
        assert_eq!(up(&small, 16383), Some(32766));
        assert_eq!(up(&small, 16384), None);
        assert_eq!(up(&third, i64::MAX), None);
        assert!(HandOut::interleaved(3, 3, &UpgradeType::Int8).is_err());
        assert!(HandOut::range(0, 10, &UpgradeType::Text).is_err());
    }
}
