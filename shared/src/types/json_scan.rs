//! A reader of JSON text that keeps nothing: is it JSON, and would jsonb hold it without loss?
//!
//! Promise: what passes, PostgreSQL's own parser accepts, so that no batch fails in the middle. One pass; it allocates only for jsonb, to
//! compare the keys of an object. Called by [`super::json`].

use std::borrow::Cow;
use std::collections::HashSet;

/// Most levels of nesting; MySQL has 100, PostgreSQL's limit is its stack, several thousand.
pub(super) const MAX_DEPTH: usize = 1000;
/// MySQL's own limit.
pub(super) const MAX_DEPTH_MYSQL: usize = 100;
/// jsonb's limit of one string and of one container.
const MAX_JSONB_BYTES: usize = 0x0fff_ffff;
/// Elements of one array or object, below PostgreSQL's limit of memory while parsing.
const MAX_JSONB_ELEMENTS: usize = 10_000_000;
/// The largest power of ten and the most fractional digits of a numeric.
const MAX_PLACE: i64 = 131_071;
const MAX_SCALE: i64 = 16_383;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not JSON from this byte on.
    Syntax { at: usize },
    /// Nested too deep.
    TooDeep,
    /// For jsonb: one key twice in an object.
    DuplicateKey { key: Vec<u8> },
    /// For jsonb: `\u0000` or half a surrogate pair.
    Nul,
    /// For jsonb: a number beyond numeric.
    Number,
    /// For jsonb: larger than its format.
    TooLarge,
}

/// What is asked of a text besides that it is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// Nothing: it is kept as text.
    Text,
    /// That jsonb holds it without loss.
    Jsonb,
    /// That MySQL's JSON holds it without loss.
    Mysql,
}

/// Reads the whole text.
pub(super) fn scan(json: &str, rules: Rules) -> Result<(), Fault> {
    let mut scanner = Scanner {
        bytes: json.as_bytes(),
        at: 0,
        rules,
        stored_bytes: 0,
    };
    scanner.spaces();
    scanner.value(0)?;
    scanner.spaces();
    if scanner.at < scanner.bytes.len() {
        return Err(scanner.syntax());
    }
    if rules == Rules::Jsonb && scanner.stored_bytes > MAX_JSONB_BYTES {
        return Err(Fault::TooLarge);
    }
    Ok(())
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    rules: Rules,
    /// At least what jsonb needs for what was read so far.
    stored_bytes: usize,
}

