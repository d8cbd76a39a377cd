//! BINARY, VARBINARY and the BLOB types.

use super::random_text;
use super::{Family, Server};
use crate::values::literal::{bytes, unhex};
use crate::values::{Form, Subject};

pub(super) fn family(server: &Server) -> Family {
    let mut names = vec![
        "BINARY(8)",
        "VARBINARY(8)",
        "BINARY(0)",
        "VARBINARY(0)",
        "CHAR(8) CHARACTER SET binary",
        "TINYBLOB",
        "BLOB",
        "MEDIUMBLOB",
        "LONGBLOB",
    ];
    if !server.is_mysql {
        names.extend(["VARBINARY(8) COMPRESSED", "BLOB COMPRESSED"]);
    }
    let mut subjects: Vec<Subject> = names.iter().map(|name| binary(name)).collect();
    subjects.push(
        Subject::new("LONGBLOB", Form::bytes())
            .edges(["REPEAT(x'00FF', 40000)", "REPEAT(x'5C27', 70000)"]),
    );
    subjects.extend(chosen());
    Family {
        name: "binaries",
        subjects,
    }
}

fn binary(legacy: &str) -> Subject {
    let mut edges: Vec<String> = (0..=255u8).map(|byte| bytes(&[byte])).collect();
    edges.extend([
        bytes(b""),
        bytes(b"ab  "),
        bytes(b"ab\0\0"),
        bytes(b"\0\0\0\0\0\0\0\0"),
        bytes(b"\xff\xff\xff\xff\xff\xff\xff\xff"),
        bytes(b"\\x41"),
        bytes(b"''\\'"),
    ]);
    Subject::new(legacy, Form::bytes())
        .edges(edges)
        .chance(|dice| bytes(&random_text::bytes(dice, 8)))
}

/// Other targets than the default.
fn chosen() -> Vec<Subject> {
    let text = Some("upper(encode(convert_to({c}::text, 'UTF8'), 'hex'))");
    vec![
        Subject::new("BINARY(16)", Form::bytes())
            .becomes("uuid", Some("upper(replace({c}::text, '-', ''))"))
            .edges(["x''", "x'00112233445566778899AABBCCDDEEFF'"])
            .chance(|dice| {
                let words = [dice.bits(), dice.bits()];
                format!("x'{:016X}{:016X}'", words[0], words[1])
            }),
        Subject::new("VARBINARY(16)", Form::bytes())
            .becomes("uuid", Some("upper(replace({c}::text, '-', ''))"))
            .edges(["x''", "x'00'", "x'00112233445566778899AABBCCDDEEFF'"])
            .unfit(|said| (said.len() != 32).then_some("bad_uuid")),
        Subject::new("VARBINARY(16)", Form::bytes())
            .becomes("inet", Some(INET_BYTES))
            .edges([
                "INET6_ATON('0.0.0.0')",
                "INET6_ATON('255.255.255.255')",
                "INET6_ATON('::')",
                "INET6_ATON('::ffff:1.2.3.4')",
                "INET6_ATON('2001:db8::1')",
                "x''",
                "x'0102'",
            ])
            .unfit(|said| (said.len() != 8 && said.len() != 32).then_some("bad_address")),
        binary("VARBINARY(8)").becomes("text", text).unfit(|said| {
            match String::from_utf8(unhex(said)) {
                Err(_) => Some("invalid_text"),
                Ok(text) => text.contains('\0').then_some("nul_in_text"),
            }
        }),
    ]
}

/// The bytes of an address, behind two bytes of family and mask and two more.
const INET_BYTES: &str = "upper(encode(substring(inet_send({c}) FROM 5), 'hex'))";
