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

/// Each with one legacy column and one upgrade column, and words of the reason.
fn all_refused(cases: &[(&str, &str, &UpgradeType, &str)]) {
    for (json, legacy, upgrade, words) in cases {
        refused(json, &[legacy], std::slice::from_ref(*upgrade), words);
    }
}

const TEXT: &UpgradeType = &UpgradeType::Text;
const BOOL: &UpgradeType = &UpgradeType::Bool;
const DATE: &UpgradeType = &UpgradeType::Date;
const INT: &UpgradeType = &UpgradeType::Int4;

#[rustfmt::skip]
#[test]
fn pairs_and_flags_must_be_values_of_their_columns() {
    all_refused(&[
        (r#"{"kind":"lookup","source":"a","target":"b","pairs":[]}"#, "int", TEXT, "at least one pair"),
        (r#"{"kind":"lookup","source":"a","target":"b","pairs":[["x","1"]]}"#, "int", TEXT, "legacy value \"x\""),
        (r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"]]}"#, "int", INT, "upgrade value \"x\""),
        (r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,"x"],[1,"y"]]}"#, "int", TEXT, "two counterparts"),
        (r#"{"kind":"lookup","source":"a","target":"b","pairs":[[1,2]]}"#, "int", &UpgradeType::Bytea, "use an sql map"),
        (r#"{"kind":"boolean","source":"a","target":"b","true":[1],"false":[0]}"#, "int", TEXT, "not boolean"),
        (r#"{"kind":"default","source":"a","target":"b","value":null}"#, "int", INT, "must not be null"),
        (r#"{"kind":"flags","source":"a","targets":{"x":3}}"#, "int", BOOL, "no flag"),
        (r#"{"kind":"flags","source":"a","targets":{"x":"q"}}"#, "set('a')", BOOL, "no flag"),
        (r#"{"kind":"labels","source":"a","target":"b","labels":{"x,y":1}}"#, "int", &UpgradeType::TextArray, "comma"),
    ]);
    refused(
        r#"{"kind":"flags","source":"a","targets":{"x":1,"y":1}}"#,
        &["int"], &[UpgradeType::Bool, UpgradeType::Bool], "named twice");
}

#[rustfmt::skip]
#[test]
fn forms_and_types_must_meet() {
    all_refused(&[
        (r#"{"kind":"scale","source":"a","target":"b","multiply":"0"}"#, "int", &NUMERIC, "zero"),
        (r#"{"kind":"scale","source":"a","target":"b","multiply":"1e5"}"#, "int", &NUMERIC, "no decimal number"),
        (r#"{"kind":"scale","source":"a","target":"b"}"#, "double", &NUMERIC, "integers and decimals"),
        (r#"{"kind":"zone","source":"a","target":"b","zone":"Mars/Base"}"#, "datetime", &TIMESTAMPTZ, "no time zone"),
        (r#"{"kind":"zone","source":"a","target":"b","zone":"UTC"}"#, "timestamp", &TIMESTAMPTZ, "DATETIME"),
        (r#"{"kind":"date","source":"a","target":"b","form":"DD.MM"}"#, "char(9)", DATE, "YYYY 0 times"),
        (r#"{"kind":"date","source":"a","target":"b","form":"DD.MM.YYYY"}"#, "int", DATE, "digits only"),
        (r#"{"kind":"epoch","source":"a","target":"b"}"#, "char(9)", &TIMESTAMP, "integer type"),
        (r#"{"kind":"number","source":"a","target":"b","group":"."}"#, "char(9)", &NUMERIC, "differ"),
        (r#"{"kind":"pack","target":"b","keys":{"k":"a"}}"#, "double", &UpgradeType::Json, "no exact number"),
        (r#"{"kind":"pack","target":"b","keys":{"k":"a"}}"#, "int", TEXT, "json or jsonb"),
        (r#"{"kind":"uuid","source":"a","target":"b","form":"swapped"}"#, "char(36)", &UpgradeType::Uuid, "cannot hold"),
    ]);
    refused(
        r#"{"kind":"split","source":"a","targets":["b","c"],"separator":""}"#,
        &["varchar(9)"], &[UpgradeType::Text, UpgradeType::Text], "separator");
    refused(
        r#"{"kind":"concat","sources":["a","b"],"target":"b","separator":""}"#,
        &["varchar(9)", "int"], &[UpgradeType::Text], "separator");
}
