//! Integers, decimals, floats and years.

use super::{ANY_NUMERIC, bytes, codec, decode, held, numeric, refused};
use crate::types::UpgradeType;
use crate::value::Value;
use proptest::prelude::*;

#[test]
fn integers_arrive_at_their_edges() {
    for (legacy, low, high) in [
        ("tinyint", -128, 127),
        ("tinyint(1)", -128, 127),
        ("smallint", -32_768, 32_767),
    ] {
        for number in [low, -1, 0, 1, high] {
            let field = held(legacy, &UpgradeType::Int2, Value::Int(number));
            assert_eq!((field.len(), decode::integer(&field)), (2, number));
        }
    }
    for number in [i64::from(i32::MIN), 0, i64::from(i32::MAX)] {
        let field = held("int", &UpgradeType::Int4, Value::Int(number));
        assert_eq!((field.len(), decode::integer(&field)), (4, number));
    }
    for number in [i64::MIN, 0, i64::MAX] {
        let field = held("bigint", &UpgradeType::Int8, Value::Int(number));
        assert_eq!((field.len(), decode::integer(&field)), (8, number));
    }
    let field = held("bigint unsigned", &numeric(20, 0), Value::UInt(u64::MAX));
    assert_eq!(decode::numeric(&field), "18446744073709551615");
}

#[test]
fn an_integer_beyond_its_target_is_refused() {
    let beyond = |target: &UpgradeType, value| refused("bigint unsigned", target, value);
    for (target, low, high) in [
        (UpgradeType::Int2, -32_769, 32_768),
        (UpgradeType::Int4, -2_147_483_649, 2_147_483_648),
        (UpgradeType::Bool, -1, 2),
        (numeric(2, 0), -100, 100),
    ] {
        assert_eq!(beyond(&target, Value::Int(low)), "out_of_range");
        assert_eq!(beyond(&target, Value::Int(high)), "out_of_range");
    }
    let top = Value::UInt(1 << 63);
    assert_eq!(beyond(&UpgradeType::Int8, top), "out_of_range");
}

#[test]
fn tinyint_1_as_boolean_takes_0_and_1_only() {
    let boolean = &UpgradeType::Bool;
    assert_eq!(held("tinyint(1)", boolean, Value::Int(0)), [0]);
    assert_eq!(held("tinyint(1)", boolean, Value::Int(1)), [1]);
    for number in [-128, -1, 2, 127] {
        assert_eq!(
            refused("tinyint(1)", boolean, Value::Int(number)),
            "out_of_range"
        );
    }
}

#[test]
fn year_zero_fits() {
    for year in [0, 1901, 2155] {
        let field = held("year", &UpgradeType::Int2, Value::Int(year));
        assert_eq!(decode::integer(&field), year);
    }
}

#[test]
fn decimals_keep_every_digit_and_their_scale() {
    let long = format!("-{}.{}", "9".repeat(35), "0".repeat(29) + "1");
    for (text, precision, scale) in [
        (long.as_str(), 65, 30),
        ("0.000000000000000000000000000001", 65, 30),
        ("123.40", 5, 2),
        ("10000.0000", 9, 4),
        ("1000000000000.00001", 20, 5),
        ("0.00", 5, 2),
        ("99999", 5, 0),
        ("-1", 1, 0),
    ] {
        let legacy = format!("decimal({precision},{scale})");
        let field = held(&legacy, &numeric(precision, scale), bytes(text));
        assert_eq!(decode::numeric(&field), text);
        let field = held(&legacy, &ANY_NUMERIC, bytes(text));
        assert_eq!(decode::numeric(&field), text);
        let field = held(&legacy, &UpgradeType::Text, bytes(text));
        assert_eq!(field, text.as_bytes());
    }
}

#[test]
fn zerofill_and_negative_zero_are_plain_numbers() {
    let target = &numeric(10, 2);
    for (text, arrives) in [
        ("0000012.30", "12.30"),
        ("-0.00", "0.00"),
        ("00000000.00", "0.00"),
        (".5", "0.50"),
        ("7", "7.00"),
    ] {
        let field = held("decimal(10,2) unsigned zerofill", target, bytes(text));
        assert_eq!(decode::numeric(&field), arrives);
    }
}

#[test]
fn a_decimal_is_not_rounded() {
    let legacy = "decimal(10,3)";
    assert_eq!(
        refused(legacy, &numeric(10, 2), bytes("1.005")),
        "would_round"
    );
    assert_eq!(
        decode::numeric(&held(legacy, &numeric(10, 2), bytes("1.500"))),
        "1.50"
    );
    assert_eq!(
        refused(legacy, &numeric(4, 2), bytes("100.000")),
        "out_of_range"
    );
    assert_eq!(
        decode::numeric(&held(legacy, &numeric(4, 2), bytes("99.990"))),
        "99.99"
    );
    assert_eq!(
        refused(legacy, &numeric(3, -2), bytes("150.000")),
        "would_round"
    );
    assert_eq!(
        decode::numeric(&held(legacy, &numeric(3, -2), bytes("1200.000"))),
        "1200"
    );
    assert_eq!(
        refused(legacy, &numeric(2, 4), bytes("0.010")),
        "out_of_range"
    );
    assert_eq!(
        decode::numeric(&held(legacy, &numeric(2, 4), bytes("0.009"))),
        "0.0090"
    );
    assert_eq!(
        refused(legacy, &UpgradeType::Int8, bytes("1.500")),
        "would_round"
    );
    assert_eq!(
        decode::integer(&held(legacy, &UpgradeType::Int4, bytes("-12.000"))),
        -12
    );
    assert_eq!(
        refused("decimal(65,0)", &UpgradeType::Int8, bytes("9".repeat(65))),
        "out_of_range"
    );
    for malformed in ["", "-", ".", "1e5", "1.2.3", " 1", "NaN", "1,5"] {
        assert_eq!(
            refused(legacy, &ANY_NUMERIC, bytes(malformed)),
            "unexpected_value"
        );
    }
}

