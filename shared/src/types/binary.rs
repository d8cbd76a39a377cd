//! BINARY, VARBINARY and the BLOB types.
//!
//! Promise: the same bytes arrive; BINARY(n) with all the zero bytes that the server keeps.

use super::error::ValueError;
use super::text::Form;
use super::upgrade::UpgradeType;
use super::{DefaultTarget, inet, text, uuid};
use crate::mapping::catalog::LegacyColumn;
use crate::value::Value;

/// What a binary column can be written to.
pub(super) const WORKS: &str = "a binary column can become bytea, uuid (16 bytes), inet (4 or 16 bytes), text or character varying (UTF-8 only)";

/// How bytes are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Bytes,
    Uuid,
    Inet,
    Text(Form),
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    match target {
        UpgradeType::Bytea => Ok(Up::Bytes),
        UpgradeType::Uuid => Ok(Up::Uuid),
        UpgradeType::Inet => Ok(Up::Inet),
        _ => Form::of(target)
            .map(Up::Text)
            .ok_or_else(|| WORKS.to_owned()),
    }
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(bytes) = value else {
            return Err(ValueError::unexpected(value, "binary"));
        };
        match self {
            Up::Bytes => put(bytes, out),
            Up::Uuid => uuid::put_bytes(bytes, out),
            Up::Inet => inet::put_bytes(bytes, out),
            Up::Text(form) => form.put(bytes, out),
        }
    }
}

/// Writes one field of raw bytes.
pub(super) fn put(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
    text::put_bytes(bytes, out)
}

pub(super) fn default_target(column: &LegacyColumn) -> DefaultTarget {
    let target = DefaultTarget::sql("bytea");
    match (column.data_type.as_str(), column.length) {
        ("binary", Some(length)) => {
            target.with_check(format!("octet_length({{column}}) = {length}"))
        }
        ("varbinary", Some(length)) => {
            target.with_check(format!("octet_length({{column}}) <= {length}"))
        }
        _ => target,
    }
}
