//! Enums and sets.

use super::{bytes, codec, column, decode, held, refused};
use crate::mapping::catalog::Family;
use crate::types::{Codec, UpgradeType};
use crate::value::Value;
use proptest::prelude::*;

fn labels(labels: &[&str]) -> UpgradeType {
    UpgradeType::Enum {
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
    }
}

#[test]
fn an_enum_arrives_as_its_label() {
    let legacy = "enum('small','it''s','\u{1f600}')";
    let target = labels(&["\u{1f600}", "small", "it's", "more"]);
    for label in ["small", "it's", "\u{1f600}"] {
        assert_eq!(held(legacy, &target, bytes(label)), label.as_bytes());
        assert_eq!(
            held(legacy, &UpgradeType::Text, bytes(label)),
            label.as_bytes()
        );
    }
    assert_eq!(refused(legacy, &target, Value::Int(2)), "unexpected_value");
}

#[test]
fn index_zero_is_refused_unless_it_was_asked_as_text() {
    let legacy = "enum('a','b')";
    assert_eq!(
        refused(legacy, &labels(&["a", "b"]), bytes("")),
        "not_a_label"
    );
    assert_eq!(
        refused(legacy, &labels(&["a", "b"]), bytes("A")),
        "not_a_label"
    );
    assert_eq!(held(legacy, &UpgradeType::Text, bytes("")), b"");
    assert_eq!(codec(legacy, &UpgradeType::Text).select("c"), "c");
}

#[test]
fn an_empty_label_and_index_zero_are_told_apart() {
    let legacy = "enum('','b')";
    let target = labels(&["", "b"]);
    assert_eq!(
        codec(legacy, &target).select("`c`"),
        "CAST(CONCAT(CAST(`c` AS UNSIGNED), ' ', CONVERT(`c` USING utf8mb4)) AS BINARY)"
    );
    assert_eq!(held(legacy, &target, bytes("1 ")), b"");
    assert_eq!(held(legacy, &target, bytes("2 b")), b"b");
    assert_eq!(refused(legacy, &target, bytes("0 ")), "not_a_label");
    assert_eq!(
        refused(legacy, &target, bytes("2 \u{1f600}")),
        "not_a_label"
    );
    assert_eq!(refused(legacy, &target, bytes("b")), "unexpected_value");
}

#[test]
fn an_upgrade_enum_must_have_all_labels() {
    let target = labels(&["a"]);
    let error = Codec::compile(&column("enum('a','b')"), Family::Mysql, &target)
        .expect_err("a label is missing");
    assert!(
        error.to_string().ends_with("lacks the label 'b'"),
        "{error}"
    );
}

#[test]
fn text_becomes_an_enum_where_it_is_a_label() {
    let target = labels(&["on", "off"]);
    assert_eq!(held("varchar(9)", &target, bytes("off")), b"off");
    assert_eq!(refused("varchar(9)", &target, bytes("OFF")), "not_a_label");
}

#[test]
fn a_set_arrives_in_declared_order() {
    let legacy = "set('x','y','it''s')";
    let array = |value: Value| decode::array(&held(legacy, &UpgradeType::TextArray, value), 25);
    assert_eq!(array(bytes("")), Vec::<Vec<u8>>::new());
    assert_eq!(array(bytes("x,it's")), [b"x".to_vec(), b"it's".to_vec()]);
    assert_eq!(array(bytes("y,it's")), [b"y".to_vec(), b"it's".to_vec()]);
    assert_eq!(held(legacy, &UpgradeType::Text, bytes("x,y")), b"x,y");
    let target = &UpgradeType::TextArray;
    assert_eq!(refused(legacy, target, bytes("z")), "not_a_label");
    assert_eq!(refused(legacy, target, bytes("x,")), "not_a_label");
    assert_eq!(refused(legacy, target, Value::Int(1)), "unexpected_value");
}

#[test]
fn a_set_with_an_empty_label_is_read_by_its_bits() {
    let legacy = "set('','b')";
    let target = UpgradeType::TextArray;
    let members = |value| decode::array(&held(legacy, &target, bytes(value)), 25);
    assert_eq!(members("0 "), Vec::<Vec<u8>>::new());
    assert_eq!(members("1 "), [b""]);
    assert_eq!(members("3 b"), [b"".to_vec(), b"b".to_vec()]);
    assert_eq!(members("2 b"), [b"b"]);
    assert_eq!(held(legacy, &UpgradeType::Text, bytes("3 b")), b"b");
    assert_eq!(refused(legacy, &target, bytes("3 ,b")), "not_a_label");
    assert_eq!(refused(legacy, &target, bytes("")), "ambiguous_set");
    // The catalogue had printed another label than the row has.
    assert_eq!(
        refused(legacy, &target, bytes("2 \u{1f600}")),
        "not_a_label"
    );
    assert_eq!(refused(legacy, &target, bytes("8 ")), "not_a_label");
}

proptest! {
    #[test]
    fn any_set_of_64_arrives(bits: u64) {
        let names: Vec<String> = (0..64).map(|at| format!("m{at}")).collect();
        let legacy = format!("set('{}')", names.join("','"));
        let members: Vec<&str> = names
            .iter()
            .enumerate()
            .filter(|(at, _)| bits >> at & 1 == 1)
            .map(|(_, name)| name.as_str())
            .collect();
        let expected: Vec<Vec<u8>> = members.iter().map(|m| m.as_bytes().to_vec()).collect();
        let field = held(&legacy, &UpgradeType::TextArray, bytes(members.join(",")));
        prop_assert_eq!(decode::array(&field, 25), expected.as_slice());
    }
}
