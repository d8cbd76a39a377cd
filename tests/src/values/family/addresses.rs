//! MariaDB's UUID, INET4 and INET6.

use super::Family;
use crate::dice::Dice;
use crate::values::literal::quoted;
use crate::values::{Form, Subject};

pub(super) fn family() -> Family {
    Family {
        name: "addresses",
        subjects: vec![
            uuid(),
            as_text(uuid()),
            inet4(),
            as_text(inet4()),
            inet6(),
            as_text(inet6()),
        ],
    }
}

fn uuid() -> Subject {
    Subject::new(
        "UUID",
        Form {
            upgrade: String::from("{c}::text"),
            ..printed()
        },
    )
    .edges(
        [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "00112233-4455-6677-8899-AABBCCDDEEFF",
            "00112233445566778899aabbccddeeff",
            "6ccd780c-baba-1026-9564-5b8c656024db",
        ]
        .map(quoted),
    )
    .chance(|dice| quoted(&format!("{:016x}{:016x}", dice.bits(), dice.bits())))
}

/// As the legacy server prints it; PostgreSQL without the mask, which must be that of one host.
fn printed() -> Form {
    Form {
        legacy: String::from("CAST({c} AS CHAR)"),
        upgrade: String::from(
            "regexp_replace({c}::text, CASE family({c}) WHEN 4 THEN '/32$' ELSE '/128$' END, '')",
        ),
        legacy_text: address,
        upgrade_text: address,
    }
}

/// The address in one way of writing it.
fn address(text: &str) -> String {
    text.parse::<std::net::IpAddr>()
        .map_or_else(|_| String::from(text), |address| address.to_string())
}

fn as_text(mut subject: Subject) -> Subject {
    subject.form.legacy_text = str::to_owned;
    subject.form.upgrade_text = str::to_owned;
    subject.becomes("text", Some("{c}"))
}

fn inet4() -> Subject {
    Subject::new("INET4", printed())
        .edges(["0.0.0.0", "255.255.255.255", "127.0.0.1", "10.0.0.255"].map(quoted))
        .chance(|dice| {
            let [a, b, c, d] = ((dice.bits() >> 32) as u32).to_be_bytes();
            quoted(&format!("{a}.{b}.{c}.{d}"))
        })
}

fn inet6() -> Subject {
    Subject::new("INET6", printed())
        .edges(
            [
                "::",
                "::1",
                "2001:DB8::1",
                "::ffff:1.2.3.4",
                "::1.2.3.4",
                "1:0:0:2::3",
                "0:0:1::",
                "1:2:3:4:5:6:7:0",
                "1:0:3:4:5:6:7:8",
                "fe80::1:0:0:1",
                "::ffff:0:1",
                "::0.0.1.2",
            ]
            .map(quoted),
        )
        .chance(sparse)
}

/// Groups of zeros, which are printed shorter, are common.
fn sparse(dice: &mut Dice) -> String {
    let groups: Vec<String> = (0..8)
        .map(|_| {
            let bits = dice.below(0x1_0000);
            if dice.once_in(2) {
                String::from("0")
            } else {
                format!("{bits:x}")
            }
        })
        .collect();
    quoted(&groups.join(":"))
}
