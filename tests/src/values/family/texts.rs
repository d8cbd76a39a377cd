//! CHAR, VARCHAR and the TEXT types in the character sets of Unicode, and every upgrade type of a text.

use super::random_text::{self, ODD};
use super::{Family, Server};
use crate::values::literal::{bytes, text};
use crate::values::said::{Encoding, text_of};
use crate::values::{Form, Subject};

pub(super) fn family(server: &Server) -> Family {
    let mut subjects = Vec::new();
    for name in [
        "CHAR(12)",
        "VARCHAR(12)",
        "TINYTEXT",
        "TEXT",
        "MEDIUMTEXT",
        "LONGTEXT",
    ] {
        subjects.push(of_charset(name, "utf8mb4"));
    }
    for charset in ["utf8mb3", "ucs2", "utf16", "utf16le", "utf32"] {
        for name in ["CHAR(12)", "VARCHAR(12)", "TEXT"] {
            subjects.push(of_charset(name, charset));
        }
    }
    let collations = if server.is_mysql {
        [
            "utf8mb4_0900_ai_ci",
            "utf8mb4_0900_bin",
            "utf8mb4_general_ci",
        ]
    } else {
        [
            "utf8mb4_unicode_ci",
            "utf8mb4_nopad_bin",
            "utf8mb4_general_ci",
        ]
    };
    for collation in collations {
        subjects.push(of_charset(&format!("VARCHAR(12) COLLATE {collation}"), ""));
    }
    if !server.is_mysql {
        subjects.push(of_charset("VARCHAR(12) COMPRESSED", "utf8mb4"));
        subjects.push(of_charset("TEXT COMPRESSED", "utf8mb4"));
    }
    subjects.push(long());
    subjects.extend(
        ["CHAR(0)", "VARCHAR(0)"].map(|name| Subject::new(name, Form::text()).edges(["''", "'a'"])),
    );
    subjects.extend(chosen());
    Family {
        name: "texts",
        subjects,
    }
}

/// A column of a character set of Unicode.
fn of_charset(name: &str, charset: &str) -> Subject {
    let encoding = if charset.is_empty() {
        Encoding::Utf8
    } else {
        Encoding::of(charset)
    };
    let legacy = if charset.is_empty() {
        String::from(name)
    } else {
        // MariaDB wants COMPRESSED before the character set.
        format!("{name} CHARACTER SET {charset}")
    };
    Subject::new(legacy, Form::text())
        .edges(edges())
        .edges(broken(encoding))
        .chance(|dice| text(&random_text::any(dice, 12)))
        .unfit(unfit(encoding, usize::MAX))
}

fn edges() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "  a  ",
        "a ",
        "a\0b",
        "\0",
        "NULL",
        "\\N",
        "aé€\u{1f600}",
    ]
    .map(String::from)
    .to_vec();
    texts.extend(ODD.iter().map(|c| format!("a{c}b")));
    texts.push("\u{1f600}".repeat(12));
    texts.iter().map(|value| text(value)).collect()
}

/// Bytes that are no text, or that some programs take for one. Each server decides what it lets in.
fn broken(encoding: Encoding) -> Vec<String> {
    let of_bytes: &[&[u8]] = match encoding {
        Encoding::Utf8 => &[
            b"\xed\xa0\x80",
            b"\xed\xbf\xbf",
            b"a\xed\xa0\xbd\xed\xb8\x80",
            b"\xc0\x80",
            b"\xf4\x90\x80\x80",
            b"\xff",
            b"a\xffb",
            b"\xc3",
            b"\xef\xbf\xbf",
        ],
        Encoding::Ucs2 | Encoding::Utf16 => &[
            b"\xd8\x00",
            b"\0A\xd8\x3d\xde\x00\0B",
            b"\xdc\x00\xd8\x00",
            b"\0A\xdc\x00\0B",
            b"A",
        ],
        Encoding::Utf16Le => &[b"\x00\xd8", b"A\0\x3d\xd8\x00\xdeB\0", b"A\0\x00\xdc", b"A"],
        Encoding::Utf32 => &[
            b"\0\0\xd8\x00",
            b"\0\0\xdf\xff",
            b"\0\x10\xff\xff",
            b"\0\x11\0\0",
            b"\x7f\xff\xff\xff",
            b"A",
        ],
        Encoding::Gb18030 | Encoding::Other => &[],
    };
    of_bytes.iter().map(|value| bytes(value)).collect()
}

