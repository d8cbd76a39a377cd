//! Bits, UUIDs, addresses and vectors.

use super::{bytes, column, decode, held, refused};
use crate::mapping::catalog::Family;
use crate::types::{Codec, UpgradeType};
use crate::value::Value;
use proptest::prelude::*;

fn bit(length: u32) -> UpgradeType {
    UpgradeType::Bit {
        length: Some(length),
    }
}

#[test]
fn bits_arrive_in_their_places() {
    assert_eq!(decode::bits(&held("bit(1)", &bit(1), bytes([1]))), "1");
    assert_eq!(
        decode::bits(&held("bit(10)", &bit(10), bytes([2, 1]))),
        "1000000001"
    );
    assert_eq!(
        decode::bits(&held("bit(64)", &bit(64), bytes([0xff; 8]))),
        "1".repeat(64)
    );
    let any = UpgradeType::VarBit { length: None };
    assert_eq!(decode::bits(&held("bit(3)", &any, bytes([0]))), "000");
    assert_eq!(held("bit(1)", &UpgradeType::Bool, bytes([1])), [1]);
    assert_eq!(
        refused("bit(2)", &UpgradeType::Bool, bytes([2])),
        "out_of_range"
    );
    assert_eq!(
        decode::integer(&held("bit(16)", &UpgradeType::Int4, bytes([255, 255]))),
        65_535
    );
    assert_eq!(
        refused("bit(64)", &UpgradeType::Int8, bytes([0xff; 8])),
        "out_of_range"
    );
    assert_eq!(held("bit(10)", &UpgradeType::Bytea, bytes([2, 1])), [2, 1]);
    assert_eq!(refused("bit(3)", &bit(3), bytes([8])), "unexpected_value");
}

#[test]
fn bit_lengths_must_agree() {
    for target in [bit(9), bit(7), UpgradeType::VarBit { length: Some(7) }] {
        Codec::compile(&column("bit(8)"), Family::Mysql, &target).expect_err("lengths differ");
    }
}

#[test]
fn uuids_are_taken_in_one_form() {
    let text = "00112233-4455-6677-8899-aabbccddeeff";
    let expected: Vec<u8> = (0..16).map(|n| n * 0x11).collect();
    let uuid = &UpgradeType::Uuid;
    assert_eq!(held("uuid", uuid, bytes(text)), expected);
    assert_eq!(held("char(36)", uuid, bytes(text)), expected);
    assert_eq!(held("binary(16)", uuid, bytes(&expected)), expected);
    assert_eq!(
        held("uuid", &UpgradeType::Text, bytes(text)),
        text.as_bytes()
    );
    let upper = text.to_uppercase();
    for bad in [
        upper.as_str(),
        "",
        "00112233445566778899aabbccddeeff",
        &text[..35],
        "g0112233-4455-6677-8899-aabbccddeeff",
        "001122334-455-6677-8899-aabbccddeeff",
    ] {
        assert_eq!(refused("char(36)", uuid, bytes(bad)), "bad_uuid");
    }
    assert_eq!(refused("binary(16)", uuid, bytes([0; 15])), "bad_uuid");
}

#[test]
fn addresses_are_hosts() {
    let inet = &UpgradeType::Inet;
    assert_eq!(
        held("inet4", inet, bytes("192.0.2.1")),
        [2, 32, 0, 4, 192, 0, 2, 1]
    );
    let loopback = held("inet6", inet, bytes("::1"));
    assert_eq!(loopback[..4], [3, 128, 0, 16]);
    assert_eq!(loopback[4..], std::net::Ipv6Addr::LOCALHOST.octets());
    let mapped = held("inet6", inet, bytes("::ffff:192.0.2.1"));
    assert_eq!(mapped[0], 3);
    assert_eq!(
        held("varbinary(16)", inet, bytes([192, 0, 2, 1])),
        [2, 32, 0, 4, 192, 0, 2, 1]
    );
    assert_eq!(held("varchar(45)", inet, bytes("2001:db8::1")).len(), 20);
    for bad in [
        "",
        "192.0.2",
        "192.0.2.1/24",
        "2001:DB8::1",
        "2001:db8:0::1",
        "::1.2.3.4",
        "::102:304",
    ] {
        assert_eq!(
            refused("varchar(45)", inet, bytes(bad)),
            "bad_address",
            "{bad}"
        );
    }
    assert_eq!(refused("varbinary(16)", inet, bytes([0; 5])), "bad_address");
}

