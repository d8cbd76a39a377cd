//! Values as legacy SQL.
//!
//! Promises: a literal means the same in every session, whatever its character set and mode. Called by the families.

/// A text, told in UTF-8.
pub fn text(value: &str) -> String {
    format!("_utf8mb4 x'{}'", hex(value.as_bytes()))
}

/// Bytes.
pub fn bytes(value: &[u8]) -> String {
    format!("x'{}'", hex(value))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The bytes of hexadecimal digits; what is none ends them.
pub fn unhex(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map_while(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

/// In quotes, for what needs no other care: numbers, dates.
pub fn quoted(value: &str) -> String {
    format!("'{value}'")
}
