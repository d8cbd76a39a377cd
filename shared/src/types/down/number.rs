//! Integers, YEAR, BIT, DECIMAL, FLOAT and DOUBLE.
//!
//! Promise: the number is stored as it is or refused. A text becomes a number only in the form in which the legacy server would print it, so
//! that the same text comes back.

use super::super::error::{ValueError, shown_bytes};
use super::super::legacy::IntegerWidth;
use super::super::numeric::Number;
use super::super::upgrade::UpgradeType;
use super::read::{exact, malformed, not_finite, numeric, text};
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// The numbers of an integer column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    low: i128,
    high: i128,
    unsigned: bool,
    year: bool,
}

impl Range {
    /// YEAR: 0, and 1901 to 2155. The server would take 1 to 99 for years of two digits.
    pub(super) const YEAR: Range = Range {
        low: 0,
        high: 2155,
        unsigned: true,
        year: true,
    };

    pub(super) fn of(column: &LegacyColumn, width: IntegerWidth) -> Range {
        let bits = match width {
            IntegerWidth::Tiny => 8,
            IntegerWidth::Small => 16,
            IntegerWidth::Medium => 24,
            IntegerWidth::Int => 32,
            IntegerWidth::Big => 64,
        };
        let unsigned = column.unsigned();
        let (low, high) = if unsigned {
            (0, (1 << bits) - 1)
        } else {
            (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
        };
        Range {
            low,
            high,
            unsigned,
            year: false,
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let number = whole(field, target)?;
        let between = self.year && (1..1901).contains(&number);
        if number < self.low || number > self.high || between {
            return Err(out_of_range(&number.to_string()));
        }
        Ok(if self.unsigned {
            Value::UInt(number as u64)
        } else {
            Value::Int(number as i64)
        })
    }
}

#[cold]
fn out_of_range(number: &str) -> ValueError {
    ValueError::new(
        "out_of_range",
        format!("value {number} is out of range for the legacy column"),
    )
}

#[cold]
fn would_round(number: &str) -> ValueError {
    ValueError::new(
        "would_round",
        format!("value {number} has more digits than the legacy column keeps"),
    )
}

#[cold]
fn bad_number(text: &str) -> ValueError {
    ValueError::new(
        "bad_number",
        format!(
            "value {} is not a number in the form that the legacy server prints",
            shown_bytes(text.as_bytes())
        ),
    )
}

/// A whole number of any type that integers become.
fn whole(field: &[u8], target: &UpgradeType) -> Result<i128, ValueError> {
    Ok(match target {
        UpgradeType::Int2 => i16::from_be_bytes(exact(field, target)?).into(),
        UpgradeType::Int4 => i32::from_be_bytes(exact(field, target)?).into(),
        UpgradeType::Int8 => i64::from_be_bytes(exact(field, target)?).into(),
        UpgradeType::Bool => {
            let [yes] = exact(field, target)?;
            i128::from(yes != 0)
        }
        UpgradeType::Numeric { .. } => {
            let printed = numeric(field, target)?;
            let number =
                Number::read(printed.as_bytes()).ok_or_else(|| malformed(field, target))?;
            if !number.is_whole() {
                return Err(would_round(&printed));
            }
            let digits = printed.split('.').next().unwrap_or_default();
            digits.parse().map_err(|_| out_of_range(digits))?
        }
        _ => {
            let printed = text(field, target)?;
            match printed.parse::<i128>() {
                Ok(number) if number.to_string() == printed => number,
                _ => return Err(bad_number(printed)),
            }
        }
    })
}

/// BIT(n), as a number.
pub(super) fn bits(field: &[u8], target: &UpgradeType, bits: u8) -> Result<Value, ValueError> {
    let number = match target {
        UpgradeType::Bit { .. } | UpgradeType::VarBit { .. } => bit_string(field, target, bits)?,
        UpgradeType::Bytea => {
            if field.len() != usize::from(bits.div_ceil(8)) {
                return Err(bad_length(field.len(), "bytes", bits.div_ceil(8).into()));
            }
            right_aligned(field)
        }
        _ => {
            let number = whole(field, target)?;
            u64::try_from(number).map_err(|_| out_of_range(&number.to_string()))?
        }
    };
    if bits < 64 && number >> bits != 0 {
        return Err(out_of_range(&number.to_string()));
    }
    Ok(Value::UInt(number))
}

fn bit_string(field: &[u8], target: &UpgradeType, bits: u8) -> Result<u64, ValueError> {
    let bad = || malformed(field, target);
    let (count, bytes) = field.split_first_chunk::<4>().ok_or_else(bad)?;
    let count = u32::from_be_bytes(*count);
    if count != u32::from(bits) {
        return Err(bad_length(count as usize, "bits", bits.into()));
    }
    if bytes.len() != usize::from(bits.div_ceil(8)) {
        return Err(bad());
    }
    let mut left_aligned = [0; 8];
    left_aligned[..bytes.len()].copy_from_slice(bytes);
    Ok(u64::from_be_bytes(left_aligned) >> (64 - u32::from(bits)))
}

fn right_aligned(bytes: &[u8]) -> u64 {
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    bytes.iter().fold(0, add)
}

/// A value of another length than the legacy column's one.
#[cold]
pub(super) fn bad_length(found: usize, what: &str, wanted: usize) -> ValueError {
    ValueError::new(
        "bad_length",
        format!("value has {found} {what}, a value of the legacy column always {wanted}"),
    )
}

/// The digits of a DECIMAL column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits {
    precision: i32,
    scale: i32,
    unsigned: bool,
}

impl Digits {
    pub(super) fn of(column: &LegacyColumn) -> Digits {
        Digits {
            precision: column.precision.unwrap_or(10) as i32,
            scale: column.scale.unwrap_or(0) as i32,
            unsigned: column.unsigned(),
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let is_text = matches!(
            target,
            UpgradeType::Text | UpgradeType::Varchar { .. } | UpgradeType::Char { .. }
        );
        let given = match target {
            UpgradeType::Numeric { .. } => numeric(field, target)?,
            _ if is_text => text(field, target)?.to_owned(),
            _ => whole(field, target)?.to_string(),
        };
        let number = Number::read(given.as_bytes()).ok_or_else(|| bad_number(&given))?;
        if number
            .lowest_place()
            .is_some_and(|place| place < -self.scale)
        {
            return Err(would_round(&given));
        }
        let highest = number.highest_place();
        let negative = number.negative && highest.is_some();
        if highest.is_some_and(|place| place >= self.precision - self.scale)
            || negative && self.unsigned
        {
            return Err(out_of_range(&given));
        }
        let printed = self.print(&number, negative);
        if is_text && printed != given {
            return Err(bad_number(&given));
        }
        Ok(Value::Bytes(printed.into_bytes()))
    }

    /// The number as the legacy server prints it.
    fn print(&self, number: &Number<'_>, negative: bool) -> String {
        let ascii = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
        let integer = match ascii(number.integer) {
            empty if empty.is_empty() => "0".to_owned(),
            digits => digits,
        };
        let sign = if negative { "-" } else { "" };
        let scale = self.scale.max(0) as usize;
        if scale == 0 {
            return format!("{sign}{integer}");
        }
        let mut fraction = ascii(number.fraction);
        fraction.truncate(scale);
        format!("{sign}{integer}.{fraction:0<scale$}")
    }
}

/// What a FLOAT or DOUBLE column keeps of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floating {
    double: bool,
    unsigned: bool,
    /// Of FLOAT(m,d): digits in all and after the point.
    digits: Option<(u32, u32)>,
}

impl Floating {
    pub(super) fn of(column: &LegacyColumn, double: bool) -> Floating {
        Floating {
            double,
            unsigned: column.unsigned(),
            digits: two_numbers(&column.column_type),
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let number = match target {
            UpgradeType::Float4 => f64::from(f32::from_be_bytes(exact(field, target)?)),
            UpgradeType::Float8 => f64::from_be_bytes(exact(field, target)?),
            _ => return Err(malformed(field, target)),
        };
        if !number.is_finite() {
            return Err(not_finite(&number.to_string()));
        }
        if self.unsigned && number < 0.0 {
            return Err(out_of_range(&number.to_string()));
        }
        let narrow = number as f32;
        if !self.double && f64::from(narrow).to_bits() != number.to_bits() {
            return Err(would_round(&number.to_string()));
        }
        self.check_digits(number)?;
        Ok(if self.double {
            Value::Double(number)
        } else {
            Value::Float(narrow)
        })
    }

    /// FLOAT(m,d) rounds to d digits. What it has stored is taken as it is, and may be a step away from the nearest.
    fn check_digits(&self, number: f64) -> Result<(), ValueError> {
        let Some((all, after)) = self.digits else {
            return Ok(());
        };
        let rounded: f64 = format!("{number:.0$}", after as usize)
            .parse()
            .unwrap_or(f64::NAN);
        let step = if self.double {
            f64::EPSILON
        } else {
            f64::from(f32::EPSILON)
        };
        if (number - rounded).abs() > number.abs() * step * 2.0 {
            return Err(would_round(&number.to_string()));
        }
        if number.abs() >= 10f64.powi(all as i32 - after as i32) {
            return Err(out_of_range(&number.to_string()));
        }
        Ok(())
    }
}

/// The numbers of a printed `float(7,2)`.
fn two_numbers(column_type: &str) -> Option<(u32, u32)> {
    let (_, rest) = column_type.split_once('(')?;
    let (numbers, _) = rest.split_once(')')?;
    let (all, after) = numbers.split_once(',')?;
    Some((all.trim().parse().ok()?, after.trim().parse().ok()?))
}
