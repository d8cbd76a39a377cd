//! MariaDB's UUID; and PostgreSQL's uuid as target of text and of 16 bytes.
//!
//! Promise: only the form that PostgreSQL itself prints is taken as text, lower case with hyphens, so that the text that comes back is the
//! text that went in. 16 bytes are taken in their own order: a legacy application that swaps the parts of a time-based UUID says so in its mapping.

use super::DefaultTarget;
use super::error::{ValueError, shown_bytes};
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::Value;

/// What a UUID column can be written to.
pub(super) const WORKS: &str = "a uuid column can become uuid, text or character varying";

/// How a UUID is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Uuid,
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Uuid => Ok(Up::Uuid),
        _ => Form::of(target)
            .map(Up::Text)
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(text) = value else {
            return Err(ValueError::unexpected(value, "uuid"));
        };
        match self {
            Up::Uuid => put_text(text, out),
            Up::Text(form) => form.put(text, out),
        }
    }
}

/// Writes a field from `01234567-89ab-cdef-0123-456789abcdef`.
pub(super) fn put_text(text: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    let field = parse(text).ok_or_else(|| bad(text))?;
    put_bytes(&field, out)
}

fn parse(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut bytes = [0; 16];
    let mut at = 0;
    for byte in &mut bytes {
        if matches!(at, 8 | 13 | 18 | 23) {
            if text[at] != b'-' {
                return None;
            }
            at += 1;
        }
        *byte = digit(text[at])? << 4 | digit(text[at + 1])?;
        at += 2;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Writes a field from the 16 bytes of a UUID.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    if bytes.len() != 16 {
        return Err(bad(bytes));
    }
    out.extend_from_slice(&16i32.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

#[cold]
fn bad(bytes: &[u8]) -> ValueError {
    ValueError::new(
        "bad_uuid",
        format!(
            "value {} is neither a UUID in lower case with hyphens nor 16 bytes",
            shown_bytes(bytes)
        ),
    )
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("uuid")
}