#[test]
fn vectors_keep_their_bits() {
    let stored: Vec<u8> = [1.5f32, -0.0, f32::NAN]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let elements = decode::array(
        &held("vector(3)", &UpgradeType::Float4Array, bytes(&stored)),
        700,
    );
    assert_eq!(elements[0], 1.5f32.to_be_bytes());
    assert_eq!(elements[1], (-0.0f32).to_be_bytes());
    assert_eq!(elements[2], f32::NAN.to_be_bytes());
    let wide = decode::array(
        &held("vector(3)", &UpgradeType::Float8Array, bytes(&stored)),
        701,
    );
    assert_eq!(wide[0], 1.5f64.to_be_bytes());
    let vector = UpgradeType::Vector {
        dimensions: Some(2),
    };
    assert_eq!(
        held("vector(2)", &vector, bytes(&stored[..8])),
        [0, 2, 0, 0, 0x3f, 0xc0, 0, 0, 0x80, 0, 0, 0]
    );
    assert_eq!(
        refused("vector(3)", &vector, bytes(&stored[4..])),
        "not_finite"
    );
    assert_eq!(
        refused("vector(3)", &vector, bytes(&stored[..4])),
        "out_of_range"
    );
    assert_eq!(
        refused("vector(3)", &UpgradeType::Float4Array, bytes(&stored[..5])),
        "unexpected_value"
    );
    assert_eq!(
        held("vector(3)", &UpgradeType::Bytea, bytes(&stored)),
        stored
    );
}

proptest! {
    #[test]
    fn any_bits_arrive(bits in 1u32..=64, number: u64) {
        let number = number >> (64 - bits);
        let width = bits.div_ceil(8) as usize;
        let value = bytes(&number.to_be_bytes()[8 - width..]);
        let field = held(&format!("bit({bits})"), &bit(bits), value);
        prop_assert_eq!(decode::bits(&field), format!("{number:0width$b}", width = bits as usize));
    }

    #[test]
    fn any_uuid_arrives(number: u128) {
        let hex = format!("{number:032x}");
        let text = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        prop_assert_eq!(held("uuid", &UpgradeType::Uuid, bytes(text)), number.to_be_bytes());
    }

    #[test]
    fn any_address_arrives(v4: u32, v6: u128) {
        let v4 = std::net::Ipv4Addr::from(v4);
        prop_assert_eq!(&held("inet4", &UpgradeType::Inet, bytes(v4.to_string()))[4..], v4.octets());
        let v6 = std::net::Ipv6Addr::from(v6);
        prop_assert_eq!(&held("inet6", &UpgradeType::Inet, bytes(v6.to_string()))[4..], v6.octets());
    }

    #[test]
    fn any_value_meets_any_codec_without_a_panic(number: i64, text: Vec<u8>) {
        let legacy = ["int", "bit(7)", "decimal(5,2)", "float", "text", "blob", "enum('a')", "set('a')", "date",
            "datetime", "time", "year", "json", "point", "vector(2)", "uuid", "inet6"];
        let targets = [UpgradeType::Int2, UpgradeType::Text, UpgradeType::Bytea, UpgradeType::Jsonb, UpgradeType::Uuid,
            UpgradeType::Inet, UpgradeType::TextArray, UpgradeType::Float4Array, super::ANY_NUMERIC, UpgradeType::Date];
        for (legacy, target) in legacy.iter().flat_map(|l| targets.iter().map(move |t| (l, t))) {
            let Ok(codec) = Codec::compile(&column(legacy), Family::Mariadb, target) else {
                continue;
            };
            for value in [Value::Int(number), Value::UInt(number.cast_unsigned()), bytes(&text), Value::Double(0.5)] {
                let _ = codec.up(&value, &mut Vec::new());
            }
        }
    }
}
