//! Text and binary columns.

use super::{bytes, column, field, held, refused};
use crate::mapping::catalog::Family;
use crate::types::{Codec, UpgradeType};
use crate::value::Value;
use proptest::prelude::*;

fn varchar(length: u32) -> UpgradeType {
    UpgradeType::Varchar {
        length: Some(length),
    }
}

#[test]
fn text_arrives_as_it_is() {
    for text in [
        "",
        " ",
        "a ",
        "\u{1f600}\u{10ffff}\u{fffd}\u{feff}",
        "\u{1}\u{7f}\r\n",
    ] {
        assert_eq!(
            held("text", &UpgradeType::Text, bytes(text)),
            text.as_bytes()
        );
        assert_eq!(
            held("varchar(10)", &varchar(10), bytes(text)),
            text.as_bytes()
        );
    }
    assert_eq!(field("text", &UpgradeType::Text, Value::Null), Ok(None));
}

#[test]
fn length_counts_characters() {
    assert_eq!(
        held("varchar(9)", &varchar(2), bytes("\u{1f600}é")).len(),
        6
    );
    assert_eq!(refused("varchar(9)", &varchar(2), bytes("éab")), "too_long");
    // PostgreSQL would cut the spaces off without a word.
    assert_eq!(refused("varchar(9)", &varchar(2), bytes("ab ")), "too_long");
}

#[test]
fn a_padded_target_is_padded_and_takes_no_spaces_of_its_own() {
    let padded = UpgradeType::Char { length: Some(4) };
    assert_eq!(held("char(4)", &padded, bytes("é")), "é   ".as_bytes());
    assert_eq!(held("char(4)", &padded, bytes("")), b"    ");
    assert_eq!(held("char(4)", &padded, bytes("abcd")), b"abcd");
    assert_eq!(refused("varchar(4)", &padded, bytes("a ")), "invalid_text");
    assert_eq!(refused("varchar(9)", &padded, bytes("abcde")), "too_long");
}

#[test]
fn nul_and_invalid_bytes_are_refused() {
    let text = UpgradeType::Text;
    assert_eq!(refused("text", &text, bytes("a\0b")), "nul_in_text");
    for invalid in [
        &b"\xe9"[..],
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"a\x80",
    ] {
        assert_eq!(refused("text", &text, bytes(invalid)), "invalid_text");
        assert_eq!(refused("blob", &text, bytes(invalid)), "invalid_text");
    }
    // What the select expression marks as lost in conversion.
    let error = field("text", &text, bytes(b"\xff\x81\x30")).expect_err("marked");
    assert_eq!(error.code, "invalid_text");
    assert!(
        error.message.contains("no equivalent in Unicode"),
        "{error}"
    );
}

#[test]
fn binary_arrives_as_it_is() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(
        held("varbinary(256)", &UpgradeType::Bytea, bytes(&all)),
        all
    );
    assert_eq!(
        held("binary(3)", &UpgradeType::Bytea, bytes(b"a\0\0")),
        b"a\0\0"
    );
    assert_eq!(held("blob", &UpgradeType::Bytea, bytes("")), b"");
    assert_eq!(held("blob", &UpgradeType::Text, bytes("é")), "é".as_bytes());
    assert_eq!(
        refused("blob", &UpgradeType::Text, bytes("\0")),
        "nul_in_text"
    );
    assert_eq!(
        refused("blob", &UpgradeType::Bytea, Value::Int(1)),
        "unexpected_value"
    );
}

#[test]
fn a_value_larger_than_postgresql_holds_is_refused() {
    let large = vec![b'a'; 1 << 30];
    assert_eq!(
        refused("longtext", &UpgradeType::Text, bytes(&large)),
        "too_long"
    );
    assert_eq!(
        refused("longblob", &UpgradeType::Bytea, Value::Bytes(large)),
        "too_long"
    );
}

#[test]
fn the_server_is_asked_to_mark_what_it_cannot_convert() {
    let select = |charset: &str, target: &UpgradeType| {
        let mut column = column("varchar(10)");
        column.charset = Some(charset.to_owned());
        let codec = Codec::compile(&column, Family::Mysql, target).expect("compiles");
        codec.select("`t`.`c`")
    };
    for charset in ["utf8mb4", "utf8mb3", "latin1", "utf16"] {
        assert_eq!(select(charset, &UpgradeType::Text), "`t`.`c`");
    }
    let wrapped = select("sjis", &UpgradeType::Text);
    assert!(wrapped.starts_with("IF(LENGTH(CAST(CONVERT(`t`.`c` USING utf8mb4) AS BINARY))"));
    assert!(wrapped.ends_with("CONCAT(0xFF, CAST(`t`.`c` AS BINARY)))"));
    assert!(!wrapped.contains('\0'));
    assert_eq!(
        select("sjis", &UpgradeType::Bytea),
        "CAST(`t`.`c` AS BINARY)"
    );
}

proptest! {
    #[test]
    fn any_bytes_arrive_as_text_or_are_refused(value: Vec<u8>, length in 0u32..20) {
        let fits = match std::str::from_utf8(&value) {
            Err(_) => Some("invalid_text"),
            Ok(_) if value.contains(&0) => Some("nul_in_text"),
            Ok(text) if text.chars().count() > length as usize => Some("too_long"),
            Ok(_) => None,
        };
        let done = field("varchar(255)", &varchar(length), bytes(&value));
        prop_assert_eq!(done.as_ref().err().map(|error| error.code), fits);
        if let Ok(arrived) = done {
            prop_assert_eq!(arrived, Some(value.clone()));
        }
        prop_assert_eq!(held("blob", &UpgradeType::Bytea, bytes(&value)), value);
    }

    #[test]
    fn any_text_arrives(text in "[^\0]*") {
        prop_assert_eq!(held("longtext", &UpgradeType::Text, bytes(&text)), text.into_bytes());
    }
}
