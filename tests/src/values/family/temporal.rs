//! DATE, DATETIME, TIMESTAMP and TIME.

use super::Family;
use crate::dice::Dice;
use crate::values::literal::quoted;
use crate::values::said::date_code;
use crate::values::{Form, Subject, number};

pub(super) fn family() -> Family {
    let mut subjects = vec![date()];
    for digits in 0..=6 {
        subjects.push(datetime(digits));
        subjects.push(timestamp(digits));
        subjects.push(time(digits));
    }
    subjects.extend(chosen());
    Family {
        name: "temporal",
        subjects,
    }
}

const DAYS: [&str; 24] = [
    "0000-00-00",
    "0000-01-01",
    "0000-12-31",
    "0000-00-01",
    "0001-01-01",
    "0009-12-04",
    "0099-02-28",
    "0999-12-31",
    "1000-01-01",
    "1500-02-28",
    "1582-10-04",
    "1582-10-10",
    "1582-10-15",
    "1600-02-29",
    "1752-09-10",
    "1900-02-28",
    "1969-12-31",
    "1970-01-01",
    "1999-12-31",
    "2000-02-29",
    "2023-05-00",
    "2023-00-17",
    "2023-02-31",
    "9999-12-31",
];

fn date() -> Subject {
    Subject::new("DATE", Form::temporal())
        .edges(DAYS.map(quoted))
        .chance(|dice| quoted(&any_day(dice)))
        .unfit(date_code)
}

fn datetime(digits: usize) -> Subject {
    let ends = [
        "00:00:00",
        "00:00:00.000001",
        "23:59:59.999999",
        "12:34:56.5",
    ];
    let edges = DAYS
        .iter()
        .flat_map(|day| ends.map(|end| quoted(&format!("{day} {end}"))));
    Subject::new(format!("DATETIME({digits})"), Form::temporal())
        .edges(edges)
        .chance(|dice| quoted(&format!("{} {}", any_day(dice), any_clock(dice))))
        .unfit(date_code)
}

/// Stored as seconds since 1970 and written in whatever zone the writer is in.
fn timestamp(digits: usize) -> Subject {
    let edges = [
        "0000-00-00 00:00:00",
        "1970-01-01 14:00:01",
        "1970-01-02 00:00:00",
        "2000-02-29 12:00:00.123456",
        "2024-03-31 02:30:00",
        "2024-10-27 02:30:00.5",
        "2037-12-31 23:59:59.999999",
        "2038-01-18 00:00:00.000001",
        "2038-01-19 03:14:07",
        "2106-02-07 06:28:15",
        "2500-01-01 00:00:00",
    ];
    Subject::new(format!("TIMESTAMP({digits}) NULL"), Form::instant())
        .edges(edges.map(quoted))
        .chance(|dice| {
            let day = format!(
                "{}-{:02}-{:02}",
                1971 + dice.below(67),
                1 + dice.below(12),
                1 + dice.below(28)
            );
            quoted(&format!("{day} {}", any_clock(dice)))
        })
        .unfit(|said| (number::value(said) == "0").then_some("zero_date"))
}

fn time(digits: usize) -> Subject {
    let edges = [
        "00:00:00",
        "-00:00:00.000001",
        "00:00:00.000001",
        "00:00:00.5",
        "23:59:59.999999",
        "24:00:00",
        "24:00:00.000001",
        "-24:00:00",
        "99:59:59",
        "100:00:00",
        "838:59:58.999999",
        "838:59:59",
        "-838:59:59",
        "-838:59:58.999999",
        "999:00:00",
        "-01:00:00.5",
    ];
    Subject::new(format!("TIME({digits})"), Form::temporal())
        .edges(edges.map(quoted))
        .chance(|dice| {
            let sign = if dice.once_in(2) { "-" } else { "" };
            let hours = dice.below(838) >> dice.below(8);
            quoted(&format!("{sign}{hours}:{}", any_minutes(dice)))
        })
}

/// Mostly days of the calendar, now and then one of no calendar.
fn any_day(dice: &mut Dice) -> String {
    let (days, least) = if dice.once_in(8) { (32, 0) } else { (28, 1) };
    let year = if dice.once_in(3) {
        dice.below(1000)
    } else {
        1000 + dice.below(9000)
    };
    let month = least + dice.below(13 - least);
    let day = least + dice.below(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn any_clock(dice: &mut Dice) -> String {
    format!("{:02}:{}", dice.below(24), any_minutes(dice))
}

fn any_minutes(dice: &mut Dice) -> String {
    let fraction = if dice.once_in(4) {
        0
    } else {
        dice.below(1_000_000)
    };
    format!("{:02}:{:02}.{fraction:06}", dice.below(60), dice.below(60))
}

/// Other targets than the default.
fn chosen() -> Vec<Subject> {
    let as_text = |subject: Subject| {
        let mut subject = subject.becomes("text", None).unfit(|_| None);
        subject.form = Form::printed();
        subject
    };
    let mut utc = timestamp(6).becomes("timestamp", None);
    utc.form.upgrade = String::from("extract(epoch FROM {c} AT TIME ZONE 'UTC')::text");
    vec![
        as_text(date()),
        as_text(datetime(0)),
        as_text(datetime(4)),
        as_text(timestamp(2)),
        as_text(time(3)),
        utc,
        date().becomes("timestamp", Some("left({c}::text, -9)")),
        datetime(6)
            .becomes("date", Some("{c}::text || ' 00:00:00'"))
            .unfit(midnight),
        datetime(6)
            .becomes("timestamp(3)", None)
            .unfit(|said| date_code_after(said, fraction_code(said, 3))),
        time(6).becomes("time", None).unfit(time_of_day),
        time(6)
            .becomes("interval(0)", None)
            .unfit(|said| fraction_code(said, 0)),
    ]
}

fn midnight(said: &str) -> Option<&'static str> {
    let clock = said.get(10..).unwrap_or_default();
    let is_midnight = clock.bytes().all(|byte| b" 0:.".contains(&byte));
    date_code_after(said, (!is_midnight).then_some("would_round"))
}

/// A value with two faults is parked for one of them; the fraction is looked at first.
fn date_code_after(said: &str, first: Option<&'static str>) -> Option<&'static str> {
    first.or_else(|| date_code(said))
}

fn fraction_code(said: &str, digits: usize) -> Option<&'static str> {
    let short = number::fraction(said);
    let (_, fraction) = short.split_once('.')?;
    (fraction.len() > digits).then_some("would_round")
}

fn time_of_day(said: &str) -> Option<&'static str> {
    let hours: u32 = said.split(':').next()?.parse().unwrap_or(u32::MAX);
    let is_whole_day = number::fraction(said) == "24:00:00";
    let negative = said.starts_with('-') && number::fraction(said) != "-00:00:00";
    (negative || hours > 23 && !is_whole_day).then_some("out_of_range")
}
