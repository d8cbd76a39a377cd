//! TINYINT to BIGINT, and YEAR.

use super::Family;
use crate::dice::Dice;
use crate::values::{Form, Subject};

pub(super) fn family() -> Family {
    let mut subjects: Vec<Subject> = WIDTHS.iter().flat_map(of_width).collect();
    subjects.extend(chosen());
    subjects.extend(years());
    Family {
        name: "integers",
        subjects,
    }
}

const WIDTHS: [(&str, u32); 5] = [
    ("TINYINT", 8),
    ("SMALLINT", 16),
    ("MEDIUMINT", 24),
    ("INT", 32),
    ("BIGINT", 64),
];

/// Signed, unsigned, and with the attributes that only change how a client prints.
fn of_width(&(name, bits): &(&str, u32)) -> [Subject; 4] {
    let signed = (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1);
    let unsigned = (0, (1i128 << bits) - 1);
    [
        integer(name, signed),
        integer(&format!("{name} UNSIGNED"), unsigned),
        integer(&format!("{name}(1)"), signed),
        integer(&format!("{name}(20) ZEROFILL"), unsigned),
    ]
}

fn integer(legacy: &str, (low, high): (i128, i128)) -> Subject {
    let near = [low, low + 1, -1, 0, 1, 9, 10, high - 1, high];
    let powers = (0..20).flat_map(|n| [10i128.pow(n) - 1, 10i128.pow(n)]);
    let twos = (6..65).step_by(8).flat_map(|n| {
        let power = 1i128 << (n + 1);
        [power - 1, power, -power, -power - 1]
    });
    let all = near.into_iter().chain(powers).chain(twos);
    Subject::new(legacy, Form::number())
        .edges(
            all.filter(|n| (low..=high).contains(n))
                .map(|n| n.to_string()),
        )
        .chance(move |dice| between(dice, low, high).to_string())
}

/// A number of any magnitude: small ones as often as large ones.
fn between(dice: &mut Dice, low: i128, high: i128) -> i128 {
    let magnitude = i128::from(dice.bits() >> dice.below(64));
    let number = if low < 0 && dice.once_in(2) {
        -magnitude
    } else {
        magnitude
    };
    let span = high - low + 1;
    low + (number - low).rem_euclid(span)
}

fn out_of(low: i128, high: i128) -> impl Fn(&str) -> Option<&'static str> {
    move |said| {
        let number: i128 = said.parse().unwrap_or(i128::MAX);
        (!(low..=high).contains(&number)).then_some("out_of_range")
    }
}

/// Other targets than the default.
fn chosen() -> Vec<Subject> {
    let tiny = (-128, 127);
    let int = (i128::from(i32::MIN), i128::from(i32::MAX));
    let big = (i128::from(i64::MIN), i128::from(i64::MAX));
    let huge = (0, i128::from(u64::MAX));
    let boolean = Some("{c}::int::text");
    vec![
        integer("TINYINT(1)", tiny)
            .becomes("boolean", boolean)
            .unfit(out_of(0, 1)),
        integer("TINYINT(1) UNSIGNED", (0, 255))
            .becomes("boolean", boolean)
            .unfit(out_of(0, 1)),
        integer("TINYINT", tiny).becomes("integer", None),
        integer("INT", int)
            .becomes("smallint", None)
            .unfit(out_of(-32_768, 32_767)),
        integer("INT UNSIGNED", (0, u32::MAX.into()))
            .becomes("integer", None)
            .unfit(out_of(int.0, int.1)),
        integer("BIGINT", big).becomes("text", None),
        integer("BIGINT", big).becomes("numeric", None),
        integer("BIGINT UNSIGNED", huge)
            .becomes("bigint", None)
            .unfit(out_of(big.0, big.1)),
        integer("BIGINT UNSIGNED", huge)
            .becomes("varchar(5)", None)
            .unfit(|said| (said.len() > 5).then_some("too_long")),
    ]
}

fn years() -> Vec<Subject> {
    let year = || {
        Subject::new("YEAR", Form::number())
            .edges([
                "0", "'0000'", "1901", "1999", "2000", "2155", "'70'", "'69'",
            ])
            .chance(|dice| (1901 + dice.below(255)).to_string())
    };
    vec![
        year(),
        year().becomes("integer", None),
        year().becomes("numeric(6,0)", None),
        year().becomes("bigint", None),
        // As a number: 0000 is 0.
        year().becomes("text", None),
    ]
}