/// More than a packet of the protocol, and more than one page.
fn long() -> Subject {
    let long = |part: &str, times: u32| format!("REPEAT({}, {times})", text(part));
    Subject::new("LONGTEXT", Form::text())
        .edges([
            long("é", 40_000),
            long("\u{1f600} ", 30_000),
            long("a", 70_000),
        ])
        .unfit(unfit(Encoding::Utf8, usize::MAX))
}

fn unfit(encoding: Encoding, most: usize) -> impl Fn(&str) -> Option<&'static str> {
    move |said| match text_of(said, encoding) {
        Err(code) => Some(code),
        Ok(text) => (text.chars().count() > most).then_some("too_long"),
    }
}

/// Other targets than the default.
fn chosen() -> Vec<Subject> {
    let varchar = || of_charset("VARCHAR(12)", "utf8mb4");
    let bytes = |charset| {
        of_charset("VARCHAR(12)", charset)
            .printed(Form::bytes())
            .becomes("bytea", None)
            .unfit(|_| None)
    };
    vec![
        varchar().becomes("text", None),
        varchar().becomes("citext", None).of_extension("citext"),
        varchar()
            .becomes("varchar(3)", None)
            .unfit(unfit(Encoding::Utf8, 3)),
        varchar()
            .becomes("character(5)", None)
            .unfit(|said| match text_of(said, Encoding::Utf8) {
                Err(code) => Some(code),
                Ok(text) if text.chars().count() > 5 => Some("too_long"),
                Ok(text) => text.ends_with(' ').then_some("invalid_text"),
            }),
        bytes("utf8mb4"),
        bytes("utf16"),
        bytes("latin1"),
        json("json"),
        json("jsonb"),
        named("uuid", &UUIDS, "bad_uuid"),
        named("inet", &ADDRESSES, "bad_address"),
        varchar().becomes("text COLLATE \"C\"", None),
    ]
}

/// Pairs of a text and whether it is kept.
const UUIDS: [(&str, bool); 6] = [
    ("00112233-4455-6677-8899-aabbccddeeff", true),
    ("00000000-0000-0000-0000-000000000000", true),
    ("00112233-4455-6677-8899-AABBCCDDEEFF", false),
    ("00112233445566778899aabbccddeeff", false),
    ("{00112233-4455-6677-8899-aabbccddeeff}", false),
    ("", false),
];

const ADDRESSES: [(&str, bool); 12] = [
    ("10.0.0.1", true),
    ("::", true),
    ("::1", true),
    ("2001:db8::1", true),
    ("::ffff:1.2.3.4", true),
    ("fe80::1:0:0:1", true),
    ("10.0.0.1/8", false),
    ("010.0.0.1", false),
    ("2001:DB8::1", false),
    ("2001:db8:0:0:0:0:0:1", false),
    ("10.0.0", false),
    ("", false),
];

/// A text that is kept only when PostgreSQL prints it again as it was.
fn named(target: &str, values: &'static [(&str, bool)], code: &'static str) -> Subject {
    let upgrade = format!(
        "upper(encode(convert_to({}, 'UTF8'), 'hex'))",
        if target == "inet" {
            "host({c})"
        } else {
            "{c}::text"
        }
    );
    Subject::new("VARCHAR(60)", Form::text())
        .becomes(target, Some(&upgrade))
        .edges(values.iter().map(|(value, _)| text(value)))
        .unfit(move |said| {
            let said = text_of(said, Encoding::Utf8).unwrap_or_default();
            let kept = values.iter().any(|(value, kept)| *kept && *value == said);
            (!kept).then_some(code)
        })
}

fn json(target: &str) -> Subject {
    let values = [
        r#"{"a": 1,  "b": [1.10, 1e2]}"#,
        "[]",
        "\"\u{1f600}\"",
        "1",
        " null ",
        "[1,",
        "",
        "{'a': 1}",
        "nulls",
        "01",
    ];
    let upgrade = match target {
        // The meaning of these few is the same in one form: PostgreSQL's own.
        "jsonb" => Some("upper(encode(convert_to({c}::text, 'UTF8'), 'hex'))"),
        _ => None,
    };
    let mut subject = Subject::new("TEXT", Form::text())
        .becomes(target, upgrade)
        .edges(values.map(text))
        .unfit(|said| {
            let said = text_of(said, Encoding::Utf8).unwrap_or_default();
            crate::values::json::meaning(&said)
                .is_none()
                .then_some("bad_json")
        });
    if target == "jsonb" {
        subject.form.legacy_text = |said| normal(said.split_once(' ').map_or("", |(_, hex)| hex));
        subject.form.upgrade_text = normal;
    }
    subject
}

fn normal(digits: &str) -> String {
    let document = String::from_utf8(crate::values::literal::unhex(digits)).unwrap_or_default();
    crate::values::json::normal(&document)
}
