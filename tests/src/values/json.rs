//! JSON by its meaning: what `jsonb` must keep, and what it cannot.
//!
//! Promises: two documents get the same text exactly when they mean the same; numbers are compared digit by digit, never as floats; what
//! `jsonb` would drop or refuse is named. Written apart from the product's scanner, which it checks. Called by the documents' family.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// A document in one form, and what `jsonb` has against it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// The document: keys in order, no spaces, numbers as digits and exponent.
    pub text: String,
    /// The first obstacle that is met, as a code.
    pub obstacle: Option<&'static str>,
}

/// Reads a document; `None` when it is not JSON.
pub fn meaning(document: &str) -> Option<Meaning> {
    let mut reader = Reader {
        rest: document.chars().peekable(),
        obstacle: None,
    };
    let text = reader.value()?;
    reader.skip();
    if reader.rest.next().is_some() {
        return None;
    }
    Some(Meaning {
        text,
        obstacle: reader.obstacle,
    })
}

/// The document in one form, or as it is when it is not JSON.
pub fn normal(document: &str) -> String {
    meaning(document).map_or_else(|| String::from(document), |meaning| meaning.text)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    obstacle: Option<&'static str>,
}

impl Reader<'_> {
    fn skip(&mut self) {
        while self.rest.next_if(|c| " \t\r\n".contains(*c)).is_some() {}
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.skip();
        self.rest.next_if_eq(&wanted).map(|_| ())
    }

    fn obstructed(&mut self, code: &'static str) {
        self.obstacle.get_or_insert(code);
    }

    fn value(&mut self) -> Option<String> {
        self.skip();
        match self.rest.peek()? {
            '{' => self.object(),
            '[' => self.array(),
            '"' => self.string(),
            'a'..='z' => self.word(),
            _ => self.number(),
        }
    }

    fn word(&mut self) -> Option<String> {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(char::is_ascii_lowercase) {
            word.push(c);
        }
        matches!(word.as_str(), "true" | "false" | "null").then_some(word)
    }

    fn array(&mut self) -> Option<String> {
        self.take('[')?;
        let mut parts = Vec::new();
        if self.take(']').is_none() {
            loop {
                parts.push(self.value()?);
                if self.take(']').is_some() {
                    break;
                }
                self.take(',')?;
            }
        }
        Some(format!("[{}]", parts.join(",")))
    }

    fn object(&mut self) -> Option<String> {
        self.take('{')?;
        let mut members = BTreeMap::new();
        if self.take('}').is_none() {
            loop {
                self.skip();
                let key = self.string()?;
                self.take(':')?;
                let value = self.value()?;
                if members.insert(key, value).is_some() {
                    self.obstructed("duplicate_key");
                }
                if self.take('}').is_some() {
                    break;
                }
                self.take(',')?;
            }
        }
        let parts: Vec<String> = members.iter().map(|(k, v)| format!("{k}:{v}")).collect();
        Some(format!("{{{}}}", parts.join(",")))
    }

    /// Characters as their numbers, so that every way of writing one is the same.
    fn string(&mut self) -> Option<String> {
        self.take('"')?;
        let mut text = String::from("\"");
        loop {
            let c = match self.rest.next()? {
                '"' => return Some(text + "\""),
                '\\' => self.escape()?,
                c => u32::from(c),
            };
            text.push_str(&format!("{c:x}."));
        }
    }

    fn escape(&mut self) -> Option<u32> {
        let short = match self.rest.next()? {
            'u' => return self.unit_or_pair(),
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            c @ ('"' | '\\' | '/') => c,
            _ => return None,
        };
        Some(u32::from(short))
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |sum, _| Some(sum << 4 | self.rest.next()?.to_digit(16)?))
    }

    fn unit_or_pair(&mut self) -> Option<u32> {
        let first = self.unit()?;
        if first == 0 {
            self.obstructed("nul_in_json");
        }
        if !(0xd800..0xe000).contains(&first) {
            return Some(first);
        }
        let mut ahead = self.rest.clone();
        if first < 0xdc00 && ahead.next() == Some('\\') && ahead.next() == Some('u') {
            self.rest = ahead;
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                return Some(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        self.obstructed("nul_in_json");
        Some(first)
    }

    /// Digits without zeros at either end, and the power of ten that they are multiplied with.
    fn number(&mut self) -> Option<String> {
        let mut text = String::new();
        while let Some(c) = self.rest.next_if(|c| "+-.eE0123456789".contains(*c)) {
            text.push(c);
        }
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let mut power: i64 = power.parse().ok()?;
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let fraction_is_right = all_digits(fraction) || !digits.contains('.');
        if !all_digits(whole) || !fraction_is_right || whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        power -= i64::try_from(fraction.len()).ok()?;
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(String::from("0"));
        }
        let most = i64::try_from(digits.len()).ok()? + power;
        if most > 131_072 || power < -16_383 {
            self.obstructed("out_of_range");
        }
        let short = digits.trim_end_matches('0');
        power += i64::try_from(digits.len() - short.len()).ok()?;
        Some(format!("{sign}{short}e{power}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_meaning_has_one_text() {
        let same = [
            (
                r#"{"b": 1.10, "a": [true, null]}"#,
                r#"{"a":[true,null],"b":11E-1}"#,
            ),
            (r#""\u00e9\n\ud83d\ude00""#, "\"é\\n😀\""),
            ("100", "1.00e2"),
            ("-0.0", "0"),
        ];
        for (one, other) in same {
            assert_eq!(normal(one), normal(other));
        }
        assert_ne!(
            normal("18446744073709551616"),
            normal("18446744073709551617")
        );
        assert_ne!(normal("[1,2]"), normal("[2,1]"));
    }

    #[test]
    fn obstacles_are_named() {
        let code = |document: &str| meaning(document).and_then(|meaning| meaning.obstacle);
        assert_eq!(code(r#"{"a":1,"a":2}"#), Some("duplicate_key"));
        assert_eq!(code(r#"["\u0000"]"#), Some("nul_in_json"));
        assert_eq!(code(r#""\ud800x""#), Some("nul_in_json"));
        assert_eq!(code("1e131072"), Some("out_of_range"));
        assert_eq!(code("1e131071"), None);
        assert_eq!(meaning("[1,"), None);
        for wrong in ["1 1", "01", "1.", ".5", "+1", "--1", "1e", "nulls", "'a'"] {
            assert_eq!(meaning(wrong), None, "{wrong}");
        }
    }
}
