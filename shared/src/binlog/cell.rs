//! Values in row events: how long each is, and a key's value as an SQL literal.
//!
//! Promise: the literal, inserted into a column declared as the key's own, gives the value that was logged.

use super::bytes::{Bytes, Unreadable};
use super::watch::KeyKind;

/// A column's type with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An integer of so many bytes.
    Int(usize),
    /// FLOAT.
    Float,
    /// DOUBLE.
    Double,
    /// YEAR.
    Year,
    /// DATE.
    Date,
    /// TIME with digits behind the point.
    Time(usize),
    /// DATETIME with digits behind the point.
    DateTime(usize),
    /// TIMESTAMP with digits behind the point.
    Timestamp(usize),
    /// DECIMAL: digits in all, digits behind the point.
    Decimal(usize, usize),
    /// ENUM or SET, or a temporal type of old: an unsigned number of so many bytes.
    Number(usize),
    /// BIT of so many bytes, the highest first.
    Bit(usize),
    /// Text or bytes behind so many bytes that say how long.
    Text(usize),
    /// As [`Shape::Text`], a document.
    Json(usize),
    /// No bytes at all.
    Nothing,
    /// A type of old that no key is made of any more, of so many bytes.
    Old(usize),
}

impl Shape {
    /// Reads what belongs to a column of type `kind`.
    pub fn read(kind: u8, meta: &mut Bytes<'_>) -> Result<Self, Unreadable> {
        Ok(match kind {
            1 => Self::Int(1),
            2 => Self::Int(2),
            3 => Self::Int(4),
            8 => Self::Int(8),
            9 => Self::Int(3),
            4 | 5 => {
                meta.take(1)?;
                if kind == 4 { Self::Float } else { Self::Double }
            }
            6 => Self::Nothing,
            13 => Self::Year,
            10 | 14 => Self::Date,
            11 => Self::Old(3),
            12 => Self::Old(8),
            7 => Self::Old(4),
            15 | 253 | 141 => Self::Text(if meta.little(2)? > 255 { 2 } else { 1 }),
            16 => {
                let (bits, whole) = (meta.size(1)?, meta.size(1)?);
                Self::Bit(whole + usize::from(bits > 0))
            }
            17 => Self::Timestamp(meta.size(1)?),
            18 => Self::DateTime(meta.size(1)?),
            19 => Self::Time(meta.size(1)?),
            245 => Self::Json(meta.size(1)?),
            246 => Self::Decimal(meta.size(1)?, meta.size(1)?),
            247 | 248 => {
                meta.take(1)?;
                Self::Number(meta.size(1)?)
            }
            140 | 242 | 249..=252 | 255 => Self::Text(meta.size(1)?),
            254 => of_string(meta)?,
            _ => return Err(Unreadable),
        })
    }

    /// Takes a value without looking at it.
    pub fn skip(self, bytes: &mut Bytes<'_>) -> Result<(), Unreadable> {
        self.raw(bytes).map(drop)
    }

    /// Takes a value's bytes, without what says how long it is.
    fn raw<'a>(self, bytes: &mut Bytes<'a>) -> Result<&'a [u8], Unreadable> {
        let size = match self {
            Self::Int(size) | Self::Number(size) | Self::Bit(size) | Self::Old(size) => size,
            Self::Float => 4,
            Self::Double => 8,
            Self::Year => 1,
            Self::Date => 3,
            Self::Time(digits) => 3 + digits.div_ceil(2),
            Self::DateTime(digits) => 5 + digits.div_ceil(2),
            Self::Timestamp(digits) => 4 + digits.div_ceil(2),
            Self::Decimal(precision, scale) => {
                decimal_bytes(precision.saturating_sub(scale)) + decimal_bytes(scale)
            }
            Self::Text(prefix) | Self::Json(prefix) => bytes.size(prefix)?,
            Self::Nothing => 0,
        };
        bytes.take(size)
    }

    /// Takes a key's value, as one or more literals: any of them may be what was stored.
    pub fn literals(self, kind: KeyKind, bytes: &mut Bytes<'_>) -> Result<Vec<String>, Unreadable> {
        let raw = self.raw(bytes)?;
        let mut rest = Bytes(raw);
        let one = match self {
            Self::Int(size) => integer(rest.little(size)?, size, kind),
            Self::Number(size) => rest.little(size)?.to_string(),
            Self::Bit(size) => rest.big(size)?.to_string(),
            Self::Float => {
                let bits = u32::try_from(rest.little(4)?).map_err(|_| Unreadable)?;
                format!("{:e}", f32::from_bits(bits))
            }
            Self::Double => format!("{:e}", f64::from_bits(rest.little(8)?)),
            Self::Year => match rest.little(1)? {
                0 => "0".to_owned(),
                year => (1900 + year).to_string(),
            },
            Self::Date => {
                let date = rest.little(3)?;
                format!("'{:04}-{:02}-{:02}'", date >> 9, date >> 5 & 15, date & 31)
            }
            Self::Time(digits) => time(&mut rest, digits)?,
            Self::DateTime(digits) => datetime(&mut rest, digits)?,
            Self::Timestamp(digits) => timestamp(&mut rest, digits)?,
            Self::Decimal(precision, scale) => decimal(raw, precision, scale)?,
            Self::Text(_) => match kind {
                KeyKind::Uuid => {
                    let stored = filled(raw, 16)?;
                    return Ok(vec![hex(&stored), hex(&reordered(&stored))]);
                }
                KeyKind::Fixed(size) => hex(&filled(raw, size)?),
                KeyKind::Plain | KeyKind::Unsigned => hex(raw),
            },
            Self::Json(_) | Self::Nothing | Self::Old(_) => return Err(Unreadable),
        };
        Ok(vec![one])
    }
}

