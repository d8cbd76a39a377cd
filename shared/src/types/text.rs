//! CHAR, VARCHAR and the TEXT types; and PostgreSQL's text types for every family that can be written as text.
//!
//! Promise: the characters arrive as they are. Bytes that are not UTF-8, a character of code 0 and a text longer than the column are errors:
//! PostgreSQL would cut trailing spaces over a column's length silently, and would refuse the others in the middle of a batch.
//! The legacy server converts to utf8mb4 before it sends; where its conversion could lose something, [`select`] asks it to say so.

use super::enumeration::Labels;
use super::error::{ValueError, shown_bytes};
use super::upgrade::UpgradeType;
use super::{DefaultTarget, binary, inet, json, uuid};
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// What a text column can be written to.
pub(super) const WORKS: &str = "a text column can become text, character varying, character, bytea, json, jsonb, uuid, inet or an enum";

/// The most bytes of one value: PostgreSQL's allocations end at 1 GiB less one byte, headers included.
pub(super) const MAX_FIELD_BYTES: usize = (1 << 30) - 64;

/// How a text column is written.
#[derive(Debug, Clone)]
pub(super) enum Up {
    Text(Form),
    Bytes,
    Json(json::Form),
    Uuid,
    Inet,
    Enum(Labels),
}

/// The text types of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Any length.
    Unlimited,
    /// At most this many characters.
    Varchar(usize),
    /// Exactly this many characters, padded with spaces.
    Padded(usize),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    if let Some(form) = Form::of(target) {
        return Ok(Up::Text(form));
    }
    if let Some(form) = json::Form::of(target) {
        return Ok(Up::Json(form));
    }
    match target {
        UpgradeType::Bytea => Ok(Up::Bytes),
        UpgradeType::Uuid => Ok(Up::Uuid),
        UpgradeType::Inet => Ok(Up::Inet),
        UpgradeType::Enum { labels } => Ok(Up::Enum(Labels::new(labels))),
        _ => Err(WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(bytes) = value else {
            return Err(ValueError::unexpected(value, "text"));
        };
        match self {
            Up::Text(form) => form.put(bytes, out),
            Up::Bytes => binary::put(bytes, out),
            Up::Json(form) => form.put(bytes, out),
            Up::Uuid => uuid::put_text(bytes, out),
            Up::Inet => inet::put_canonical(bytes, out),
            Up::Enum(labels) => labels.put(bytes, out),
        }
    }
}

impl Form {
    /// The form of a text target; `None` for any other type.
    pub(super) fn of(target: &UpgradeType) -> Option<Form> {
        match target {
            UpgradeType::Text
            | UpgradeType::Varchar { length: None }
            | UpgradeType::Char { length: None } => Some(Form::Unlimited),
            UpgradeType::Varchar { length: Some(n) } => Some(Form::Varchar(*n as usize)),
            UpgradeType::Char { length: Some(n) } => Some(Form::Padded(*n as usize)),
            _ => None,
        }
    }

    /// Writes one field.
    pub(super) fn put(&self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let text = checked(bytes)?;
        match *self {
            Form::Unlimited => {}
            // A character has at least one byte: most values need no counting.
            Form::Varchar(most) if bytes.len() > most => {
                let found = text.chars().count();
                if found > most {
                    return Err(too_long(bytes, found, "character varying", most));
                }
            }
            Form::Varchar(_) => {}
            Form::Padded(width) => return put_padded(text, width, out),
        }
        put_bytes(bytes, out)
    }
}

/// The bytes as text that PostgreSQL can hold.
pub(super) fn checked(bytes: &[u8]) -> Result<&str, ValueError> {
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(bytes))?;
    if bytes.contains(&0) {
        return Err(ValueError::new(
            "nul_in_text",
            format!(
                "value {} has a character of code 0, which a text type cannot hold",
                shown_bytes(bytes)
            ),
        ));
    }
    Ok(text)
}

