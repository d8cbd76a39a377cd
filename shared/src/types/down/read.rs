//! Fields of PostgreSQL's binary format, taken apart.
//!
//! Promise: a field that is not of its type's form is an error, never a guess. Called by the families of this folder.

use super::super::error::ValueError;
use super::super::upgrade::UpgradeType;

/// A field that its type's send function would not give.
#[cold]
pub(super) fn malformed(field: &[u8], target: &UpgradeType) -> ValueError {
    ValueError::new(
        "unexpected_value",
        format!(
            "the upgrade server sent {} bytes that are no value of type {target}",
            field.len()
        ),
    )
}

/// A field of a fixed number of bytes.
pub(super) fn exact<const N: usize>(
    field: &[u8],
    target: &UpgradeType,
) -> Result<[u8; N], ValueError> {
    field.try_into().map_err(|_| malformed(field, target))
}

/// A field of one of the text types; what pads a `character(n)` is not part of it.
pub(super) fn text<'a>(field: &'a [u8], target: &UpgradeType) -> Result<&'a str, ValueError> {
    let text = std::str::from_utf8(field).map_err(|_| malformed(field, target))?;
    Ok(match target {
        UpgradeType::Char { length: Some(_) } => text.trim_end_matches(' '),
        _ => text,
    })
}

/// A numeric as `[-]digits[.digits]`, with the digits after the point that it shows.
pub(super) fn numeric(field: &[u8], target: &UpgradeType) -> Result<String, ValueError> {
    let bad = || malformed(field, target);
    let (head, rest) = field.split_first_chunk::<8>().ok_or_else(bad)?;
    let [a, b, c, d, e, f, g, h] = *head;
    let weight = i32::from(i16::from_be_bytes([c, d]));
    let scale = usize::from(u16::from_be_bytes([g, h]));
    let sign = match u16::from_be_bytes([e, f]) {
        0 => "",
        0x4000 => "-",
        0xc000 => return Err(not_finite("NaN")),
        0xd000 => return Err(not_finite("Infinity")),
        0xf000 => return Err(not_finite("-Infinity")),
        _ => return Err(bad()),
    };
    let (groups, left) = rest.as_chunks::<2>();
    if groups.len() != usize::from(u16::from_be_bytes([a, b])) || !left.is_empty() {
        return Err(bad());
    }
    let group = |place: i32| {
        let at = usize::try_from(weight - place).ok();
        at.and_then(|at| groups.get(at))
            .map_or(0, |group| u16::from_be_bytes(*group))
    };
    let mut text = String::with_capacity(groups.len() * 4 + scale + 4);
    text.push_str(sign);
    let start = text.len();
    for place in (0..=weight.max(0)).rev() {
        let group = group(place);
        if text.len() > start {
            text.push_str(&format!("{group:04}"));
        } else if group != 0 || place == 0 {
            text.push_str(&group.to_string());
        }
    }
    if scale > 0 {
        text.push('.');
        let end = text.len() + scale;
        let mut place = -1;
        while text.len() < end {
            text.push_str(&format!("{:04}", group(place)));
            place -= 1;
        }
        text.truncate(end);
    }
    Ok(text)
}

/// NaN or an infinity where the legacy type has neither.
#[cold]
pub(super) fn not_finite(value: &str) -> ValueError {
    ValueError::new(
        "not_finite",
        format!("value {value} is not finite, and the legacy type holds finite values only"),
    )
}

/// The elements of a one-dimensional array without NULLs that counts from 1.
pub(super) fn array<'a>(
    field: &'a [u8],
    target: &UpgradeType,
) -> Result<Vec<&'a [u8]>, ValueError> {
    let mut at = Cursor(field);
    let bad = || malformed(field, target);
    let (dimensions, nulls) = (at.number().ok_or_else(bad)?, at.number().ok_or_else(bad)?);
    at.number().ok_or_else(bad)?;
    if dimensions == 0 {
        return Ok(Vec::new());
    }
    let (count, first) = (at.number().ok_or_else(bad)?, at.number().ok_or_else(bad)?);
    if dimensions != 1 || nulls != 0 || first != 1 {
        return Err(ValueError::new(
            "bad_array",
            "the array has NULLs, several dimensions or does not count from 1, so that it is no list of members",
        ));
    }
    (0..count).map(|_| at.element().ok_or_else(bad)).collect()
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn number(&mut self) -> Option<i32> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(i32::from_be_bytes(*head))
    }

    fn element(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (element, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(element)
    }
}
