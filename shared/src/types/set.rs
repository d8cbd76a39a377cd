//! SET, to an array of its labels in declared order.
//!
//! Promise: exactly the members that are set, in the order of the column's declaration, which is how the server prints them. Where '' is a
//! declared label the printed text cannot tell, and the server is asked for the bits besides. The labels come from its catalogue, which prints
//! question marks for characters that it does not know: a member that is printed otherwise is none of the labels.

use super::DefaultTarget;
use super::enumeration;
pub(super) use super::enumeration::select;
use super::error::{ValueError, shown_bytes};
use super::text::Form;
use super::upgrade::UpgradeType;
use crate::value::Value;

/// What a set column can be written to.
pub(super) const WORKS: &str = "a set column can become text[], text or character varying";

/// PostgreSQL's type number of text, the same in every database.
const TEXT_OID: u32 = 25;

/// How a set is written.
#[derive(Debug, Clone)]
pub(super) struct Up {
    declared: Vec<String>,
    /// `None` for an array.
    form: Option<Form>,
}

pub(super) fn compile(declared: &[String], target: &UpgradeType) -> Result<Up, String> {
    let form = match target {
        UpgradeType::TextArray => None,
        _ => Some(Form::of(target).ok_or_else(|| WORKS.to_owned())?),
    };
    Ok(Up {
        declared: declared.to_vec(),
        form,
    })
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(text) = value else {
            return Err(ValueError::unexpected(value, "set"));
        };
        let bits = match enumeration::has_empty(&self.declared) {
            false => self.bits(text)?,
            true => self.numbered_bits(text)?,
        };
        match self.form {
            Some(form) => self.put_text(bits, form, out),
            None => {
                self.put_array(bits, out);
                Ok(())
            }
        }
    }

    fn members(&self, bits: u64) -> impl Iterator<Item = &str> {
        self.declared
            .iter()
            .take(64)
            .enumerate()
            .filter(move |(at, _)| bits >> at & 1 == 1)
            .map(|(_, label)| label.as_str())
    }

    /// The set as the server prints it: no comma after an empty label that comes first.
    fn printed(&self, bits: u64) -> String {
        self.members(bits).fold(String::new(), |mut text, member| {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(member);
            text
        })
    }

    /// The bits of a set that comes with them, which must be those of its text.
    fn numbered_bits(&self, numbered: &[u8]) -> Result<u64, ValueError> {
        let Some((bits, text)) = enumeration::take_number(numbered) else {
            return Err(ValueError::new(
                "ambiguous_set",
                format!(
                    "value {} cannot be told apart, since '' is a label of the set",
                    shown_bytes(numbered)
                ),
            ));
        };
        let count = self.declared.len();
        let unknown = count < 64 && bits >> count != 0;
        if unknown || self.printed(bits).as_bytes() != text {
            return Err(not_a_label(text));
        }
        Ok(bits)
    }

    /// The bits of a printed set.
    fn bits(&self, text: &[u8]) -> Result<u64, ValueError> {
        if text.is_empty() {
            return Ok(0);
        }
        text.split(|byte| *byte == b',')
            .try_fold(0u64, |bits, member| {
                let at = self
                    .declared
                    .iter()
                    .take(64)
                    .position(|label| label.as_bytes() == member)?;
                Some(bits | 1 << at)
            })
            .ok_or_else(|| not_a_label(text))
    }

    fn put_array(&self, bits: u64, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        put_array_header(bits.count_ones(), TEXT_OID, out);
        for label in self.members(bits) {
            out.extend_from_slice(&(label.len() as i32).to_be_bytes());
            out.extend_from_slice(label.as_bytes());
        }
        // 64 labels of at most 1,020 bytes each.
        let length = (out.len() - start - 4) as i32;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }

    fn put_text(&self, bits: u64, form: Form, out: &mut Vec<u8>) -> Result<(), ValueError> {
        form.put(self.printed(bits).as_bytes(), out)
    }
}

#[cold]
fn not_a_label(text: &[u8]) -> ValueError {
    ValueError::new(
        "not_a_label",
        format!(
            "value {} has members that are no label of the set",
            shown_bytes(text)
        ),
    )
}

/// Writes the head of a one-dimensional array without NULLs; an empty array has no dimension.
pub(super) fn put_array_header(elements: u32, element_oid: u32, out: &mut Vec<u8>) {
    let dimensions: u32 = u32::from(elements > 0);
    out.extend_from_slice(&dimensions.to_be_bytes());
    out.extend_from_slice(&0u32.to_be_bytes());
    out.extend_from_slice(&element_oid.to_be_bytes());
    if elements > 0 {
        out.extend_from_slice(&elements.to_be_bytes());
        out.extend_from_slice(&1u32.to_be_bytes());
    }
}

pub(super) fn default_target(declared: &[String]) -> DefaultTarget {
    let list: Vec<String> = declared
        .iter()
        .map(|label| super::default::literal(label))
        .collect();
    DefaultTarget::sql("text[]")
        .with_check(format!("{{column}} <@ ARRAY[{}]::text[]", list.join(", ")))
}
