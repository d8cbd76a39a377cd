//! DECIMAL.

use super::Family;
use crate::dice::Dice;
use crate::values::{Form, Subject, number};

pub(super) fn family() -> Family {
    let mut subjects: Vec<Subject> = SHAPES
        .iter()
        .map(|&(digits, scale)| decimal(digits, scale, ""))
        .collect();
    subjects.push(decimal(10, 2, " UNSIGNED"));
    subjects.push(decimal(65, 30, " UNSIGNED ZEROFILL"));
    subjects.extend(chosen());
    Family {
        name: "decimals",
        subjects,
    }
}

const SHAPES: [(usize, usize); 9] = [
    (1, 0),
    (5, 0),
    (10, 2),
    (9, 9),
    (18, 9),
    (20, 4),
    (30, 30),
    (65, 0),
    (65, 30),
];

fn decimal(digits: usize, scale: usize, attributes: &str) -> Subject {
    let (nines, fraction) = ("9".repeat(digits - scale), "9".repeat(scale));
    let smallest = format!("0.{}1", "0".repeat(scale.saturating_sub(1)));
    let most = format!("0{nines}.{fraction}");
    let ones = format!("0{}.{}", "1".repeat(digits - scale), "0".repeat(scale));
    let mut edges: Vec<String> = [
        "0", "-0", "1", "-1", "0.5", "10", "10000", "1e4", "1e9", "1e-9",
    ]
    .map(String::from)
    .to_vec();
    for edge in [smallest, most, ones] {
        edges.push(format!("-{edge}"));
        edges.push(edge);
    }
    let whole = digits - scale;
    Subject::new(
        format!("DECIMAL({digits},{scale}){attributes}"),
        Form::number(),
    )
    .edges(edges)
    .chance(move |dice| by_chance(dice, whole, scale))
}

/// Any number of digits on either side, runs of zeros included.
fn by_chance(dice: &mut Dice, whole: usize, scale: usize) -> String {
    let sign = if dice.once_in(2) { "-" } else { "" };
    let (before, after) = (digits(dice, whole), digits(dice, scale));
    format!("{sign}0{before}.{after}0")
}

fn digits(dice: &mut Dice, most: usize) -> String {
    let count = dice.below(most as u64 + 1);
    let zeros = dice.below(5);
    (0..count)
        .map(|_| match dice.below(10) {
            digit if digit > zeros => char::from(b'0' + digit as u8),
            _ => '0',
        })
        .collect()
}

/// Other targets than the default.
fn chosen() -> Vec<Subject> {
    vec![
        decimal(20, 6, "").becomes("numeric", None),
        decimal(10, 3, "")
            .becomes("numeric(10,2)", None)
            .unfit(fits(8, 2)),
        decimal(10, 0, "")
            .becomes("numeric(5,-3)", None)
            .unfit(fits(8, -3)),
        decimal(30, 3, "").becomes("bigint", None).unfit(whole),
        decimal(65, 30, "").becomes("text", None),
        decimal(20, 6, "")
            .becomes("varchar(8)", None)
            .unfit(|said| (said.len() > 8).then_some("too_long")),
    ]
    .into_iter()
    .map(|mut subject| {
        // The scale is the target's.
        let text = subject.target.as_deref() == Some("text");
        if !text {
            subject.form.legacy_text = number::value;
            subject.form.upgrade_text = number::value;
        }
        subject
    })
    .collect()
}

/// Says whether a number fits below ten to the power of `before` without a digit below ten to the power of minus `scale`.
fn fits(before: usize, scale: i32) -> impl Fn(&str) -> Option<&'static str> {
    move |said| {
        let short = number::value(said);
        let (whole, fraction) = short
            .trim_start_matches('-')
            .split_once('.')
            .unwrap_or((short.trim_start_matches('-'), ""));
        let zeros_wanted = usize::try_from(-scale).unwrap_or(0);
        let kept = usize::try_from(scale).unwrap_or(0);
        let rounded = fraction.len() > kept
            || whole != "0" && whole.len() - whole.trim_end_matches('0').len() < zeros_wanted;
        match (rounded, whole.len() > before) {
            (true, _) => Some("would_round"),
            (false, true) => Some("out_of_range"),
            _ => None,
        }
    }
}

fn whole(said: &str) -> Option<&'static str> {
    let short = number::value(said);
    if short.contains('.') {
        return Some("would_round");
    }
    short.parse::<i64>().is_err().then_some("out_of_range")
}
