//! FLOAT and DOUBLE.

use super::Family;
use crate::dice::Dice;
use crate::values::{Form, Subject};

pub(super) fn family() -> Family {
    let double = || number("DOUBLE").chance(any_double);
    let float = || number("FLOAT").chance(any_float);
    Family {
        name: "floats",
        subjects: vec![
            float(),
            number("FLOAT UNSIGNED").chance(any_float),
            number("FLOAT(7,3)").chance(small),
            number("FLOAT(24)").chance(any_float),
            float().becomes("double precision", None),
            double(),
            number("DOUBLE UNSIGNED ZEROFILL").chance(any_double),
            number("DOUBLE(20,5)").chance(small),
            number("DOUBLE(53,30)").chance(small),
            number("FLOAT(53)").chance(any_double),
            double().becomes("real", None).unfit(loses_digits),
        ],
    }
}

fn number(legacy: &str) -> Subject {
    let edges = [
        "0e0",
        "-0e0",
        "1e0",
        "-1e0",
        "0.1e0",
        "-0.1e0",
        "0.3e0",
        "1e-45",
        "1.4e-45",
        "-1.4e-45",
        "7e-46",
        "1.1754942e-38",
        "1.17549435e-38",
        "3.4028234e38",
        "3.4028235e38",
        "3.4028236e38",
        "-3.4028235e38",
        "16777215e0",
        "16777216e0",
        "16777217e0",
        "123456.7e0",
        "1234567.8e0",
        "5e-324",
        "-4.9e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "1e22",
        "1e23",
        "9007199254740991e0",
        "9007199254740993e0",
        "1.7976931348623157e308",
        "-1.7976931348623157e308",
        "123456789.123456789e0",
        "1e15",
        "1e16",
        "1e-5",
        "0.0005e0",
        "4503599627370496.5e0",
        "2.5e0",
    ];
    Subject::new(legacy, Form::float()).edges(edges)
}

/// Any bits that are a number.
fn any_double(dice: &mut Dice) -> String {
    loop {
        let number = f64::from_bits(dice.bits());
        if number.is_finite() {
            return format!("{number:e}");
        }
    }
}

fn any_float(dice: &mut Dice) -> String {
    loop {
        let number = f32::from_bits((dice.bits() >> 32) as u32);
        if number.is_finite() {
            return format!("{number:e}");
        }
    }
}

/// What people write: some digits, a point, some digits.
fn small(dice: &mut Dice) -> String {
    let sign = if dice.once_in(2) { "-" } else { "" };
    let (whole, fraction) = (dice.below(1_000_000), dice.below(10_000_000));
    format!("{sign}{whole}.{fraction:07}e0")
}

fn loses_digits(said: &str) -> Option<&'static str> {
    let number: f64 = said.parse().unwrap_or(f64::NAN);
    let exact = f64::from(number as f32).to_bits() == number.to_bits();
    (!exact).then_some("would_round")
}
