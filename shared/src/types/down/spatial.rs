//! Geometry and VECTOR.
//!
//! Promise: the same coordinates in the same order, the same SRID, the same elements. A third dimension and kinds that the legacy column is not
//! declared for are refused.

use super::super::error::{ValueError, shown_bytes};
use super::super::geometry::Walk;
use super::super::legacy::number_in_parentheses;
use super::super::upgrade::UpgradeType;
use super::read::{array, exact, malformed, not_finite};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::value::Value;

/// EWKB's mark that an SRID follows the type.
const SRID_FLAG: u32 = 0x2000_0000;

/// The WKB number of a column's kind; `None` for a column of any kind.
pub(super) fn kind(data_type: &str) -> Option<u32> {
    Some(match data_type {
        "point" => 1,
        "linestring" => 2,
        "polygon" => 3,
        "multipoint" => 4,
        "multilinestring" => 5,
        "multipolygon" => 6,
        "geomcollection" | "geometrycollection" => 7,
        _ => return None,
    })
}

/// Geometry: 4 bytes of SRID, little-endian, and WKB.
pub(super) fn geometry(
    field: &[u8],
    target: &UpgradeType,
    bound: Option<u32>,
) -> Result<Value, ValueError> {
    let bytes = match target {
        UpgradeType::Bytea => field.to_vec(),
        _ => of_ewkb(field).ok_or_else(|| bad(field))?,
    };
    let wkb = bytes.get(4..).ok_or_else(|| bad(field))?;
    let found = Walk::whole(wkb).ok_or_else(|| bad(field))?;
    if bound.is_some_and(|bound| bound != found) {
        return Err(ValueError::new(
            "wrong_srid",
            format!("geometry is of kind {found}, which the legacy column does not hold"),
        ));
    }
    Ok(Value::Bytes(bytes))
}

#[cold]
fn bad(field: &[u8]) -> ValueError {
    ValueError::new(
        "bad_geometry",
        format!(
            "value {} is not a geometry of two dimensions with its SRID",
            shown_bytes(field)
        ),
    )
}

fn of_ewkb(field: &[u8]) -> Option<Vec<u8>> {
    let (order, rest) = field.split_first()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let kind = u32::from_le_bytes(*kind);
    let (srid, rest) = if kind & SRID_FLAG == 0 {
        (0, rest)
    } else {
        let (srid, rest) = rest.split_first_chunk::<4>()?;
        (u32::from_le_bytes(*srid), rest)
    };
    let mut bytes = Vec::with_capacity(field.len() + 4);
    bytes.extend_from_slice(&srid.to_le_bytes());
    bytes.push(*order);
    bytes.extend_from_slice(&(kind & !SRID_FLAG).to_le_bytes());
    bytes.extend_from_slice(rest);
    Some(bytes)
}

/// How many elements a VECTOR column holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dimensions {
    most: usize,
    fixed: bool,
}

impl Dimensions {
    pub(super) fn of(column: &LegacyColumn, family: Family) -> Dimensions {
        let most = number_in_parentheses(&column.column_type).unwrap_or(2048);
        Dimensions {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            fixed: family == Family::Mariadb,
        }
    }

    pub(super) fn take(&self, field: &[u8], target: &UpgradeType) -> Result<Value, ValueError> {
        let bytes = match target {
            UpgradeType::Bytea => field.to_vec(),
            UpgradeType::Vector { .. } => little_endian(
                field
                    .get(4..)
                    .ok_or_else(|| malformed(field, target))?
                    .chunks(4),
                target,
            )?,
            UpgradeType::Float4Array => little_endian(array(field, target)?.into_iter(), target)?,
            UpgradeType::Float8Array => narrowed(array(field, target)?, target)?,
            _ => return Err(malformed(field, target)),
        };
        let count = bytes.len() / 4;
        let fits = bytes.len().is_multiple_of(4)
            && count >= 1
            && count <= self.most
            && (!self.fixed || count == self.most);
        if !fits {
            return Err(ValueError::new(
                "out_of_range",
                format!("vector of {count} dimensions does not fit the legacy column"),
            ));
        }
        Ok(Value::Bytes(bytes))
    }
}

fn little_endian<'a>(
    elements: impl Iterator<Item = &'a [u8]>,
    target: &UpgradeType,
) -> Result<Vec<u8>, ValueError> {
    let mut bytes = Vec::new();
    for element in elements {
        let number = f32::from_be_bytes(exact(element, target)?);
        bytes.extend_from_slice(&number.to_bits().to_le_bytes());
    }
    Ok(bytes)
}

fn narrowed(elements: Vec<&[u8]>, target: &UpgradeType) -> Result<Vec<u8>, ValueError> {
    let mut bytes = Vec::new();
    for element in elements {
        let number = f64::from_be_bytes(exact(element, target)?);
        let narrow = number as f32;
        if !narrow.is_finite() && number.is_finite() {
            return Err(not_finite(&number.to_string()));
        }
        if number.is_finite() && f64::from(narrow).to_bits() != number.to_bits() {
            return Err(ValueError::new(
                "would_round",
                format!("element {number} has more digits than a legacy VECTOR keeps"),
            ));
        }
        bytes.extend_from_slice(&narrow.to_bits().to_le_bytes());
    }
    Ok(bytes)
}
