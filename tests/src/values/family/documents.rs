//! JSON.

use super::{Family, Server};
use crate::dice::Dice;
use crate::values::json::{meaning, normal};
use crate::values::literal::{text, unhex};
use crate::values::{Form, Subject};

pub(super) fn family(server: &Server) -> Family {
    let document = || {
        Subject::new("JSON", Form::printed())
            .edges(edges(server))
            .chance(|dice| text(&any(dice, 4)))
    };
    let code = |said: &str| match meaning(&read(said)) {
        Some(meaning) => meaning.obstacle,
        None => Some("bad_json"),
    };
    let mut meant = document().becomes("jsonb", None).unfit(code);
    meant.form.legacy_text = |said| normal(&read(said));
    meant.form.upgrade_text = |said| normal(&read(said));
    Family {
        name: "documents",
        subjects: vec![
            document().unfit(|said| meaning(&read(said)).is_none().then_some("bad_json")),
            meant,
            document().becomes("text", None),
        ],
    }
}

fn read(digits: &str) -> String {
    String::from_utf8_lossy(&unhex(digits)).into_owned()
}

fn edges(server: &Server) -> Vec<String> {
    // MariaDB's JSON ends at 32 levels, MySQL's at 100.
    let levels = if server.is_mysql { 99 } else { 30 };
    let deep = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let deep_objects = format!("{}1{}", "{\"a\": ".repeat(levels), "}".repeat(levels));
    let mut documents = vec![
        deep,
        deep_objects,
        format!("[{}1]", "0.1, ".repeat(20_000)),
        format!("\"{}\"", "\u{1f600}\\n".repeat(5_000)),
    ];
    documents.extend(
        [
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "0",
            "-0",
            "-0.0",
            "1.0",
            "1.10",
            "1e2",
            "1E+2",
            "1e-2",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "0.1234567890123456789012345678901234567890",
            "1e308",
            "3.141592653589793",
            "5e-324",
            "\"\\u0000\"",
            "{\"\\u0000\": 1}",
            "{\"a\": 1, \"a\": 2}",
            "{\"b\": 1, \"a\": 2, \"aa\": 3}",
            "{\"\": 1}",
            "\"\\ud83d\\ude00\"",
            "\"\\u00e9\"",
            "\"é\"",
            "\"\\/\"",
            "\"/\"",
            "\"\\\"\\\\\\b\\f\\n\\r\\t\"",
            "\" \\u007f \\u0080 \\u2028 \"",
            "[1, [2, [3, {\"k\": [null, false]}]]]",
            "  {  \"a\"  :  1  }  ",
            "{\"it's\": \"a 'quote'\"}",
            "[\"\u{fffd}\", \"\u{ffff}\", \"\u{10ffff}\"]",
        ]
        .map(String::from),
    );
    if !server.is_mysql {
        // What MariaDB takes for JSON and nobody else does.
        documents.extend(["1.", "[-0.]", "\"\\x\""].map(String::from));
    }
    documents.iter().map(|document| text(document)).collect()
}

/// A document of a few levels.
fn any(dice: &mut Dice, levels: u64) -> String {
    let leaves = 6;
    let kinds = if levels == 0 { leaves } else { leaves + 2 };
    let space = if dice.once_in(3) { " " } else { "" };
    match dice.below(kinds) {
        0 => String::from("null"),
        1 => dice.once_in(2).to_string(),
        2 => dice.bits().cast_signed().to_string(),
        3 => format!("{}.{:05}", dice.below(100_000), dice.below(100_000)),
        4 => format!("{}e{}", dice.below(100), dice.below(40)),
        5 => string(dice),
        6 => {
            let parts: Vec<String> = (0..dice.below(5)).map(|_| any(dice, levels - 1)).collect();
            format!("[{space}{}{space}]", parts.join(","))
        }
        _ => {
            let parts: Vec<String> = (0..dice.below(5))
                .map(|_| format!("{}{space}:{}", string(dice), any(dice, levels - 1)))
                .collect();
            format!("{{{}{space}}}", parts.join(", "))
        }
    }
}

fn string(dice: &mut Dice) -> String {
    const PARTS: [&str; 12] = [
        "a",
        "b",
        "key",
        " ",
        "\\n",
        "\\\"",
        "\\\\",
        "\\u00e9",
        "é",
        "\u{1f600}",
        "\\ud83d\\ude00",
        "\\u0001",
    ];
    let parts: Vec<&str> = (0..dice.below(4))
        .filter_map(|_| dice.pick(&PARTS).copied())
        .collect();
    format!("\"{}\"", parts.concat())
}
