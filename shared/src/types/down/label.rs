//! ENUM and SET.
//!
//! Promise: a label becomes that label, byte for byte, and never another one that a collation or a number would find. A set goes as its bits,
//! so that empty labels and commas mean nothing; the order of an array's members means nothing to a set.

use super::super::error::{ValueError, shown_bytes};
use super::super::upgrade::UpgradeType;
use super::read::{array, text};
use crate::value::Value;

/// ENUM.
pub(super) fn one(
    field: &[u8],
    target: &UpgradeType,
    declared: &[String],
) -> Result<Value, ValueError> {
    let label = text(field, target)?;
    let known = declared.iter().any(|declared| declared == label);
    // The catalogue prints question marks for characters that it does not know: then only the server itself knows its labels. It
    // takes digits for a number, though.
    let unreadable = declared.iter().any(|declared| declared.contains('?'))
        && !label.is_empty()
        && !label.bytes().all(|byte| byte.is_ascii_digit());
    if known || unreadable {
        return Ok(Value::Bytes(label.as_bytes().to_vec()));
    }
    Err(not_a_label(label.as_bytes()))
}

/// SET.
pub(super) fn several(
    field: &[u8],
    target: &UpgradeType,
    declared: &[String],
) -> Result<Value, ValueError> {
    let members: Vec<&[u8]> = match target {
        UpgradeType::TextArray => array(field, target)?,
        _ => match text(field, target)? {
            _ if declared.iter().any(String::is_empty) => {
                return Err(ValueError::new(
                    "ambiguous_set",
                    "the text of a set with an empty label can mean several sets",
                ));
            }
            "" => Vec::new(),
            printed => printed.as_bytes().split(|byte| *byte == b',').collect(),
        },
    };
    let mut bits = 0u64;
    for member in &members {
        let found = declared.iter().take(64);
        let at = found
            .map(|label| label.as_bytes())
            .position(|label| label == *member)
            .ok_or_else(|| not_a_label(member))?;
        if bits >> at & 1 == 1 {
            return Err(ValueError::new(
                "bad_array",
                format!("member {} is there twice", shown_bytes(member)),
            ));
        }
        bits |= 1 << at;
    }
    Ok(Value::UInt(bits))
}

#[cold]
fn not_a_label(label: &[u8]) -> ValueError {
    ValueError::new(
        "not_a_label",
        format!(
            "value {} is not a label of the legacy column",
            shown_bytes(label)
        ),
    )
}