#[cold]
fn invalid(bytes: &[u8]) -> ValueError {
    match bytes.strip_prefix(&[MARK]) {
        Some(own) => ValueError::new(
            "invalid_text",
            format!(
                "bytes {} of the column's character set have no equivalent in Unicode",
                shown_bytes(own)
            ),
        ),
        None => ValueError::new(
            "invalid_text",
            format!("bytes {} are not valid UTF-8", shown_bytes(bytes)),
        ),
    }
}

/// Writes a field of bytes that need no further check than their number.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    if bytes.len() > MAX_FIELD_BYTES {
        return Err(ValueError::too_large(bytes.len()));
    }
    crate::row::put_field(out, bytes).map_err(|error| ValueError::too_large(error.0))
}

fn put_padded(text: &str, width: usize, out: &mut Vec<u8>) -> Result<(), ValueError> {
    // Trailing spaces mean nothing in this type: a text that has some of its own would come back without.
    let found = text.chars().count();
    if found > width {
        return Err(too_long(text.as_bytes(), found, "character", width));
    }
    if text.ends_with(' ') {
        return Err(ValueError::new(
            "invalid_text",
            format!(
                "value {} ends with spaces, which type character({width}) does not keep",
                shown_bytes(text.as_bytes())
            ),
        ));
    }
    let length = text.len() + (width - found);
    out.extend_from_slice(&(length as i32).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    out.resize(out.len() + (width - found), b' ');
    Ok(())
}

#[cold]
fn too_long(bytes: &[u8], found: usize, name: &str, most: usize) -> ValueError {
    ValueError::new(
        "too_long",
        format!(
            "value {} has {found} characters, type {name}({most}) holds {most}",
            shown_bytes(bytes)
        ),
    )
}

/// The byte before a text that the legacy server could not convert: it begins no text in UTF-8.
const MARK: u8 = 0xff;

/// The expression to read a text column with. Where the column's character set may hold bytes without equivalent in Unicode, the
/// server would send a question mark for them. It is asked to count question marks before and after (0x3F is part of no other character in
/// any of these sets) and to send the bytes themselves, marked, where the counts differ.
pub(super) fn select(column: &LegacyColumn, target: &UpgradeType, quoted: &str) -> Option<String> {
    if matches!(target, UpgradeType::Bytea) {
        return Some(format!("CAST({quoted} AS BINARY)"));
    }
    let charset = column.charset.as_deref()?;
    if is_wholly_unicode(charset) {
        return None;
    }
    let unicode = format!("CAST(CONVERT({quoted} USING utf8mb4) AS BINARY)");
    let own = format!("CAST({quoted} AS BINARY)");
    let marks = |text: &str| format!("LENGTH({text}) - LENGTH(REPLACE({text}, 0x3F, ''))");
    let mut converted = format!("{} = {}", marks(&unicode), marks(&own));
    if matches!(charset, "tis620" | "big5") {
        // The two sets of which some characters become the replacement character instead: big5 has seven.
        converted.push_str(&format!(" AND LOCATE(0xEFBFBD, {unicode}) = 0"));
    }
    Some(format!("IF({converted}, {unicode}, CONCAT(0xFF, {own}))"))
}

/// True for character sets of which every stored text has its equivalent: the Unicode ones, and latin1, whose 256 bytes all have one.
fn is_wholly_unicode(charset: &str) -> bool {
    matches!(
        charset,
        "utf8mb4"
            | "utf8mb3"
            | "utf8"
            | "ucs2"
            | "utf16"
            | "utf16le"
            | "utf32"
            | "latin1"
            | "binary"
    )
}

pub(super) fn default_target(column: &LegacyColumn) -> DefaultTarget {
    let sized = matches!(column.data_type.as_str(), "char" | "varchar");
    match column.length {
        // varchar(0) does not exist.
        Some(0) if sized => DefaultTarget::sql("text").with_check("{column} = ''"),
        Some(length @ 1..=10_485_760) if sized => DefaultTarget::sql(format!("varchar({length})")),
        _ => DefaultTarget::sql("text"),
    }
}
