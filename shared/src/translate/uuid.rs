//! UUIDs in other forms than their own text: sixteen bytes, sixteen bytes in MySQL's swapped order, 32 digits, capitals.
//!
//! Promise: one form, every value of it, and the same form back.

use super::declared::{Declared, only};
use super::inlet::Inlet;
use super::outlet::outside;
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::row::{put_field, put_null};
use crate::types::{UpgradeType, ValueError};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A UUID in one form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Uuid {
    /// The legacy column.
    pub source: String,
    /// The upgrade column, of type uuid.
    pub target: String,
    /// The form of the legacy value.
    pub form: Form,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// How a legacy column holds a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// BINARY(16), as UUID_TO_BIN(uuid) makes it.
    Binary,
    /// BINARY(16), as UUID_TO_BIN(uuid, 1) makes it: the time's high part first.
    Swapped,
    /// 32 hexadecimal digits in lower case.
    Digits,
    /// With hyphens, in capitals.
    Capitals,
}

#[derive(Debug)]
struct Compiled {
    form: Form,
    /// For the forms that are text.
    inlet: Option<Inlet>,
}

impl Declared for Uuid {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        vec![&self.target]
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        let column = only(inputs)?;
        let binary = matches!(self.form, Form::Binary | Form::Swapped);
        let fits = match column.data_type.as_str() {
            "binary" => binary && column.length == Some(16),
            "varbinary" => binary && column.length >= Some(16),
            "char" | "varchar" => !binary,
            _ => false,
        };
        if !fits || *only(outputs)? != UpgradeType::Uuid {
            return Err(format!(
                "a legacy column of type {} cannot hold a UUID of this form, or the upgrade column is no uuid",
                column.column_type
            ));
        }
        Ok(Arc::new(Compiled {
            form: self.form,
            inlet: (!binary).then(|| Inlet::of(column, family)).transpose()?,
        }))
    }
}

/// From UUID_TO_BIN's order with the flag to the plain one.
fn unswapped([a, b, c, d, e, f, g, h, rest @ ..]: [u8; 16]) -> [u8; 16] {
    let [i, j, k, l, m, n, o, p] = rest;
    [e, f, g, h, c, d, a, b, i, j, k, l, m, n, o, p]
}

fn swapped([a, b, c, d, e, f, g, h, rest @ ..]: [u8; 16]) -> [u8; 16] {
    let [i, j, k, l, m, n, o, p] = rest;
    [g, h, e, f, a, b, c, d, i, j, k, l, m, n, o, p]
}

fn print(form: Form, bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    match form {
        Form::Capitals => [
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..],
        ]
        .join("-")
        .to_ascii_uppercase(),
        _ => digits,
    }
}

fn read(form: Form, text: &str) -> Option<[u8; 16]> {
    let digits = text.replace('-', "");
    let number = u128::from_str_radix(&digits, 16).ok()?;
    let bytes = number.to_be_bytes();
    (print(form, bytes) == text).then_some(bytes)
}

impl Lens for Compiled {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let bytes = match (&self.inlet, value) {
            (_, Value::Null) => {
                put_null(out);
                return Ok(());
            }
            (Some(inlet), _) => {
                let text = inlet.read(value)?.unwrap_or_default();
                read(self.form, &text)
                    .ok_or_else(|| outside(&text, "a UUID of the declared form"))?
            }
            (None, Value::Bytes(bytes)) => {
                let bytes = bytes.as_slice().try_into();
                let bytes = bytes.map_err(|_| bad(value))?;
                match self.form {
                    Form::Swapped => unswapped(bytes),
                    _ => bytes,
                }
            }
            (None, _) => return Err(ValueError::unexpected(value, "binary(16)")),
        };
        put_field(out, &bytes).map_err(|_| bad(value))
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let Some(field) = fields.first().copied().flatten() else {
            return Ok(vec![Value::Null]);
        };
        let bytes: [u8; 16] = field
            .try_into()
            .map_err(|_| bad(&Value::Bytes(field.to_vec())))?;
        Ok(vec![match (&self.inlet, self.form) {
            (Some(inlet), form) => inlet.write(Some(&print(form, bytes)))?,
            (None, Form::Swapped) => Value::Bytes(swapped(bytes).to_vec()),
            (None, _) => Value::Bytes(bytes.to_vec()),
        }])
    }

    fn class(&self) -> Class {
        Class::Lossless
    }

    fn select(&self, quoted_column: &str) -> String {
        match &self.inlet {
            Some(inlet) => inlet.select(quoted_column),
            None => quoted_column.to_owned(),
        }
    }
}

#[cold]
fn bad(value: &Value) -> ValueError {
    ValueError::new(
        "bad_uuid",
        format!(
            "value {} is not the 16 bytes of a UUID",
            crate::types::shown(value)
        ),
    )
}
