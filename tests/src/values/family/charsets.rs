//! Every other character set that the server has: each of its bytes where a character is one byte, a sample of its pairs where not.

use super::random_text;
use super::{Family, Server};
use crate::dice::Dice;
use crate::values::literal::{bytes, text};
use crate::values::said::{Encoding, text_of};
use crate::values::{Form, Subject};

pub(super) fn families(server: &Server) -> [Family; 2] {
    let (single, multiple) = server
        .charsets
        .iter()
        .filter(|(name, _)| name != "binary" && is_other(name))
        .map(|(name, most)| column(name, *most))
        .partition(|(most, _)| *most == 1);
    let subjects = |list: Vec<(u32, Subject)>| list.into_iter().map(|(_, s)| s).collect();
    [
        Family {
            name: "single_byte",
            subjects: subjects(single),
        },
        Family {
            name: "multi_byte",
            subjects: subjects(multiple),
        },
    ]
}

/// True for the sets that are no encoding of Unicode as `texts` has them.
fn is_other(charset: &str) -> bool {
    matches!(Encoding::of(charset), Encoding::Other | Encoding::Gb18030)
}

/// Characters of big5 that the servers convert to U+FFFD. In the other sets they are characters like any other.
const BIG5_WITHOUT_UNICODE: [[u8; 2]; 7] = [
    [0xa1, 0x5a],
    [0xa1, 0xc3],
    [0xa1, 0xc5],
    [0xa1, 0xfe],
    [0xa2, 0x40],
    [0xa2, 0xcc],
    [0xa2, 0xce],
];

fn column(charset: &str, most: u32) -> (u32, Subject) {
    let encoding = Encoding::of(charset);
    let subject = Subject::new(format!("VARCHAR(12) CHARACTER SET {charset}"), Form::text())
        .unfit(move |said| text_of(said, encoding).err());
    if most == 1 {
        let all = (0..=255u8).map(|byte| bytes(&[b'a', byte, b'?']));
        return (most, subject.edges(all));
    }
    let known = [
        "",
        "a ",
        "?",
        "\\",
        "~",
        "é",
        "中",
        "テ",
        "한",
        "\u{1f600}",
        "a\0b",
    ];
    let subject = subject
        .edges(known.map(text))
        .edges((0..=255u8).map(|byte| bytes(&[byte, b'?'])))
        .edges(BIG5_WITHOUT_UNICODE.map(|pair| bytes(&pair)))
        .chance(|dice| {
            if dice.once_in(4) {
                text(&random_text::any(dice, 12))
            } else {
                bytes(&pairs(dice))
            }
        });
    (most, subject)
}

/// A few characters of two bytes (three and four in ujis and gb18030), with question marks between them.
fn pairs(dice: &mut Dice) -> Vec<u8> {
    let byte = |dice: &mut Dice, low: u64, high: u64| (low + dice.below(high - low + 1)) as u8;
    let mut text = Vec::new();
    for _ in 0..1 + dice.below(3) {
        match dice.below(8) {
            0 => text.extend([0x8f, byte(dice, 0xa1, 0xfe), byte(dice, 0xa1, 0xfe)]),
            1 => text.extend([
                byte(dice, 0x81, 0xfe),
                byte(dice, 0x30, 0x39),
                byte(dice, 0x81, 0xfe),
                byte(dice, 0x30, 0x39),
            ]),
            2 => text.push(b'?'),
            _ => text.extend([byte(dice, 0x81, 0xfe), byte(dice, 0x40, 0xfe)]),
        }
    }
    text
}
