//! Reading what the legacy server says of a value: dates, and text in its own character set.
//!
//! Promises: decides with what PostgreSQL's types can hold and nothing else, so that a value is parked exactly when it must be. Called by
//! the families.

use super::literal::unhex;

/// The code of a date, or of a date and time, that PostgreSQL does not have.
pub fn date_code(said: &str) -> Option<&'static str> {
    let number = |from: usize, to: usize| said.get(from..to).and_then(|part| part.parse().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return Some("no date at all");
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days: u32 = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (year, month, day) {
        (0, 0, 0) => Some("zero_date"),
        (0, _, _) | (_, 0, _) | (_, _, 0) => Some("partial_date"),
        _ if day > days => Some("invalid_date"),
        _ => None,
    }
}

/// How the text of a column is kept on the legacy side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// utf8mb4 and utf8mb3.
    Utf8,
    /// ucs2: two bytes, the high one first; a surrogate is no character, in a pair neither.
    Ucs2,
    /// utf16: two bytes, the high one first.
    Utf16,
    /// utf16le.
    Utf16Le,
    /// utf32.
    Utf32,
    /// gb18030, which has all of Unicode and gaps.
    Gb18030,
    /// Any other: the server's conversion tables say what a byte means.
    Other,
}

impl Encoding {
    /// The encoding of a character set of that name.
    pub fn of(charset: &str) -> Self {
        match charset {
            "utf8mb4" | "utf8mb3" => Self::Utf8,
            "ucs2" => Self::Ucs2,
            "utf16" => Self::Utf16,
            "utf16le" => Self::Utf16Le,
            "utf32" => Self::Utf32,
            "gb18030" => Self::Gb18030,
            _ => Self::Other,
        }
    }

    /// The text of stored bytes; `None` where they are none, and where only the server knows.
    fn decode(self, stored: &[u8]) -> Option<String> {
        let pairs = |make: fn([u8; 2]) -> u16| {
            let (pairs, rest) = stored.as_chunks::<2>();
            let units = pairs.iter().map(|pair| make(*pair));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            text.ok().filter(|_| rest.is_empty())
        };
        match self {
            Self::Utf8 => String::from_utf8(stored.to_vec()).ok(),
            Self::Ucs2 => stored
                .chunks(2)
                .map(|two| char::from_u32(u16::from_be_bytes(two.try_into().ok()?).into()))
                .collect(),
            Self::Utf16 => pairs(u16::from_be_bytes),
            Self::Utf16Le => pairs(u16::from_le_bytes),
            Self::Utf32 => stored
                .chunks(4)
                .map(|four| char::from_u32(u32::from_be_bytes(four.try_into().ok()?)))
                .collect(),
            Self::Gb18030 | Self::Other => None,
        }
    }
}

/// The text that a value is, or the code of why it is none. `said` is what [`super::Form::text`] asks for.
///
/// For the encodings of Unicode the stored bytes are decoded here. For the others the server's own conversion counts, and a
/// question mark that the stored bytes do not have stands for something that got lost, as does U+FFFD, which only gb18030 has.
pub fn text_of(said: &str, encoding: Encoding) -> Result<String, &'static str> {
    let (stored, unicode) = said.split_once(' ').unwrap_or((said, ""));
    let (stored, unicode) = (unhex(stored), unhex(unicode));
    let text = match encoding {
        Encoding::Gb18030 | Encoding::Other => {
            let marks = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'?').count();
            let text = String::from_utf8(unicode.clone()).map_err(|_| "invalid_text")?;
            let replaced = encoding == Encoding::Other && text.contains('\u{fffd}');
            if marks(&unicode) != marks(&stored) || replaced {
                return Err("invalid_text");
            }
            text
        }
        _ => encoding.decode(&stored).ok_or("invalid_text")?,
    };
    if text.contains('\0') {
        return Err("nul_in_text");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_judged() {
        assert_eq!(date_code("0000-00-00"), Some("zero_date"));
        assert_eq!(date_code("2024-00-10 01:02:03"), Some("partial_date"));
        assert_eq!(date_code("2023-02-29"), Some("invalid_date"));
        assert_eq!(date_code("2024-02-29"), None);
        assert_eq!(date_code("1900-02-29"), Some("invalid_date"));
    }

    #[test]
    fn texts_are_judged() {
        let other = |said| text_of(said, Encoding::Other);
        assert_eq!(other("41 41"), Ok(String::from("A")));
        assert_eq!(other("3F 3F"), Ok(String::from("?")));
        assert_eq!(other("81 3F"), Err("invalid_text"));
        assert_eq!(other("00 00"), Err("nul_in_text"));
        let wide = |said| text_of(said, Encoding::Utf16);
        assert_eq!(wide("D83DDE00 F09F9880"), Ok(String::from("😀")));
        assert_eq!(wide("0041D800 41"), Err("invalid_text"));
        assert_eq!(text_of("D83DDE00 ", Encoding::Ucs2), Err("invalid_text"));
    }
}
