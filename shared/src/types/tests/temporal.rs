//! Dates, datetimes, timestamps and times.

use super::{bytes, codec, date, decode, held, refused, time};
use crate::types::UpgradeType;
use crate::value::Value;
use proptest::prelude::*;

const TIMESTAMP: UpgradeType = UpgradeType::Timestamp { precision: None };
const TIMESTAMPTZ: UpgradeType = UpgradeType::Timestamptz { precision: None };
const INTERVAL: UpgradeType = UpgradeType::Interval { precision: None };
const TIME: UpgradeType = UpgradeType::Time { precision: None };

fn day(field: &[u8]) -> (i32, u32, u32) {
    decode::civil(decode::integer(field) as i32)
}

#[test]
fn every_day_of_the_calendar_arrives() {
    for year in [
        1, 4, 100, 400, 999, 1000, 1582, 1900, 1999, 2000, 2001, 2100, 9999,
    ] {
        for month in 1..=12 {
            for number in 1..=31 {
                let value = date(year, month, number, [0; 3], 0);
                let mut out = Vec::new();
                match codec("date", &UpgradeType::Date).up(&value, &mut out) {
                    Ok(()) => {
                        assert_eq!(day(&out[4..]), (year.into(), month.into(), number.into()))
                    }
                    Err(error) => {
                        assert_eq!(error.code, "invalid_date");
                        assert!(number > 28, "{year}-{month}-{number}");
                    }
                }
            }
        }
    }
}

#[test]
fn zero_and_partial_dates_are_refused() {
    for (legacy, target) in [
        ("date", UpgradeType::Date),
        ("date", TIMESTAMP),
        ("datetime(6)", TIMESTAMP),
        ("timestamp", TIMESTAMPTZ),
    ] {
        assert_eq!(
            refused(legacy, &target, date(0, 0, 0, [0; 3], 0)),
            "zero_date"
        );
        for (year, month, day) in [
            (2023, 5, 0),
            (2023, 0, 0),
            (2023, 0, 7),
            (0, 5, 7),
            (0, 0, 1),
        ] {
            let value = date(year, month, day, [0; 3], 0);
            assert_eq!(refused(legacy, &target, value), "partial_date");
        }
        for (month, day) in [(2, 30), (4, 31), (13, 1), (12, 32)] {
            let value = date(2023, month, day, [0; 3], 0);
            assert_eq!(refused(legacy, &target, value), "invalid_date");
        }
        assert_eq!(
            refused(legacy, &target, date(1900, 2, 29, [0; 3], 0)),
            "invalid_date"
        );
        assert_eq!(
            refused(legacy, &target, date(10_000, 1, 1, [0; 3], 0)),
            "invalid_date"
        );
    }
    for clock in [[24, 0, 0], [0, 60, 0], [0, 0, 60]] {
        let value = date(2023, 1, 1, clock, 0);
        assert_eq!(refused("datetime", &TIMESTAMP, value), "invalid_date");
    }
}

#[test]
fn a_text_target_holds_a_date_as_printed() {
    let text = UpgradeType::Text;
    let zero = date(0, 0, 0, [0; 3], 0);
    assert_eq!(held("date", &text, zero.clone()), b"0000-00-00");
    assert_eq!(held("datetime", &text, zero), b"0000-00-00 00:00:00");
    let value = date(987, 6, 5, [4, 3, 2], 100_000);
    assert_eq!(
        held("datetime(3)", &text, value.clone()),
        b"0987-06-05 04:03:02.100"
    );
    assert_eq!(
        held("timestamp(6)", &text, value),
        b"0987-06-05 04:03:02.100000"
    );
}

#[test]
fn datetimes_keep_their_microseconds() {
    let edges = [
        (date(1, 1, 1, [0; 3], 0), "0001-01-01 00:00:00.000000"),
        (
            date(9999, 12, 31, [23, 59, 59], 999_999),
            "9999-12-31 23:59:59.999999",
        ),
        (date(1970, 1, 1, [0, 0, 1], 0), "1970-01-01 00:00:01.000000"),
        (
            date(2038, 1, 19, [3, 14, 7], 499_999),
            "2038-01-19 03:14:07.499999",
        ),
        (
            date(1999, 12, 31, [23, 59, 59], 1),
            "1999-12-31 23:59:59.000001",
        ),
    ];
    for (value, printed) in edges {
        for target in [TIMESTAMP, TIMESTAMPTZ] {
            let field = held("timestamp(6)", &target, value.clone());
            assert_eq!(decode::timestamp(&field), printed);
        }
        let field = held("datetime(6)", &TIMESTAMP, value);
        assert_eq!(decode::timestamp(&field), printed);
    }
}

