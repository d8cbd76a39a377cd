//! VECTOR.

use super::Family;
use crate::values::literal::{bytes, hex, unhex};
use crate::values::{Form, Subject};

pub(super) fn family() -> Family {
    let real = "upper((SELECT string_agg(encode(float4send(x), 'hex'), '' ORDER BY at) FROM unnest({c}) WITH ORDINALITY AS u (x, at)))";
    // As wide numbers they are the same numbers.
    let double = real.replace("float4send(x)", "float4send(x::real)");
    let bytes = "upper(encode({c}, 'hex'))";
    let wide = |subject: Subject| {
        let mut subject = subject.becomes("bytea", Some(bytes));
        subject.form.upgrade_text = str::to_owned;
        subject
    };
    Family {
        name: "vectors",
        subjects: vec![
            vector(3, real),
            vector(1, real),
            vector(64, real),
            vector(3, real).becomes("double precision[]", Some(&double)),
            wide(vector(3, real)),
            vector(3, real)
                .becomes(
                    "vector(3)",
                    Some(&real.replace("unnest({c})", "unnest({c}::real[])")),
                )
                .of_extension("vector"),
        ],
    }
}

fn vector(dimensions: usize, upgrade: &str) -> Subject {
    let form = Form {
        legacy: String::from("HEX({c})"),
        upgrade: String::from(upgrade),
        legacy_text: str::to_owned,
        // PostgreSQL sends the high byte first.
        upgrade_text: |said| {
            let turned = unhex(said)
                .chunks(4)
                .flat_map(|four| four.iter().rev().copied().collect::<Vec<u8>>())
                .collect::<Vec<u8>>();
            hex(&turned)
        },
    };
    let of = move |number: f32| bytes(&number.to_le_bytes().repeat(dimensions));
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        1e-45,
        16_777_217.0,
    ];
    Subject::new(format!("VECTOR({dimensions})"), form)
        .edges(numbers.map(of))
        .chance(move |dice| {
            let elements = (0..dimensions).flat_map(|_| {
                let bits = (dice.bits() >> 32) as u32;
                let number = f32::from_bits(bits);
                if number.is_finite() { number } else { 0.5 }.to_le_bytes()
            });
            bytes(&elements.collect::<Vec<u8>>())
        })
}
