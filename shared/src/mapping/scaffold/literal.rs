//! The literal of a column's default, as its server prints it.

use super::expression;
use crate::mapping::catalog::{Family, LegacyColumn};

/// A default value that is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// Text, or a number's or date's text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// The digits of a bit string.
    Bits(String),
}

/// Reads the default of a column; `None` when the catalogue does not print it in full.
pub(super) fn read(column: &LegacyColumn, text: &str, family: Family) -> Option<Literal> {
    let binary = matches!(column.data_type.as_str(), "binary" | "varbinary");
    if column.data_type == "bit" {
        let digits = text.strip_prefix("b'")?.strip_suffix('\'')?;
        return Some(Literal::Bits(digits.to_owned()));
    }
    match family {
        Family::Mysql if binary => match text.strip_prefix("0x") {
            Some(digits) => bytes(digits).map(|bytes| Literal::Bytes(padded(bytes, column))),
            None => Some(Literal::Bytes(padded(text.as_bytes().to_vec(), column))),
        },
        Family::Mysql => Some(Literal::Text(text.to_owned())),
        Family::Mariadb => mariadb(column, text, binary),
    }
}

fn mariadb(column: &LegacyColumn, text: &str, binary: bool) -> Option<Literal> {
    if let Some(digits) = text.strip_prefix("x'") {
        let bytes = bytes(digits.strip_suffix('\'')?)?;
        return Some(Literal::Bytes(padded(bytes, column)));
    }
    let Some(plain) = expression::literal(text) else {
        return Some(Literal::Text(text.to_owned()));
    };
    // MariaDB prints what is not text in its catalogue's character set as question marks.
    let lost = plain.contains(['?', char::REPLACEMENT_CHARACTER]);
    match (binary, lost) {
        (true, true) => None,
        (true, false) => Some(Literal::Bytes(padded(plain.into_bytes(), column))),
        (false, _) => Some(Literal::Text(plain)),
    }
}

/// BINARY(n) is filled up with zero bytes.
fn padded(mut bytes: Vec<u8>, column: &LegacyColumn) -> Vec<u8> {
    if column.data_type == "binary"
        && let Some(length) = column
            .length
            .and_then(|length| usize::try_from(length).ok())
        && bytes.len() < length
        && length <= 255
    {
        bytes.resize(length, 0);
    }
    bytes
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}
