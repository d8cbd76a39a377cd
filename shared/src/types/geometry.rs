//! The geometry types. The legacy server gives 4 bytes of SRID, little-endian, and the geometry in WKB (well-known binary).
//!
//! Promise: the default target `bytea` holds exactly those bytes. PostGIS `geometry` gets the same coordinates in EWKB: both sides keep x before y
//! (longitude before latitude) whatever the order in which they print. The bytes are walked to the end first, so that PostGIS refuses nothing in the middle of a batch.

use super::error::{ValueError, shown_bytes};
use super::upgrade::UpgradeType;
use super::{DefaultTarget, binary, text};
use crate::value::Value;

/// What a geometry column can be written to.
pub(super) const WORKS: &str = "a geometry column can become bytea or PostGIS geometry";

/// EWKB's mark that an SRID follows the type.
const SRID_FLAG: u32 = 0x2000_0000;
/// PostGIS changes a larger SRID.
const MAX_SRID: u32 = 999_999;
/// Levels of collections in collections.
const MAX_DEPTH: usize = 100;

const POINT: u32 = 1;
const LINESTRING: u32 = 2;
const POLYGON: u32 = 3;
const COLLECTION: u32 = 7;

/// How a geometry is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    /// As the server gives it.
    Bytes,
    /// As EWKB, where the column is bound to this SRID and kind.
    Ewkb { srid: Option<u32>, kind: Option<u8> },
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match *target {
        UpgradeType::Bytea => Ok(Up::Bytes),
        UpgradeType::Geometry { srid, kind } => Ok(Up::Ewkb { srid, kind }),
        _ => Err(WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(bytes) = value else {
            return Err(ValueError::unexpected(value, "geometry"));
        };
        match *self {
            Up::Bytes => binary::put(bytes, out),
            Up::Ewkb { srid, kind } => put_ewkb(bytes, srid, kind, out),
        }
    }
}

fn put_ewkb(
    bytes: &[u8],
    bound_srid: Option<u32>,
    bound_kind: Option<u8>,
    out: &mut Vec<u8>,
) -> Result<(), ValueError> {
    let bad = || {
        ValueError::new(
            "bad_geometry",
            format!(
                "value {} is not a geometry with its SRID",
                shown_bytes(bytes)
            ),
        )
    };
    let (srid, wkb) = bytes.split_first_chunk::<4>().ok_or_else(bad)?;
    let srid = u32::from_le_bytes(*srid);
    let kind = Walk::whole(wkb).ok_or_else(bad)?;
    check_bound(srid, kind, bound_srid, bound_kind)?;
    if bytes.len() > text::MAX_FIELD_BYTES {
        return Err(ValueError::too_large(bytes.len()));
    }
    let srid_bytes = if srid == 0 { 0 } else { 4 };
    out.extend_from_slice(&((wkb.len() + srid_bytes) as i32).to_be_bytes());
    out.push(1);
    if srid == 0 {
        out.extend_from_slice(&kind.to_le_bytes());
    } else {
        out.extend_from_slice(&(kind | SRID_FLAG).to_le_bytes());
        out.extend_from_slice(&srid.to_le_bytes());
    }
    out.extend_from_slice(&wkb[5..]);
    Ok(())
}

fn check_bound(
    srid: u32,
    kind: u32,
    bound_srid: Option<u32>,
    bound_kind: Option<u8>,
) -> Result<(), ValueError> {
    let wrong = |message: String| Err(ValueError::new("wrong_srid", message));
    if srid > MAX_SRID {
        return wrong(format!("SRID {srid} is beyond what PostGIS keeps"));
    }
    if let Some(bound) = bound_srid.filter(|bound| *bound != srid) {
        return wrong(format!(
            "geometry has SRID {srid}, the upgrade column {bound}"
        ));
    }
    if let Some(bound) = bound_kind.filter(|bound| u32::from(*bound) != kind) {
        return wrong(format!(
            "geometry is of kind {kind}, the upgrade column of kind {bound}"
        ));
    }
    Ok(())
}

/// Walks over WKB; `None` is malformed.
pub(super) struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    /// The kind of a geometry that is all there is.
    pub(super) fn whole(wkb: &'a [u8]) -> Option<u32> {
        let mut walk = Walk { rest: wkb };
        let kind = walk.geometry(0)?;
        walk.rest.is_empty().then_some(kind)
    }

    /// One geometry; returns its kind.
    fn geometry(&mut self, depth: usize) -> Option<u32> {
        let (order, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *order != 1 || depth > MAX_DEPTH {
            return None;
        }
        let kind = self.number()?;
        match kind {
            POINT => self.points(1)?,
            LINESTRING => self.line(2, false)?,
            POLYGON => {
                for _ in 0..self.number()? {
                    self.line(4, true)?;
                }
            }
            4..=COLLECTION => {
                for _ in 0..self.number()? {
                    let member = self.geometry(depth + 1)?;
                    if kind != COLLECTION && member != kind - 3 {
                        return None;
                    }
                }
            }
            _ => return None,
        }
        Some(kind)
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*number))
    }

    fn points(&mut self, count: usize) -> Option<()> {
        let (_, rest) = self.rest.split_at_checked(count.checked_mul(16)?)?;
        self.rest = rest;
        Some(())
    }

    /// Points with their number before them, at least `least`; a ring ends where it began.
    fn line(&mut self, least: usize, ring: bool) -> Option<()> {
        let count = self.number()? as usize;
        let start = self.rest;
        self.points(count)?;
        if count < least {
            return None;
        }
        let end = count * 16;
        (!ring || start[..16] == start[end - 16..end]).then_some(())
    }
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("bytea").with_note(
        "geometry is kept as the legacy server gives it: 4 bytes of SRID (little-endian) and WKB; it can become PostGIS geometry",
    )
}
