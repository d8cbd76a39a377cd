//! Numbers and times as texts that are equal exactly when the values are.
//!
//! Promises: never fails; what it cannot read it leaves as it is, so that the comparison shows it. Called by the forms.

/// Digits without zeros in front, the scale kept: `-007.50` is `-7.50`. There is no negative zero.
pub fn exact(text: &str) -> String {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if digits.is_empty() || !plain {
        return String::from(text);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let zero = digits.bytes().all(|byte| byte == b'0' || byte == b'.');
    let sign = if negative && !zero { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// As [`exact`], without zeros at the end of the fraction.
pub fn value(text: &str) -> String {
    exact(&fraction(&exact(text)))
}

/// Without zeros at the end of a fraction: `12:30:00.500` is `12:30:00.5`.
pub fn fraction(text: &str) -> String {
    if !text.contains('.') {
        return String::from(text);
    }
    String::from(text.trim_end_matches('0').trim_end_matches('.'))
}

/// The bits of a double.
pub fn double(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) => format!("{number:e} {:016x}", number.to_bits()),
        Err(_) => String::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_text() {
        assert_eq!(exact("-007.50"), "-7.50");
        assert_eq!(exact("-0.00"), "0.00");
        assert_eq!(exact("000"), "0");
        assert_eq!(value("-007.50"), "-7.5");
        assert_eq!(value("100"), "100");
        assert_eq!(value("0.000"), "0");
        assert_eq!(fraction("838:59:59.000000"), "838:59:59");
        assert_eq!(fraction("2024-01-10"), "2024-01-10");
        assert_eq!(double("1e0"), double("1"));
        assert_ne!(double("-0"), double("0"));
        assert_eq!(exact("what"), "what");
    }
}
