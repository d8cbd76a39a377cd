//! The members of a JSON object, each value as it is printed.
//!
//! Promise: no digit of a number and no character of a text is touched; what is no JSON object is `None`.

use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The keys with their values; of a key that is there twice, the last.
pub(super) fn members(text: &str) -> Option<BTreeMap<String, &str>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut members = BTreeMap::new();
    for member in cut(inner, b',').filter(|member| !member.trim().is_empty()) {
        let key = cut(member, b':').next()?;
        let value = member.get(key.len() + 1..)?.trim();
        members.insert(serde_json::from_str(key).ok()?, value);
    }
    Some(members)
}

/// Cuts valid JSON at a sign that stands outside of texts, lists and objects.
fn cut(json: &str, sign: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(json);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
        let end = text.bytes().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => return byte == sign && depth == 0,
            }
            false
        });
        rest = end.and_then(|end| text.get(end + 1..));
        Some(&text[..end.unwrap_or(text.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_printed() {
        let text = r#" { "a": 1.50 , "b\u0041:,": {"x": [1, "}"]}, "c":"\",\\" } "#;
        let found = members(text).expect("an object");
        let found: Vec<(&str, &str)> = found.iter().map(|(k, v)| (k.as_str(), *v)).collect();
        let expected = [
            ("a", "1.50"),
            ("bA:,", r#"{"x": [1, "}"]}"#),
            ("c", r#""\",\\""#),
        ];
        assert_eq!(found, expected);
        assert_eq!(members("{}"), Some(BTreeMap::new()));
        assert!(members("[1]").is_none() && members("{").is_none() && members("1").is_none());
    }
}
