//! YEAR: 0 and 1901 to 2155.
//!
//! Promise: the number arrives, the year 0 too; it is written as an integer is.

use super::DefaultTarget;
use super::integer;
use super::upgrade::UpgradeType;

/// What a year column can be written to.
pub(super) const WORKS: &str =
    "a year column can become smallint, integer, bigint, numeric, text or character varying";

pub(super) fn compile(target: &UpgradeType) -> Result<integer::Up, String> {
    match target {
        UpgradeType::Bool => Err(WORKS.to_owned()),
        _ => integer::compile(target).map_err(|_| WORKS.to_owned()),
    }
}

pub(super) fn default_target() -> DefaultTarget {
    DefaultTarget::sql("smallint").with_check("{column} = 0 OR {column} BETWEEN 1901 AND 2155")
}
