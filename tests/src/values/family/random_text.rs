//! Texts by chance: every plane of Unicode, and what breaks programs.

use crate::dice::Dice;

/// Characters that programs get wrong.
pub(super) const ODD: [char; 40] = [
    '\u{1}',
    '\t',
    '\n',
    '\r',
    '\u{8}',
    '\u{1a}',
    '\u{1b}',
    '\u{7f}',
    '\u{80}',
    '\u{85}',
    '\u{a0}',
    '\u{ad}',
    '\'',
    '"',
    '`',
    '\\',
    '%',
    '_',
    '?',
    '$',
    ' ',
    '\u{2028}',
    '\u{200b}',
    '\u{200d}',
    '\u{202e}',
    '\u{301}',
    '\u{feff}',
    '\u{fffd}',
    '\u{fffe}',
    '\u{ffff}',
    '\u{e000}',
    'é',
    'ß',
    'İ',
    'ÿ',
    '€',
    '中',
    '\u{1f600}',
    '\u{1f1e9}',
    '\u{10ffff}',
];

const RANGES: [(u32, u32); 8] = [
    (0x20, 0x7f),
    (0x20, 0x7f),
    (0xa0, 0x250),
    (0x370, 0x530),
    (0x5d0, 0x700),
    (0x3040, 0xa000),
    (0xac00, 0xd800),
    (0x1f300, 0x1fa00),
];

/// Up to `most` characters; one in forty texts has a character of code 0.
pub(super) fn any(dice: &mut Dice, most: u64) -> String {
    let count = dice.below(most + 1);
    let mut text: String = (0..count).map(|_| character(dice)).collect();
    if dice.once_in(40) && count < most {
        text.push('\0');
    }
    text
}

fn character(dice: &mut Dice) -> char {
    if dice.once_in(6) {
        return dice.pick(&ODD).copied().unwrap_or(' ');
    }
    let (low, high) = dice.pick(&RANGES).copied().unwrap_or((0x20, 0x7f));
    let code = u64::from(low) + dice.below(u64::from(high - low));
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or('x')
}

/// Up to `most` bytes of any value.
pub(super) fn bytes(dice: &mut Dice, most: u64) -> Vec<u8> {
    (0..dice.below(most + 1))
        .map(|_| dice.below(256) as u8)
        .collect()
}
