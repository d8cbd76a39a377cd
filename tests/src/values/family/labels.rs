//! ENUM and SET.

use super::Family;
use crate::values::Subject;
use crate::values::{Form, form};

/// What a label may look like; the last ones are long.
const LABELS: [&str; 9] = [
    "small",
    "Large",
    "it''s",
    "é",
    "a b",
    "NULL",
    "?",
    "x)y",
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
];

pub(super) fn family() -> Family {
    let odd = ["back\\\\slash", "a,b", "\"quoted\"", "tab\\t", "%_"];
    let many: Vec<String> = (0..300).map(|n| format!("label {n}")).collect();
    let sixty_four: Vec<String> = (0..64).map(|n| format!("m{n}")).collect();
    let with_empty = ["b", "", "c"];
    let mut subjects = vec![
        enumeration(&LABELS, "utf8mb4"),
        enumeration(&LABELS[..5], "latin1"),
        enumeration(&odd, "utf8mb4"),
        enumeration(&with_empty, "utf8mb4"),
        enumeration(&many, "ascii"),
        enumeration(&["only"], "utf16"),
        set(&LABELS, "utf8mb4"),
        set(&LABELS[..5], "latin1"),
        set(&with_empty, "utf8mb4"),
        set(&sixty_four, "ascii"),
        set(&sixty_four[..8], "ascii"),
    ];
    subjects.push(as_text(enumeration(&LABELS, "utf8mb4")));
    subjects.push(as_text(set(&LABELS[..4], "utf8mb4")));
    subjects.push(as_text(set(&["a", "", "b"], "utf8mb4")));
    subjects.extend(with_emoji());
    let long = "n".repeat(100);
    subjects.push(checked_text(enumeration(&["short", &long], "utf8mb4")));
    Family {
        name: "labels",
        subjects,
    }
}

fn declared<T: AsRef<str>>(kind: &str, labels: &[T], charset: &str) -> String {
    let quoted: Vec<String> = labels
        .iter()
        .map(|label| format!("'{}'", label.as_ref()))
        .collect();
    format!("{kind}({}) CHARACTER SET {charset}", quoted.join(","))
}

/// The number of the label and the label. PostgreSQL counts from the place in the type.
fn enumeration<T: AsRef<str>>(labels: &[T], charset: &str) -> Subject {
    let form = Form {
        legacy: format!(
            "CONCAT({0} + 0, ' ', HEX(CONVERT({0} USING utf8mb4)))",
            form::COLUMN
        ),
        upgrade: String::from(
            "array_position(enum_range({c}), {c}) || ' ' || upper(encode(convert_to({c}::text, 'UTF8'), 'hex'))",
        ),
        ..Form::printed()
    };
    let count = labels.len() as u64;
    // A text that is no label becomes the invalid value 0, or that value is written as such.
    Subject::new(declared("ENUM", labels, charset), form)
        .edges((0..=count).map(|index| index.to_string()))
        .edges(["'no such label'", "''"])
        .chance(move |dice| (1 + dice.below(count)).to_string())
        .unfit(|said| said.starts_with("0 ").then_some("not_a_label"))
}

/// The bits of the members. PostgreSQL's array says its members in order, so the order is seen too.
fn set<T: AsRef<str>>(labels: &[T], charset: &str) -> Subject {
    let list: Vec<String> = labels
        .iter()
        .map(|label| format!("E'{}'", label.as_ref()))
        .collect();
    let upgrade = format!(
        "CASE WHEN {0} IS NOT NULL THEN (SELECT coalesce(sum(2::numeric ^ (n - 1)), 0)::numeric(20,0)::text || \
         CASE WHEN array_agg(n ORDER BY at) IS DISTINCT FROM array_agg(n ORDER BY n) THEN ' out of order' ELSE '' END \
         FROM unnest({0}) WITH ORDINALITY AS u (member, at), array_position(ARRAY[{1}]::text[], member) AS n) END",
        form::COLUMN,
        list.join(",")
    );
    let form = Form {
        legacy: format!("CAST(CAST({} AS UNSIGNED) AS CHAR)", form::COLUMN),
        upgrade,
        ..Form::number()
    };
    let all = u64::MAX >> (64 - labels.len());
    Subject::new(declared("SET", labels, charset), form)
        .edges([0, 1, 2, all, all >> 1, 1 << (labels.len() - 1)].map(|bits: u64| bits.to_string()))
        .chance(move |dice| (dice.bits() & all).to_string())
}

/// As text the labels are as the legacy server prints them; an enum's invalid value is an empty text.
fn as_text(mut subject: Subject) -> Subject {
    subject.form = Form::printed();
    subject.becomes("text", None).unfit(|_| None)
}

/// The catalogues of the servers print a question mark for a character outside of the basic plane, so the upgrade type has another label.
fn with_emoji() -> Vec<Subject> {
    let emoji = ["\u{1f600}", "b"];
    let both = ["\u{1f600}", "", "b"];
    let column = |kind: &str, labels: &[&str], most: u64| {
        Subject::new(declared(kind, labels, "utf8mb4"), Form::printed())
            .edges((0..=most).map(|number| number.to_string()))
    };
    let told = |said: &str| said.contains("F09F9880").then_some("not_a_label");
    let set = |labels: &[&str], most: u64| {
        let mut subject = column("SET", labels, most).unfit(told);
        subject.form.upgrade =
            String::from("upper(encode(convert_to(array_to_string({c}, ','), 'UTF8'), 'hex'))");
        // The servers print no comma after an empty label that comes first.
        subject.form.upgrade_text = |said| said.trim_start_matches("2C").to_owned();
        subject
    };
    let enumeration = |labels: &[&str], most: u64| {
        let mut subject = column("ENUM", labels, most);
        subject.form.legacy = String::from("CONCAT({c} + 0, ' ', HEX(CONVERT({c} USING utf8mb4)))");
        subject.form.legacy_text = |said| {
            said.split_once(' ')
                .map_or(said, |(_, label)| label)
                .to_owned()
        };
        subject.unfit(move |said| {
            if said.starts_with("0 ") {
                Some("not_a_label")
            } else {
                told(said)
            }
        })
    };
    vec![
        enumeration(&emoji, 2),
        enumeration(&both, 3),
        set(&emoji, 3),
        set(&both, 7),
    ]
}

/// What the scaffold makes of labels that are too long for an enum: a text with a CHECK, so that PostgreSQL refuses what is no label.
fn checked_text(mut subject: Subject) -> Subject {
    subject.form = Form::printed();
    subject.unfit(|said| said.is_empty().then_some("23514"))
}