#[test]
fn floats_keep_their_bits() {
    for number in [0.1f32, -0.0, f32::MIN_POSITIVE, f32::from_bits(1), f32::MAX] {
        let field = held("float", &UpgradeType::Float4, Value::Float(number));
        assert_eq!(field, number.to_bits().to_be_bytes());
        let field = held("float", &UpgradeType::Float8, Value::Float(number));
        assert_eq!(field, f64::from(number).to_bits().to_be_bytes());
    }
    for number in [0.1f64, -0.0, f64::from_bits(1), f64::MAX] {
        let field = held("double", &UpgradeType::Float8, Value::Double(number));
        assert_eq!(field, number.to_bits().to_be_bytes());
    }
    let field = held("double", &UpgradeType::Float4, Value::Double(0.5));
    assert_eq!(field, 0.5f32.to_bits().to_be_bytes());
    for number in [0.1, 1e300, f64::from_bits(1)] {
        assert_eq!(
            refused("double", &UpgradeType::Float4, Value::Double(number)),
            "would_round"
        );
    }
}

proptest! {
    #[test]
    fn any_integer_arrives_or_is_out_of_range(number: i64) {
        for (target, low, high) in [
            (UpgradeType::Int2, i64::from(i16::MIN), i64::from(i16::MAX)),
            (UpgradeType::Int4, i64::from(i32::MIN), i64::from(i32::MAX)),
            (UpgradeType::Int8, i64::MIN, i64::MAX),
        ] {
            let mut out = Vec::new();
            let done = codec("bigint", &target).up(&Value::Int(number), &mut out);
            prop_assert_eq!(done.is_ok(), (low..=high).contains(&number));
            if done.is_ok() {
                prop_assert_eq!(decode::integer(&out[4..]), number);
            }
        }
        let field = held("bigint", &ANY_NUMERIC, Value::Int(number));
        prop_assert_eq!(decode::numeric(&field), number.to_string());
        let field = held("bigint", &UpgradeType::Text, Value::Int(number));
        prop_assert_eq!(field, number.to_string().into_bytes());
    }

    #[test]
    fn any_unsigned_arrives_as_numeric(number: u64) {
        let field = held("bigint unsigned", &numeric(20, 0), Value::UInt(number));
        prop_assert_eq!(decode::numeric(&field), number.to_string());
    }

    #[test]
    fn any_decimal_arrives_as_its_text(
        negative: bool,
        integer in "0|[1-9][0-9]{0,34}",
        fraction in "[0-9]{0,30}|0{0,29}[0-9]",
    ) {
        let zero = integer == "0" && fraction.bytes().all(|digit| digit == b'0');
        let sign = if negative && !zero { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        let text = format!("{sign}{integer}{point}{fraction}");
        let field = held("decimal(65,30)", &ANY_NUMERIC, bytes(&text));
        prop_assert_eq!(decode::numeric(&field), text.as_str());
        let padded = format!("{sign}{integer}.{fraction:0<30}");
        let field = held("decimal(65,30)", &numeric(65, 30), bytes(&text));
        prop_assert_eq!(decode::numeric(&field), padded);
    }

    #[test]
    fn a_shape_refuses_exactly_what_it_would_change(
        integer in "0|[1-9][0-9]{0,8}",
        fraction in "[0-9]{0,8}",
        precision in 1u16..12,
        scale in -4i16..12,
    ) {
        // The oracle counts digits of the number without its leading and trailing zeros.
        let digits = format!("{integer}{fraction}");
        let significant = digits.trim_matches('0');
        let text = format!("{integer}.{fraction}");
        let mut out = Vec::new();
        let done = codec("decimal(20,8)", &numeric(precision, scale)).up(&bytes(&text), &mut out);
        let trailing = digits.len() - digits.trim_end_matches('0').len();
        let lowest = trailing as i32 - fraction.len() as i32;
        let highest = lowest + significant.len() as i32 - 1;
        let code = if significant.is_empty() {
            None
        } else if lowest < -i32::from(scale) {
            Some("would_round")
        } else if highest >= i32::from(precision) - i32::from(scale) {
            Some("out_of_range")
        } else {
            None
        };
        prop_assert_eq!(done.as_ref().err().map(|error| error.code), code, "{}", text);
        if done.is_ok() {
            let printed = decode::numeric(&out[4..]);
            let plain = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
            let printed = if scale > 0 { plain(&printed) } else { printed };
            prop_assert_eq!(printed, plain(&text));
        }
    }

    #[test]
    fn any_float_keeps_its_bits(bits: u32, wide: u64) {
        let field = held("float", &UpgradeType::Float4, Value::Float(f32::from_bits(bits)));
        prop_assert_eq!(field, bits.to_be_bytes());
        let field = held("double", &UpgradeType::Float8, Value::Double(f64::from_bits(wide)));
        prop_assert_eq!(field, wide.to_be_bytes());
    }
}
