//! Decimal numbers of up to 38 digits, exact.
//!
//! Promise: an operation gives the exact result, or `None`.

/// `digits / 10^scale`, without zeros at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exact {
    digits: i128,
    scale: u32,
}

impl Exact {
    /// Reads `[-]digits[.digits]`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        if unsigned.is_empty() || !all_digits(unsigned) || !all_digits(fraction) {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self::of(digits, u32::try_from(fraction.len()).ok()?))
    }

    fn of(mut digits: i128, mut scale: u32) -> Self {
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        Self { digits, scale }
    }

    /// True for 0.
    pub(super) fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The product.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        Some(Self::of(digits, self.scale + other.scale))
    }

    /// The quotient, where it has an end.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        let mut digits = self.digits.checked_mul(10i128.checked_pow(other.scale)?)?;
        let mut scale = self.scale;
        if other.digits == 0 {
            return None;
        }
        // What does not end after the divisor's twos and fives never does.
        while digits % other.digits != 0 {
            digits = digits.checked_mul(10)?;
            scale += 1;
        }
        Some(Self::of(digits / other.digits, scale))
    }

    /// The sum.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let at = |number: Self| {
            let factor = 10i128.checked_pow(scale - number.scale)?;
            number.digits.checked_mul(factor)
        };
        Some(Self::of(at(self)?.checked_add(at(other)?)?, scale))
    }

    /// The number with the other sign.
    pub(super) fn negated(self) -> Self {
        Self {
            digits: -self.digits,
            ..self
        }
    }

    /// With exactly that many digits after the point; `None` where it has more.
    pub(super) fn print(self, scale: u32) -> Option<String> {
        let missing = scale.checked_sub(self.scale)?;
        let digits = self.digits.unsigned_abs().to_string() + &"0".repeat(missing as usize);
        let wanted = scale as usize + 1;
        let digits = format!("{digits:0>wanted$}");
        let sign = if self.digits < 0 { "-" } else { "" };
        let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
        Some(match scale {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{fraction}"),
        })
    }

    /// With the digits that it has.
    pub(super) fn shortest(self) -> String {
        self.print(self.scale).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Exact {
        Exact::read(text).expect("a number")
    }

    #[test]
    fn arithmetic_is_exact_or_none() {
        assert_eq!(number("-1050").times(number("0.01")), Some(number("-10.5")));
        assert_eq!(number("1").over(number("8")), Some(number("0.125")));
        assert_eq!(number("1").over(number("3")), None);
        assert_eq!(number("1").over(number("0")), None);
        assert_eq!(number("3").over(number("1.5")), Some(number("2")));
        assert_eq!(number("1.5").plus(number("-0.25")), Some(number("1.25")));
        assert_eq!(number("0.05").shortest(), "0.05");
        assert_eq!(number("-10.5").print(2).as_deref(), Some("-10.50"));
        assert_eq!(number("10.55").print(1), None);
        assert_eq!(number("-0").shortest(), "0");
        assert_eq!(
            number(&i64::MIN.to_string()).shortest(),
            i64::MIN.to_string()
        );
        assert!(Exact::read("1e5").is_none() && Exact::read("").is_none());
        assert!(Exact::read("--1").is_none() && Exact::read("1.2.3").is_none());
    }
}
