//! Declarations that cannot be, each with its reason.

use super::*;

fn refused(json: &str, legacy: &[&str], upgrade: &[UpgradeType], words: &str) {
    let reason = match compile(json, legacy, upgrade) {
        Ok(lens) => panic!("{json}: taken as {lens:?}"),
        Err(reason) => reason,
    };
    assert!(reason.contains(words), "{json}: {reason}");
}

#[test]
fn a_class_is_proved_or_refused() {
    let text = [UpgradeType::Text];
    refused(
        r#"{"kind":"lookup","source":"a","target":"b","pairs":[["x","1"],["y","1"]],"class":"lossless"}"#,
        &["varchar(9)"],
        &text,
        "declared lossless but is lossy_up: upgrade value \"1\" is the counterpart of two",
    );
    refused(
        r#"{"kind":"lookup","source":"a","target":"b","pairs":[["x","1"]],"otherwise":"null","class":"lossless"}"#,
        &["varchar(9)"],
        &text,
        "all other legacy values become one",
    );
    refused(
        r#"{"kind":"zone","source":"a","target":"b","zone":"Europe/Zurich","skipped":"later","class":"lossless"}"#,
        &["datetime"],
        &[TIMESTAMPTZ],
        "skipped local time",
    );
    refused(
        r#"{"kind":"number","source":"a","target":"b","class":"lossless"}"#,
        &["varchar(9)"],
        &[NUMERIC],
        "1.5 and 1.50",
    );
    refused(
        r#"{"kind":"flags","source":"a","targets":{"x":1},"others":"drop","class":"lossless"}"#,
        &["int"],
        &[UpgradeType::Bool],
        "dropped",
    );
    refused(
        r#"{"kind":"default","source":"a","target":"b","value":"x","class":"lossless"}"#,
        &["varchar(9)"],
        &text,
        "NULL becomes another value",
    );
    refused(
        r#"{"kind":"unpack","source":"a","targets":{"x":"y"},"class":"lossless"}"#,
        &["json"],
        &text,
        "null and one that is missing",
    );
}

#[test]
fn values_and_types_must_meet() {
    let text = [UpgradeType::Text];
    for (json, legacy, upgrade, words) in [
        (
            r#"{"kind":"lookup","source":"a","target":"b","pairs":[]}"#,
            "int",
            &text[0],
            "at least one pair",
        ),
        (
            r#"{"kind":"lookup","source":"a","target":"b","pairs":[["x","1"]]}"#,
            "int",
            &text[0],
            "legacy value \"x\"",
        ),
        (
            r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"]]}"#,
            "int",
            &UpgradeType::Int4,
            "upgrade value \"x\"",
        ),
        (
            r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"],[1,"y"]]}"#,
            "int",
            &text[0],
            "two counterparts",
        ),
        (
            r#"{"kind":"boolean","source":"a","target":"b","true":[1],"false":[0]}"#,
            "int",
            &text[0],
            "not boolean",
        ),
        (
            r#"{"kind":"scale","source":"a","target":"b","multiply":"0"}"#,
            "int",
            &NUMERIC,
            "zero",
        ),
        (
            r#"{"kind":"scale","source":"a","target":"b","multiply":"1e5"}"#,
            "int",
            &NUMERIC,
            "no decimal number",
        ),
        (
            r#"{"kind":"scale","source":"a","target":"b"}"#,
            "double",
            &NUMERIC,
            "integers and decimals",
        ),
        (
            r#"{"kind":"zone","source":"a","target":"b","zone":"Mars/Base"}"#,
            "datetime",
            &TIMESTAMPTZ,
            "no time zone",
        ),
        (
            r#"{"kind":"zone","source":"a","target":"b","zone":"UTC"}"#,
            "timestamp",
            &TIMESTAMPTZ,
            "DATETIME",
        ),
        (
            r#"{"kind":"date","source":"a","target":"b","form":"DD.MM"}"#,
            "char(9)",
            &UpgradeType::Date,
            "YYYY 0 times",
        ),
        (
            r#"{"kind":"date","source":"a","target":"b","form":"DD.MM.YYYY"}"#,
            "int",
            &UpgradeType::Date,
            "digits only",
        ),
        (
            r#"{"kind":"epoch","source":"a","target":"b"}"#,
            "char(9)",
            &TIMESTAMP,
            "integer type",
        ),
        (
            r#"{"kind":"number","source":"a","target":"b","group":"."}"#,
            "char(9)",
            &NUMERIC,
            "differ",
        ),
        (
            r#"{"kind":"flags","source":"a","targets":{"x":3}}"#,
            "int",
            &UpgradeType::Bool,
            "no flag",
        ),
        (
            r#"{"kind":"flags","source":"a","targets":{"x":"q"}}"#,
            "set('a')",
            &UpgradeType::Bool,
            "no flag",
        ),
        (
            r#"{"kind":"labels","source":"a","target":"b","labels":{"x,y":1}}"#,
            "int",
            &UpgradeType::TextArray,
            "comma",
        ),
        (
            r#"{"kind":"pack","target":"b","keys":{"k":"a"}}"#,
            "double",
            &UpgradeType::Json,
            "no exact number",
        ),
        (
            r#"{"kind":"pack","target":"b","keys":{"k":"a"}}"#,
            "int",
            &text[0],
            "json or jsonb",
        ),
        (
            r#"{"kind":"uuid","source":"a","target":"b","form":"swapped"}"#,
            "char(36)",
            &UpgradeType::Uuid,
            "cannot hold",
        ),
        (
            r#"{"kind":"default","source":"a","target":"b","value":null}"#,
            "int",
            &UpgradeType::Int4,
            "must not be null",
        ),
        (
            r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,2]]}"#,
            "int",
            &UpgradeType::Bytea,
            "use an sql map",
        ),
    ] {
        refused(json, &[legacy], std::slice::from_ref(upgrade), words);
    }
    refused(
        r#"{"kind":"split","source":"a","targets":["b","c"],"separator":""}"#,
        &["varchar(9)"],
        &[UpgradeType::Text, UpgradeType::Text],
        "separator",
    );
    refused(
        r#"{"kind":"concat","sources":["a","b"],"target":"b","separator":""}"#,
        &["varchar(9)", "int"],
        &text,
        "separator",
    );
    refused(
        r#"{"kind":"flags","source":"a","targets":{"x":1,"y":1}}"#,
        &["int"],
        &[UpgradeType::Bool, UpgradeType::Bool],
        "named twice",
    );
}
