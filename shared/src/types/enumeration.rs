//! ENUM.
//!
//! Promise: a value arrives as its label, as the server prints it of the row: its catalogue prints labels with question marks for the characters
//! that it does not know. The invalid value of index 0, which the server shows as an empty text, is an error for an enum target, as is a text
//! that is not a label. Where '' is also a declared label, the server is asked for the index besides, since the text cannot tell.

use super::DefaultTarget;
use super::error::{ValueError, shown_bytes};
use super::text::{self, Form};
use super::upgrade::UpgradeType;
use crate::value::Value;

/// What an enum column can be written to.
pub(super) const WORKS: &str =
    "an enum column can become an enum that has all its labels, text or character varying";

/// PostgreSQL's limit of a label.
const MAX_LABEL_BYTES: usize = 63;

/// How an enum is written.
#[derive(Debug, Clone)]
pub(super) struct Up {
    /// True when the label comes with its index before it.
    numbered: bool,
    form: Target,
}

#[derive(Debug, Clone)]
enum Target {
    Enum(Labels),
    Text(Form),
}

/// The labels of an upgrade enum.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    sorted: Vec<Box<[u8]>>,
}

impl Labels {
    pub(super) fn new(labels: &[String]) -> Labels {
        let mut sorted: Vec<Box<[u8]>> = labels
            .iter()
            .map(|label| label.as_bytes().to_vec().into_boxed_slice())
            .collect();
        sorted.sort_unstable();
        Labels { sorted }
    }

    fn contains(&self, label: &[u8]) -> bool {
        self.sorted
            .binary_search_by(|known| known.as_ref().cmp(label))
            .is_ok()
    }

    /// Writes one field.
    pub(super) fn put(&self, label: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
        if !self.contains(label) {
            return Err(not_a_label(label));
        }
        text::put_bytes(label, out)
    }
}

#[cold]
fn not_a_label(label: &[u8]) -> ValueError {
    let message = if label.is_empty() {
        "value '' (index 0) is not a label of the enum".to_owned()
    } else {
        format!("value {} is not a label of the enum", shown_bytes(label))
    };
    ValueError::new("not_a_label", message)
}

pub(super) fn compile(declared: &[String], target: &UpgradeType) -> Result<Up, String> {
    let form = match target {
        UpgradeType::Enum { labels } => {
            let known = Labels::new(labels);
            let missing = declared
                .iter()
                .find(|label| !known.contains(label.as_bytes()));
            if let Some(label) = missing {
                return Err(format!("the upgrade enum lacks the label '{label}'"));
            }
            Target::Enum(known)
        }
        _ => Target::Text(Form::of(target).ok_or_else(|| WORKS.to_owned())?),
    };
    Ok(Up {
        numbered: has_empty(declared),
        form,
    })
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(text) = value else {
            return Err(ValueError::unexpected(value, "enum"));
        };
        let label = match self.numbered {
            false => text.as_slice(),
            true => match take_number(text) {
                Some((0, _)) => return Err(not_a_label(b"")),
                Some((_, label)) => label,
                None => return Err(ValueError::unexpected(value, "enum")),
            },
        };
        match &self.form {
            Target::Enum(labels) => labels.put(label, out),
            Target::Text(form) => form.put(label, out),
        }
    }
}

/// True when '' is a label: then a printed text may mean two things.
pub(super) fn has_empty(declared: &[String]) -> bool {
    declared.iter().any(String::is_empty)
}

/// The number before a text, as [`select`] asks for it, and the text.
pub(super) fn take_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| *byte == b' ')?;
    let number = std::str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, &text[end + 1..]))
}

/// The expression to read an enum or set column with: with its number before it where '' is a label.
pub(super) fn select(declared: &[String], quoted: &str) -> Option<String> {
    let numbered = || {
        let unicode = format!("CONVERT({quoted} USING utf8mb4)");
        format!("CAST(CONCAT(CAST({quoted} AS UNSIGNED), ' ', {unicode}) AS BINARY)")
    };
    has_empty(declared).then(numbered)
}

pub(super) fn default_target(declared: &[String]) -> DefaultTarget {
    if declared.iter().any(|label| label.len() > MAX_LABEL_BYTES) {
        let list: Vec<String> = declared
            .iter()
            .map(|label| super::default::literal(label))
            .collect();
        return DefaultTarget::sql("text")
            .with_check(format!("{{column}} IN ({})", list.join(", ")))
            .with_note("a label is longer than PostgreSQL's 63 bytes: kept as text with a check");
    }
    DefaultTarget::enumeration(declared)
}