/// CHAR, BINARY, ENUM and SET share a type; its two bytes hold the real one and, spread over both, the length.
fn of_string(meta: &mut Bytes<'_>) -> Result<Shape, Unreadable> {
    let (first, second) = (meta.size(1)?, meta.size(1)?);
    let (real, length) = if first & 0x30 == 0x30 {
        (first, second)
    } else {
        (first | 0x30, second | ((first & 0x30) ^ 0x30) << 4)
    };
    Ok(match real {
        247 | 248 => Shape::Number(second),
        _ => Shape::Text(if length > 255 { 2 } else { 1 }),
    })
}

fn integer(bits: u64, size: usize, kind: KeyKind) -> String {
    if kind == KeyKind::Unsigned {
        return bits.to_string();
    }
    let unused = 64 - 8 * size;
    ((bits << unused).cast_signed() >> unused).to_string()
}

/// Bytes as a literal. Inserted into a text column they are taken as they are.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len() + 3);
    text.push_str("X'");
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\'');
    text
}

/// The zeros at the end again that an image leaves out.
fn filled(raw: &[u8], size: usize) -> Result<Vec<u8>, Unreadable> {
    if raw.len() > size {
        return Err(Unreadable);
    }
    let mut stored = raw.to_vec();
    stored.resize(size, 0);
    Ok(stored)
}

/// A UUID's five parts the other way round: MariaDB stores those of most versions so, to have near times near each other.
fn reordered(stored: &[u8]) -> Vec<u8> {
    [12..16, 10..12, 8..10, 6..8, 0..6]
        .into_iter()
        .flat_map(|part: std::ops::Range<usize>| stored[part].to_vec())
        .collect()
}

/// Digits behind the point, as stored: two in a byte, the highest first.
fn fraction(bytes: &mut Bytes<'_>, digits: usize) -> Result<u64, Unreadable> {
    let stored = digits.div_ceil(2);
    Ok(bytes.big(stored)? * 100_u64.pow(3_u32.saturating_sub(u32::try_from(stored).unwrap_or(3))))
}

fn datetime(bytes: &mut Bytes<'_>, digits: usize) -> Result<String, Unreadable> {
    let packed = bytes.big(5)? & 0x7f_ffff_ffff;
    let micros = fraction(bytes, digits)?;
    let (months, day) = (packed >> 22, packed >> 17 & 31);
    let (hour, minute, second) = (packed >> 12 & 31, packed >> 6 & 63, packed & 63);
    let (year, month) = (months / 13, months % 13);
    Ok(format!(
        "'{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}'"
    ))
}

/// Sessions of the link are in UTC.
fn timestamp(bytes: &mut Bytes<'_>, digits: usize) -> Result<String, Unreadable> {
    let seconds = bytes.big(4)?;
    let micros = fraction(bytes, digits)?;
    if seconds == 0 && micros == 0 {
        return Ok("'0000-00-00 00:00:00'".to_owned());
    }
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Ok(format!(
        "'{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}'"
    ))
}

/// The date of a day since 1970: years are counted from March, so that a leap day is a year's last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// The whole is one number with its sign turned: 24 bits of hours, minutes and seconds, then the fraction.
fn time(bytes: &mut Bytes<'_>, digits: usize) -> Result<String, Unreadable> {
    let stored = digits.div_ceil(2);
    let shift = 8 * u32::try_from(stored).map_err(|_| Unreadable)?;
    let packed = bytes.big(3 + stored)?;
    let zero = 0x80_0000_u64 << shift;
    let (negative, packed) = if packed < zero {
        (true, zero - packed)
    } else {
        (false, packed - zero)
    };
    let (whole, part) = (packed >> shift, packed & ((1 << shift) - 1));
    let micros = part * 100_u64.pow(3_u32.saturating_sub(shift / 8));
    let sign = if negative { "-" } else { "" };
    let (hour, minute, second) = (whole >> 12 & 1023, whole >> 6 & 63, whole & 63);
    Ok(format!(
        "'{sign}{hour:02}:{minute:02}:{second:02}.{micros:06}'"
    ))
}

/// Bytes of so many decimal digits: nine in four bytes, what is left in as few as it needs.
fn decimal_bytes(digits: usize) -> usize {
    const LEFT: [usize; 10] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];
    digits / 9 * 4 + LEFT[digits % 9]
}

/// Groups of nine digits, the first group before the point and the last behind it shorter. The first bit is turned, and all bits of a negative number.
fn decimal(raw: &[u8], precision: usize, scale: usize) -> Result<String, Unreadable> {
    let mut stored = raw.to_vec();
    let first = stored.first_mut().ok_or(Unreadable)?;
    let negative = *first & 0x80 == 0;
    *first ^= 0x80;
    if negative {
        stored.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let mut bytes = Bytes(&stored);
    let whole = precision.saturating_sub(scale);
    let mut text = String::from(if negative { "-" } else { "" });
    let mut group = |text: &mut String, digits: usize| -> Result<(), Unreadable> {
        if digits > 0 {
            let number = bytes.big(decimal_bytes(digits))?;
            text.push_str(&format!("{number:0digits$}"));
        }
        Ok(())
    };
    group(&mut text, whole % 9)?;
    for _ in 0..whole / 9 {
        group(&mut text, 9)?;
    }
    if whole == 0 {
        text.push('0');
    }
    if scale > 0 {
        text.push('.');
        for _ in 0..scale / 9 {
            group(&mut text, 9)?;
        }
        group(&mut text, scale % 9)?;
    }
    Ok(text)
}
