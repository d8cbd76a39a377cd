//! JSON.
//!
//! Promise: MySQL gets only documents that its own form keeps: it would drop all but the last of keys given twice, and turn numbers that it
//! cannot hold into near ones. MariaDB keeps the text as it is.

use super::super::error::ValueError;
use super::super::json::refused;
use super::super::json_scan::{self, Rules};
use super::super::upgrade::UpgradeType;
use super::read::{malformed, text};
use crate::mapping::catalog::Family;
use crate::value::Value;

pub(super) fn take(
    field: &[u8],
    target: &UpgradeType,
    family: Family,
) -> Result<Value, ValueError> {
    let json = match (target, field.split_first()) {
        (UpgradeType::Jsonb, Some((1, json))) => text(json, target)?,
        (UpgradeType::Jsonb, _) => return Err(malformed(field, target)),
        _ => text(field, target)?,
    };
    let rules = match family {
        Family::Mysql => Rules::Mysql,
        Family::Mariadb => Rules::Text,
    };
    json_scan::scan(json, rules).map_err(|fault| refused(fault, json.as_bytes()))?;
    Ok(Value::Bytes(json.as_bytes().to_vec()))
}
