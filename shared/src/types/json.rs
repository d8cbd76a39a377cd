//! JSON, and PostgreSQL's json and jsonb as targets of text.
//!
//! Promise: the default target `json` keeps the text exactly as the legacy server gives it: every digit of a number, the order of keys, doubled
//! keys. `jsonb` is a choice of the mapping: it keeps the meaning, not the form (order of keys, spaces, 1e2 as 100), and what it
//! would drop or refuse is an error here: a key given twice, `\u0000`, half a surrogate pair, numbers beyond numeric, sizes beyond its own limits.

use super::DefaultTarget;
use super::error::{ValueError, shown_bytes};
use super::json_scan::{self, Fault, Rules};
use super::text::{self, put_bytes};
use super::upgrade::UpgradeType;
use crate::mapping::catalog::Family;
use crate::value::Value;

/// What a JSON column can be written to.
pub(super) const WORKS: &str = "a json column can become json, jsonb, text or character varying";

/// How JSON is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Up {
    Json(Form),
    Text(text::Form),
}

/// PostgreSQL's two JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The text.
    Json,
    /// The meaning.
    Jsonb,
}

pub(super) fn compile(target: &UpgradeType) -> Result<Up, String> {
    Form::of(target)
        .map(Up::Json)
        .or_else(|| text::Form::of(target).map(Up::Text))
        .ok_or_else(|| WORKS.to_owned())
}

impl Up {
    pub(super) fn put(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let Value::Bytes(bytes) = value else {
            return Err(ValueError::unexpected(value, "json"));
        };
        match self {
            Up::Json(form) => form.put(bytes, out),
            Up::Text(form) => form.put(bytes, out),
        }
    }
}

impl Form {
    /// The form of a JSON target; `None` for any other type.
    pub(super) fn of(target: &UpgradeType) -> Option<Form> {
        match target {
            UpgradeType::Json => Some(Form::Json),
            UpgradeType::Jsonb => Some(Form::Jsonb),
            _ => None,
        }
    }

    fn rules(self) -> Rules {
        match self {
            Form::Json => Rules::Text,
            Form::Jsonb => Rules::Jsonb,
        }
    }

    /// Writes one field.
    pub(super) fn put(self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let json = text::checked(bytes)?;
        json_scan::scan(json, self.rules()).map_err(|fault| refused(fault, bytes))?;
        match self {
            Form::Json => put_bytes(bytes, out),
            Form::Jsonb if bytes.len() >= text::MAX_FIELD_BYTES => {
                Err(ValueError::too_large(bytes.len()))
            }
            Form::Jsonb => {
                // The version of the format, then the text.
                out.extend_from_slice(&(bytes.len() as i32 + 1).to_be_bytes());
                out.push(1);
                out.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

#[cold]
pub(super) fn refused(fault: Fault, bytes: &[u8]) -> ValueError {
    let value = shown_bytes(bytes);
    match fault {
        Fault::Syntax { at } => ValueError::new(
            "bad_json",
            format!("value {value} is not JSON at byte {at}"),
        ),
        Fault::TooDeep => ValueError::new(
            "bad_json",
            format!(
                "value {value} is nested too deep (PostgreSQL {} levels, MySQL {})",
                json_scan::MAX_DEPTH,
                json_scan::MAX_DEPTH_MYSQL
            ),
        ),
        Fault::DuplicateKey { key } => ValueError::new(
            "duplicate_key",
            format!(
                "value {value} has the key {} twice in one object",
                shown_bytes(&key)
            ),
        ),
        Fault::Nul => ValueError::new(
            "nul_in_json",
            format!(
                "value {value} has the escape \\u0000 or a lone surrogate, which cannot be held"
            ),
        ),
        Fault::Number => ValueError::new(
            "out_of_range",
            format!("value {value} has a number that cannot be held exactly"),
        ),
        Fault::TooLarge => ValueError::new(
            "too_long",
            format!("value {value} is larger than can be held"),
        ),
    }
}

pub(super) fn default_target(family: Family) -> DefaultTarget {
    DefaultTarget::sql("json").with_note(match family {
        Family::Mysql => "json keeps the text as the legacy server prints it; jsonb is possible and can be indexed",
        Family::Mariadb => "json keeps the text as it was stored; jsonb is possible where no object has a key twice",
    })
}
