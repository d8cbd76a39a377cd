//! JSON.

use super::{bytes, field, held, refused};
use crate::types::UpgradeType;
use proptest::prelude::*;

const JSON: UpgradeType = UpgradeType::Json;
const JSONB: UpgradeType = UpgradeType::Jsonb;

#[test]
fn json_keeps_its_text() {
    for text in [
        r#"{"a": 1, "a": 2,   "b":[]}"#,
        r#"[18446744073709551616, 1e400, -0.0, 1.10]"#,
        r#""\u0000\ud800""#,
        " null ",
        r#"{"":{"x":[true,false,{}]}}"#,
        "\"\u{1f600}\"",
    ] {
        assert_eq!(held("json", &JSON, bytes(text)), text.as_bytes());
        assert_eq!(held("longtext", &JSON, bytes(text)), text.as_bytes());
        assert_eq!(
            held("json", &UpgradeType::Text, bytes(text)),
            text.as_bytes()
        );
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "-",
        "nul",
        "truex",
        "\"\\x\"",
        "\"\\u12\"",
        "\"a",
        "\"\n\"",
        "1 2",
        "{\"a\":1,}",
        "'a'",
        "NaN",
        "[1 2]",
        "{\"a\" 1}",
        "\u{feff}1",
    ] {
        for target in [JSON, JSONB] {
            assert_eq!(
                refused("longtext", &target, bytes(text)),
                "bad_json",
                "{text}"
            );
        }
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(refused("longtext", &JSON, bytes(deep)), "bad_json");
    let allowed = "[".repeat(900) + &"]".repeat(900);
    held("longtext", &JSON, bytes(allowed));
    assert_eq!(refused("json", &JSON, bytes(b"\"\xff\"")), "invalid_text");
    assert_eq!(refused("json", &JSON, bytes("1\0")), "nul_in_text");
}

#[test]
fn jsonb_refuses_what_it_would_drop() {
    let text = r#"{"b": [1, 2.50, "\ud83d\ude00"], "a": {"b": 1}}"#;
    let written = held("json", &JSONB, bytes(text));
    assert_eq!(written.split_first(), Some((&1, text.as_bytes())));
    for duplicate in [
        r#"{"a":1,"a":1}"#,
        r#"[{"é":1,"\u00e9":2}]"#,
        r#"{"\ud83d\ude00":1,"😀":2}"#,
        r#"{"a\/":1,"a/":2}"#,
    ] {
        assert_eq!(refused("json", &JSONB, bytes(duplicate)), "duplicate_key");
    }
    held("json", &JSONB, bytes(r#"[{"a":1},{"a":2},{"A":{"a":3}}]"#));
    for escape in [
        r#""\u0000""#,
        r#"{"\u0000":1}"#,
        r#""\ud800""#,
        r#""\ud800x""#,
        r#""\udc00""#,
        r#""\ud83d\u0041""#,
    ] {
        assert_eq!(
            refused("json", &JSONB, bytes(escape)),
            "nul_in_json",
            "{escape}"
        );
    }
    for number in [
        "1e140000",
        "1e-17000",
        "-1e99999999999999999999",
        &"9".repeat(131_073),
    ] {
        assert_eq!(refused("json", &JSONB, bytes(number)), "out_of_range");
    }
    held("json", &JSONB, bytes("1e400"));
    assert_eq!(
        refused(
            "json",
            &JSONB,
            bytes(format!("\"{}\"", "a".repeat(1 << 28)))
        ),
        "too_long"
    );
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(|n| serde_json::json!(n)),
        "[^\0]*".prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            proptest::collection::btree_map("[^\0]{0,6}", inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_accepted(value in any_json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.expect("prints");
        prop_assert_eq!(held("json", &JSON, bytes(&text)), text.as_bytes());
        prop_assert_eq!(&held("json", &JSONB, bytes(&text))[1..], text.as_bytes());
    }

    #[test]
    fn a_damaged_json_is_judged_as_serde_judges_it(value in any_json(), at: usize, with in "[\\x01-\\x7f]") {
        let mut text = serde_json::to_string(&value).expect("prints");
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = places[at % places.len()];
        let width = text[at..].chars().next().map_or(1, char::len_utf8);
        text.replace_range(at..at + width, &with);
        let valid = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(field("json", &JSON, bytes(&text)).is_ok(), valid, "{}", text);
    }

    #[test]
    fn no_text_makes_the_scanner_panic(text in "[\\[\\]{}\",:0-9a-u\\\\ .eE+-]{0,60}") {
        let valid = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(field("json", &JSON, bytes(&text)).is_ok(), valid, "{}", text);
        let _ = field("json", &JSONB, bytes(&text));
    }
}