impl<'a> Scanner<'a> {
    fn syntax(&self) -> Fault {
        Fault::Syntax { at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.syntax());
        }
        self.at += 1;
        Ok(())
    }

    fn spaces(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH || self.rules == Rules::Mysql && depth >= MAX_DEPTH_MYSQL {
            return Err(Fault::TooDeep);
        }
        self.stored_bytes = self.stored_bytes.saturating_add(4);
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.syntax()),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), Fault> {
        self.at += 1;
        self.stored_bytes = self.stored_bytes.saturating_add(8);
        self.spaces();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        let mut elements = 0;
        loop {
            elements += 1;
            if self.rules == Rules::Jsonb && elements > MAX_JSONB_ELEMENTS {
                return Err(Fault::TooLarge);
            }
            self.spaces();
            self.value(depth + 1)?;
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), Fault> {
        self.at += 1;
        self.stored_bytes = self.stored_bytes.saturating_add(8);
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut keys: HashSet<Cow<'a, [u8]>> = HashSet::new();
        loop {
            self.spaces();
            let key = self.string()?;
            if self.rules != Rules::Text {
                self.stored_bytes = self.stored_bytes.saturating_add(4);
                let key = unescaped(key);
                if keys.contains(&key) {
                    return Err(Fault::DuplicateKey {
                        key: key.into_owned(),
                    });
                }
                keys.insert(key);
                if keys.len() > MAX_JSONB_ELEMENTS {
                    return Err(Fault::TooLarge);
                }
            }
            self.spaces();
            self.expect(b':')?;
            self.spaces();
            self.value(depth + 1)?;
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    /// Reads a string; returns what is between the quotes.
    fn string(&mut self) -> Result<&'a [u8], Fault> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0x20..) => self.at += 1,
                _ => return Err(self.syntax()),
            }
        }
        let inside = &self.bytes[start..self.at];
        self.at += 1;
        self.stored_bytes = self.stored_bytes.saturating_add(inside.len());
        Ok(inside)
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let unit = self.unit()?;
                if self.rules == Rules::Text {
                    return Ok(());
                }
                match unit {
                    0 if self.rules == Rules::Mysql => {}
                    0 | 0xdc00..=0xdfff => return Err(Fault::Nul),
                    0xd800..=0xdbff => {
                        if !self.bytes[self.at..].starts_with(b"\\u") {
                            return Err(Fault::Nul);
                        }
                        self.at += 1;
                        if !(0xdc00..=0xdfff).contains(&self.unit()?) {
                            return Err(Fault::Nul);
                        }
                    }
                    _ => {}
                }
            }
            _ => return Err(self.syntax()),
        }
        Ok(())
    }

    /// Reads the `uXXXX` of an escape.
    fn unit(&mut self) -> Result<u16, Fault> {
        let digits = self.bytes.get(self.at + 1..self.at + 5);
        let unit = digits.and_then(hexadecimal).ok_or_else(|| self.syntax())?;
        self.at += 5;
        Ok(unit)
    }

    fn digits(&mut self) -> Result<usize, Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.syntax());
        }
        Ok(self.at - start)
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let mut integer_digits = 1;
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            integer_digits = self.digits()?;
        }
        let mut fraction_digits = 0;
        if self.peek() == Some(b'.') {
            self.at += 1;
            fraction_digits = self.digits()?;
        }
        let mut exponent = 0;
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            exponent = self.exponent()?;
        }
        let place = integer_digits as i64 + exponent;
        let scale = fraction_digits as i64 - exponent;
        let fits = match self.rules {
            Rules::Text => true,
            Rules::Jsonb => place <= MAX_PLACE && scale <= MAX_SCALE,
            Rules::Mysql => is_kept_by_mysql(&self.bytes[start..self.at]),
        };
        if !fits {
            return Err(Fault::Number);
        }
        // A header, and two bytes for each four digits, on a boundary of four bytes.
        let digits = integer_digits + fraction_digits + exponent.unsigned_abs() as usize;
        self.stored_bytes = self.stored_bytes.saturating_add(16 + digits / 2);
        Ok(())
    }

    /// Reads the exponent after its `e`; one that is out of any range is given as one.
    fn exponent(&mut self) -> Result<i64, Fault> {
        let negative = self.peek() == Some(b'-');
        if let Some(b'+' | b'-') = self.peek() {
            self.at += 1;
        }
        let start = self.at;
        self.digits()?;
        let magnitude = self.bytes[start..self.at].iter().fold(0i64, |sum, digit| {
            (sum * 10 + i64::from(digit - b'0')).min(1_000_000_000)
        });
        Ok(if negative { -magnitude } else { magnitude })
    }
}

/// True for a whole number of 64 bits, and for any other that the nearest double prints as.
fn is_kept_by_mysql(number: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(number) else {
        return false;
    };
    if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
        return true;
    }
    let Ok(double) = text.parse::<f64>() else {
        return false;
    };
    double.is_finite() && significant(text) == significant(&format!("{double:e}"))
}

/// The digits of a number from the first to the last that is not zero, and the power of ten of the first.
fn significant(number: &str) -> (String, i64) {
    let number = number.trim_start_matches('-');
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let kept = digits.trim_start_matches('0');
    let zeros = (digits.len() - kept.len()) as i64;
    let kept = kept.trim_end_matches('0');
    if kept.is_empty() {
        return (String::new(), 0);
    }
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX / 2);
    let place = (integer.len() as i64 - zeros).saturating_add(exponent);
    (kept.to_owned(), place)
}

fn hexadecimal(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0u16, |sum, digit| {
        let value = char::from(*digit).to_digit(16)?;
        Some(sum << 4 | value as u16)
    })
}

/// A key without its escapes; it was read before, so its escapes are right.
fn unescaped(key: &[u8]) -> Cow<'_, [u8]> {
    if !key.contains(&b'\\') {
        return Cow::Borrowed(key);
    }
    let mut plain = Vec::with_capacity(key.len());
    let mut units: Vec<u16> = Vec::new();
    let mut at = 0;
    while at < key.len() {
        if key[at] == b'\\' && key.get(at + 1) == Some(&b'u') {
            units.extend(key.get(at + 2..at + 6).and_then(hexadecimal));
            at += 6;
            continue;
        }
        flush(&mut units, &mut plain);
        if key[at] != b'\\' {
            plain.push(key[at]);
            at += 1;
            continue;
        }
        plain.push(match key.get(at + 1) {
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(other) => *other,
            None => b'\\',
        });
        at += 2;
    }
    flush(&mut units, &mut plain);
    Cow::Owned(plain)
}

/// Appends UTF-16 units as UTF-8.
fn flush(units: &mut Vec<u16>, plain: &mut Vec<u8>) {
    plain.extend_from_slice(String::from_utf16_lossy(units).as_bytes());
    units.clear();
}
