//! VECTOR: 32-bit floats, little-endian on the legacy side.
//!
//! Promise: every element arrives with its own bits (as `real[]` or pgvector's `vector`) or as the same number (`double precision[]`).

use super::DefaultTarget;
use super::error::{ValueError, shown_bytes};
use super::set::put_array_header;
use super::upgrade::UpgradeType;
use super::{binary, text};
use crate::value::Value;

/// What a vector column can be written to.
pub(super) const WORKS: &str =
    "a vector column can become real[], double precision[], bytea or pgvector's vector";

const FLOAT4_OID: u32 = 700;
const FLOAT8_OID: u32 = 701;

/// How a vector is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Float4Array,
    Float8Array,
    /// pgvector's type, bound to a number of dimensions or not.
    Vector(Option<u16>),
    Bytes,
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Float4Array => Ok(Up::Float4Array),
        UpgradeType::Float8Array => Ok(Up::Float8Array),
        UpgradeType::Vector { dimensions } => Ok(Up::Vector(*dimensions)),
        UpgradeType::Bytea => Ok(Up::Bytes),
        _ => Err(WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(bytes) = value else {
            return Err(ValueError::unexpected(value, "vector"));
        };
        let (elements, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() || bytes.len() > text::MAX_FIELD_BYTES / 4 {
            return Err(ValueError::unexpected(value, "vector"));
        }
        match self {
            Up::Bytes => return binary::put(bytes, out),
            Up::Float4Array => {
                put_head(elements.len(), 8, FLOAT4_OID, out);
                for element in elements {
                    let [a, b, c, d] = *element;
                    out.extend_from_slice(&[0, 0, 0, 4, d, c, b, a]);
                }
            }
            Up::Float8Array => {
                put_head(elements.len(), 12, FLOAT8_OID, out);
                for element in elements {
                    let number = f64::from(f32::from_le_bytes(*element));
                    out.extend_from_slice(&8i32.to_be_bytes());
                    out.extend_from_slice(&number.to_bits().to_be_bytes());
                }
            }
            Up::Vector(dimensions) => return put_vector(elements, *dimensions, bytes, out),
        }
        Ok(())
    }
}

/// Writes the length of an array field and its head.
fn put_head(elements: usize, element_bytes: usize, oid: u32, out: &mut Vec<u8>) {
    let head = if elements == 0 { 12 } else { 20 };
    let length = head + elements * element_bytes;
    out.extend_from_slice(&(length as i32).to_be_bytes());
    put_array_header(elements as u32, oid, out);
}

/// pgvector's own format: i16 dimensions, i16 zero, then the elements.
fn put_vector(
    elements: &[[u8; 4]],
    dimensions: Option<u16>,
    bytes: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    let finite = |element: &[u8; 4]| f32::from_le_bytes(*element).is_finite();
    if !elements.iter().all(finite) {
        return Err(ValueError::new(
            "not_finite",
            format!(
                "vector {} has an element that is not a finite number",
                shown_bytes(bytes)
            ),
        ));
    }
    let count = elements.len();
    let fits =
        (1..=16_000).contains(&count) && dimensions.is_none_or(|bound| usize::from(bound) == count);
    if !fits {
        return Err(ValueError::new(
            "out_of_range",
            format!("vector of {count} dimensions does not fit the upgrade type"),
        ));
    }
    out.extend_from_slice(&(4 + 4 * count as i32).to_be_bytes());
    out.extend_from_slice(&(count as u16).to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    for [a, b, c, d] in elements {
        out.extend_from_slice(&[*d, *c, *b, *a]);
    }
    Ok(())
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("real[]").with_note("a vector can also become pgvector's vector or bytea")
}
