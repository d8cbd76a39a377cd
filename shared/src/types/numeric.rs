//! PostgreSQL's numeric from decimal digits, exact.
//!
//! ```text
//! i16 groups, i16 weight of the first group, u16 sign (0 or 0x4000), u16 display scale, then the groups: i16 each, base 10,000
//! ```
//!
//! Promise: the bytes are those that PostgreSQL itself would send for the stored value (no leading or trailing zero group, the column's scale), and a
//! value that PostgreSQL would round or refuse is an error here. No allocation. Called for DECIMAL and for integers.

use super::error::{ValueError, shown_bytes};
use super::upgrade::UpgradeType;

/// Digits before and after the point that a column keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    precision: Option<u16>,
    scale: i16,
}

/// Most fractional digits that an unlimited numeric keeps.
const MAX_DISPLAY_SCALE: usize = 16_383;
/// Most digits before the point that an unlimited numeric keeps.
const MAX_INTEGER_DIGITS: usize = 131_072;

impl Shape {
    /// The shape of a numeric target; `None` for any other type.
    pub(super) fn of(target: &UpgradeType) -> Option<Shape> {
        match *target {
            UpgradeType::Numeric { precision, scale } => Some(Shape { precision, scale }),
            _ => None,
        }
    }

    /// Writes one field from text such as `-12.340`, as the legacy server sends a DECIMAL.
    pub(super) fn put(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let number = Number::read(text).ok_or_else(|| malformed(text))?;
        let display_scale = self.check(&number, text)?;
        let start = out.len();
        out.extend_from_slice(&[0; 12]);
        let weight = number.put_groups(out);
        let mut groups = (out.len() - start - 12) / 2;
        while groups > 0 && out.ends_with(&[0, 0]) {
            out.truncate(out.len() - 2);
            groups -= 1;
        }
        let negative = number.negative && groups > 0;
        let length = 8 + 2 * groups as i32;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        out[start + 4..start + 6].copy_from_slice(&(groups as i16).to_be_bytes());
        let weight = if groups == 0 { 0 } else { weight };
        out[start + 6..start + 8].copy_from_slice(&weight.to_be_bytes());
        let sign: u16 = if negative { 0x4000 } else { 0 };
        out[start + 8..start + 10].copy_from_slice(&sign.to_be_bytes());
        out[start + 10..start + 12].copy_from_slice(&display_scale.to_be_bytes());
        Ok(())
    }

    /// Writes one field from an integer.
    pub(super) fn put_integer(
        &self,
        negative: bool,
        magnitude: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), ValueError> {
        let mut digits = [0; 21];
        self.put(integer_digits(negative, magnitude, &mut digits), out)
    }

    /// The display scale of the stored value, or why the column cannot hold the number.
    fn check(&self, number: &Number<'_>, text: &[u8]) -> Result<u16, ValueError> {
        let Some(precision) = self.precision else {
            if number.integer.len() > MAX_INTEGER_DIGITS
                || number.fraction.len() > MAX_DISPLAY_SCALE
            {
                return Err(overflow(text, "numeric".to_owned()));
            }
            return Ok(number.fraction.len() as u16);
        };
        let scale = i32::from(self.scale);
        if number.lowest_place().is_some_and(|place| place < -scale) {
            return Err(ValueError::new(
                "would_round",
                format!(
                    "value {} has more digits than type numeric({precision},{scale}) keeps",
                    shown_bytes(text)
                ),
            ));
        }
        let limit = i32::from(precision) - scale;
        if number.highest_place().is_some_and(|place| place >= limit) {
            return Err(overflow(text, format!("numeric({precision},{scale})")));
        }
        Ok(u16::try_from(scale).unwrap_or(0))
    }
}

/// The digits of an integer in `buffer`, with its sign.
pub(super) fn integer_digits(negative: bool, magnitude: u64, buffer: &mut [u8; 21]) -> &[u8] {
    let mut at = buffer.len();
    let mut rest = magnitude;
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if negative {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

#[cold]
fn malformed(text: &[u8]) -> ValueError {
    ValueError::new(
        "unexpected_value",
        format!("value {} is not a decimal number", shown_bytes(text)),
    )
}

#[cold]
fn overflow(text: &[u8], target: String) -> ValueError {
    ValueError::new(
        "out_of_range",
        format!(
            "value {} is out of range for type {target}",
            shown_bytes(text)
        ),
    )
}

/// A decimal number in its parts: no leading zero before the point, all digits after it.
pub(super) struct Number<'a> {
    pub(super) negative: bool,
    pub(super) integer: &'a [u8],
    pub(super) fraction: &'a [u8],
}

impl<'a> Number<'a> {
    /// Reads `[-+]digits[.digits]`; `None` for anything else.
    pub(super) fn read(text: &'a [u8]) -> Option<Number<'a>> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let point = digits.iter().position(|byte| *byte == b'.');
        let (integer, fraction) = match point {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &[][..]),
        };
        let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if integer.is_empty() && fraction.is_empty()
            || !all_digits(integer)
            || !all_digits(fraction)
        {
            return None;
        }
        let zeros = integer.iter().take_while(|digit| **digit == b'0').count();
        Some(Number {
            negative,
            integer: &integer[zeros..],
            fraction,
        })
    }

    /// The power of ten of the first digit that is not zero.
    pub(super) fn highest_place(&self) -> Option<i32> {
        if !self.integer.is_empty() {
            return Some(self.integer.len() as i32 - 1);
        }
        let at = self.fraction.iter().position(|digit| *digit != b'0')?;
        Some(-1 - at as i32)
    }

    /// The power of ten of the last digit that is not zero.
    pub(super) fn lowest_place(&self) -> Option<i32> {
        if let Some(at) = self.fraction.iter().rposition(|digit| *digit != b'0') {
            return Some(-1 - at as i32);
        }
        let at = self.integer.iter().rposition(|digit| *digit != b'0')?;
        Some((self.integer.len() - 1 - at) as i32)
    }

    /// True when nothing but zeros follows the point.
    pub(super) fn is_whole(&self) -> bool {
        self.fraction.iter().all(|digit| *digit == b'0')
    }

    /// Appends the groups without leading zero groups; returns the weight of the first.
    fn put_groups(&self, out: &mut Vec<u8>) -> i16 {
        let mut weight = self.integer.len().div_ceil(4) as i32 - 1;
        // The first group before the point may be short, the last one after it too.
        let (head, rest) = self.integer.split_at(self.integer.len() % 4);
        let mut started = false;
        let mut put = |digits: &[u8], width: usize| {
            let mut group = digits
                .iter()
                .fold(0i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
            for _ in digits.len()..width {
                group *= 10;
            }
            if started || group != 0 {
                started = true;
                out.extend_from_slice(&group.to_be_bytes());
            } else {
                weight -= 1;
            }
        };
        if !head.is_empty() {
            put(head, head.len());
        }
        rest.chunks(4).for_each(|digits| put(digits, 4));
        self.fraction.chunks(4).for_each(|digits| put(digits, 4));
        weight as i16
    }
}