#[test]
fn a_fraction_is_not_rounded() {
    let value = date(2024, 1, 1, [0; 3], 120_000);
    for precision in 2..=6 {
        let target = UpgradeType::Timestamp {
            precision: Some(precision),
        };
        held("datetime(6)", &target, value.clone());
    }
    for precision in 0..=1 {
        let target = UpgradeType::Timestamptz {
            precision: Some(precision),
        };
        assert_eq!(
            refused("timestamp(6)", &target, value.clone()),
            "would_round"
        );
    }
    for target in [
        UpgradeType::Time { precision: Some(3) },
        UpgradeType::Interval { precision: Some(3) },
    ] {
        assert_eq!(
            refused("time(6)", &target, time(false, 1, 2, 3, 4)),
            "would_round"
        );
        held("time(6)", &target, time(false, 1, 2, 3, 4_000));
    }
}

#[test]
fn a_datetime_as_date_must_be_midnight() {
    let target = UpgradeType::Date;
    let field = held("datetime", &target, date(2024, 2, 29, [0; 3], 0));
    assert_eq!(day(&field), (2024, 2, 29));
    assert_eq!(
        refused("datetime(6)", &target, date(2024, 2, 29, [0; 3], 1)),
        "would_round"
    );
}

#[test]
fn times_are_exact_beyond_a_day_and_below_zero() {
    for (value, micros) in [
        (time(false, 838, 59, 59, 0), 3_020_399_000_000),
        (time(true, 838, 59, 59, 999_999), -3_020_399_999_999),
        (time(true, 0, 0, 0, 1), -1),
        (time(false, 0, 0, 0, 0), 0),
    ] {
        let field = held("time(6)", &INTERVAL, value);
        assert_eq!(decode::interval(&field), (micros, 0, 0));
    }
    let field = held("time", &TIME, time(false, 24, 0, 0, 0));
    assert_eq!(decode::clock(decode::integer(&field)), "24:00:00.000000");
    for value in [
        time(false, 24, 0, 0, 1),
        time(true, 0, 0, 1, 0),
        time(false, 838, 0, 0, 0),
    ] {
        assert_eq!(refused("time(6)", &TIME, value), "out_of_range");
    }
    assert_eq!(refused("time", &TIME, bytes("12:00")), "unexpected_value");
    assert_eq!(
        refused("time", &INTERVAL, time(false, 1, 60, 0, 0)),
        "unexpected_value"
    );
}

#[test]
fn a_text_target_holds_a_time_as_printed() {
    let text = UpgradeType::Text;
    for (fraction, value, printed) in [
        (0, time(true, 838, 59, 59, 0), "-838:59:59"),
        (3, time(true, 5, 4, 3, 20_000), "-05:04:03.020"),
        (6, time(false, 0, 0, 0, 1), "00:00:00.000001"),
        (0, time(false, 100, 0, 0, 0), "100:00:00"),
        (0, time(false, 99, 0, 0, 0), "99:00:00"),
    ] {
        let field = held(&format!("time({fraction})"), &text, value);
        assert_eq!(String::from_utf8_lossy(&field), printed);
    }
}

proptest! {
    #[test]
    fn any_datetime_arrives(
        year in 1u16..=9999, month in 1u8..=12, number in 1u8..=28,
        hour in 0u8..24, minute in 0u8..60, second in 0u8..60, micros in 0u32..1_000_000,
    ) {
        let value = date(year, month, number, [hour, minute, second], micros);
        let printed = format!(
            "{year:04}-{month:02}-{number:02} {hour:02}:{minute:02}:{second:02}.{micros:06}"
        );
        let field = held("datetime(6)", &TIMESTAMP, value.clone());
        prop_assert_eq!(decode::timestamp(&field), printed.as_str());
        let field = held("datetime(6)", &UpgradeType::Text, value);
        prop_assert_eq!(field, printed.into_bytes());
    }

    #[test]
    fn any_time_arrives(
        negative: bool, hours in 0u32..=838, minutes in 0u8..60, seconds in 0u8..60, micros in 0u32..1_000_000,
    ) {
        let value = time(negative, hours, minutes, seconds, micros);
        let zero = (hours, minutes, seconds, micros) == (0, 0, 0, 0);
        let sign = if negative && !zero { "-" } else { "" };
        let printed = format!("{sign}{hours:02}:{minutes:02}:{seconds:02}.{micros:06}");
        let (stored, days, months) = decode::interval(&held("time(6)", &INTERVAL, value));
        prop_assert_eq!((decode::clock(stored), days, months), (printed, 0, 0));
    }

    #[test]
    fn no_fields_of_a_date_make_it_panic(
        year: u16, month: u8, day: u8, clock: [u8; 3], micros: u32,
    ) {
        let value = date(year, month, day, clock, micros);
        for target in [TIMESTAMP, UpgradeType::Date, UpgradeType::Text] {
            let mut out = Vec::new();
            let _ = codec("datetime(6)", &target).up(&value, &mut out);
        }
    }

    #[test]
    fn no_fields_of_a_time_make_it_panic(
        negative: bool, days: u32, hours: u8, minutes: u8, seconds: u8, micros: u32,
    ) {
        let value = Value::Time(crate::value::TimeValue { negative, days, hours, minutes, seconds, micros });
        for target in [TIME, INTERVAL, UpgradeType::Text] {
            let mut out = Vec::new();
            let _ = codec("time(6)", &target).up(&value, &mut out);
        }
    }
}
