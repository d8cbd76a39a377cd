//! BIT(1) to BIT(64).

use super::Family;
use crate::values::{Form, Subject};

pub(super) fn family() -> Family {
    let mut subjects: Vec<Subject> = (1..=64).map(bit).collect();
    let small = |most: u64| {
        move |said: &str| {
            let number = u64::from_str_radix(said, 2).unwrap_or(u64::MAX);
            (number > most).then_some("out_of_range")
        }
    };
    let number = Some("lpad({c}::numeric::int8::bit(8)::text, 8, '0')");
    subjects.extend([
        bit(8)
            .becomes("boolean", Some("lpad({c}::int::text, 8, '0')"))
            .unfit(small(1)),
        bit(8).becomes("smallint", Some("{c}::int::bit(8)::text")),
        bit(8).becomes("numeric(3,0)", number),
        bit(63).becomes("bigint", Some("{c}::bit(63)::text")),
        bit(64)
            .becomes("bigint", Some("{c}::bit(64)::text"))
            .unfit(small(i64::MAX as u64)),
        bit(13).becomes("bit varying(20)", None),
        bit(13).becomes("bit varying", None),
        bit(8).becomes("text", Some("{c}::int::bit(8)::text")),
        bit(12).becomes(
            "bytea",
            Some("right(('x' || encode({c}, 'hex'))::bit(16)::text, 12)"),
        ),
    ]);
    Family {
        name: "bits",
        subjects,
    }
}

fn bit(count: u32) -> Subject {
    let all = u64::MAX >> (64 - count);
    let alternating = 0xaaaa_aaaa_aaaa_aaaa & all;
    let top = 1u64 << (count - 1);
    let numbers = [0, 1, all, all - 1, all >> 1, alternating, top];
    Subject::new(format!("BIT({count})"), Form::bits(count))
        .edges(numbers.map(|number| number.to_string()))
        .chance(move |dice| (dice.bits() & all).to_string())
}
