//! JSON documents: several legacy columns become the keys of one document, or the keys of a legacy document become columns.
//!
//! Promise: a number's digits are kept as they are; a document with a key that the map does not name is parked, or the key dropped where the
//! map says so.

use super::declared::{Declared, only, promise};
use super::flags::Others;
use super::inlet::{Inlet, is_integer};
use super::members::members;
use super::outlet::{Outlet, outside};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, ValueError, shown};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Several legacy columns as one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The keys of the document, each with its legacy column.
    pub keys: BTreeMap<String, String>,
    /// The upgrade column, json or jsonb.
    pub target: String,
    /// How NULL stands in the document.
    #[serde(default, skip_serializing_if = "Nulls::is_keep")]
    pub nulls: Nulls,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// The keys of a legacy document as columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unpack {
    /// The legacy column: a JSON document, or a text that is one.
    pub source: String,
    /// The upgrade columns, each with its key of the document.
    pub targets: BTreeMap<String, String>,
    /// What becomes of other keys.
    #[serde(default, skip_serializing_if = "Others::is_park")]
    pub others: Others,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// How NULL stands in a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// As null.
    #[default]
    Keep,
    /// Its key is left out.
    Omit,
}

impl Nulls {
    /// True for `keep`.
    pub fn is_keep(&self) -> bool {
        *self == Nulls::Keep
    }
}

/// How a column's text stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In quotes.
    Text,
    /// As it is: a number, true or false, or a document.
    Raw,
}

impl Form {
    /// `value` is that of a key; `None` stands for null.
    fn print(self, text: Option<&str>) -> String {
        match (self, text) {
            (_, None) => "null".to_owned(),
            (Form::Text, Some(text)) => serde_json::Value::from(text).to_string(),
            (Form::Raw, Some(text)) => text.to_owned(),
        }
    }

    fn read(self, raw: &str) -> Result<Option<String>, ValueError> {
        let text = raw.trim();
        match self {
            _ if text == "null" => Ok(None),
            Form::Raw if !text.starts_with('"') => Ok(Some(text.to_owned())),
            Form::Text => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| outside(text, "a text in the document")),
            Form::Raw => Err(outside(text, "a value of its column's type")),
        }
    }
}

/// The keys of a document with their values as they are printed.
type Document<'a> = BTreeMap<String, &'a str>;

fn read_document(text: &str) -> Result<Document<'_>, ValueError> {
    members(text).ok_or_else(|| outside(text, "a JSON object"))
}

fn print_document(keys: impl Iterator<Item = (String, String)>) -> String {
    let keys = keys.map(|(key, value)| format!("{}: {value}", serde_json::Value::from(key)));
    format!("{{{}}}", keys.collect::<Vec<_>>().join(", "))
}

fn check_keys<'a>(
    document: &Document<'_>,
    known: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), ValueError> {
    let unknown = document
        .keys()
        .find(|key| !known.clone().any(|known| known == *key));
    match unknown {
        Some(key) => Err(outside(key, "a key that the map names")),
        None => Ok(()),
    }
}

#[derive(Debug)]
struct Packed {
    columns: Vec<(String, Form, Inlet)>,
    outlet: Outlet,
    nulls: Nulls,
}

impl Declared for Pack {
    fn sources(&self) -> Vec<&str> {
        self.keys.values().map(String::as_str).collect()
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
        let outlet = Outlet::of(only(outputs)?)?;
        if !outlet.is_json() || self.keys.is_empty() {
            return Err("pack makes a json or jsonb document of at least one key".to_owned());
        }
        let column = |(key, column): (&String, &&LegacyColumn)| {
            Ok((key.clone(), form_of(column)?, Inlet::of(column, family)?))
        };
        Ok(Arc::new(Packed {
            columns: self
                .keys
                .keys()
                .zip(inputs)
                .map(column)
                .collect::<Result<_, String>>()?,
            outlet,
            nulls: self.nulls,
        }))
    }
}

fn form_of(column: &LegacyColumn) -> Result<Form, String> {
    match column.data_type.as_str() {
        "decimal" | "json" => Ok(Form::Raw),
        "float" | "double" => Err(format!(
            "column \"{}\" of type {} has no exact number in a document; use an sql map",
            column.name, column.data_type
        )),
        _ if is_integer(column) => Ok(Form::Raw),
        _ => Ok(Form::Text),
    }
}

impl Lens for Packed {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let mut keys = Vec::new();
        for ((key, form, inlet), value) in self.columns.iter().zip(values) {
            let text = inlet.read(value)?;
            if text.is_some() || self.nulls == Nulls::Keep {
                keys.push((key.clone(), form.print(text.as_deref())));
            }
        }
        self.outlet
            .put(Some(&print_document(keys.into_iter())), out)
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let text = self.outlet.take_raw(fields.first().copied().flatten())?;
        let text = text.ok_or_else(|| outside("NULL", "a JSON object"))?;
        let document = read_document(&text)?;
        check_keys(&document, self.columns.iter().map(|(key, ..)| key))?;
        let values = self.columns.iter().map(|(key, form, inlet)| {
            let raw = document.get(key).copied();
            let is_right = match self.nulls {
                Nulls::Keep => raw.is_some(),
                Nulls::Omit => raw != Some("null"),
            };
            if !is_right {
                return Err(outside(key, "there as the map says"));
            }
            inlet.write(form.read(raw.unwrap_or("null"))?.as_deref())
        });
        values.collect()
    }

    fn class(&self) -> Class {
        Class::Lossless
    }
}

#[derive(Debug)]
struct Unpacked {
    legacy: Codec,
    keys: Vec<(String, Form, Outlet)>,
    others: Others,
    class: Class,
}

impl Declared for Unpack {
    fn sources(&self) -> Vec<&str> {
        vec![&self.source]
    }

    fn targets(&self) -> Vec<&str> {
        self.targets.keys().map(String::as_str).collect()
    }

    fn compile(
        &self,
        inputs: &[&LegacyColumn],
        family: Family,
        outputs: &[&UpgradeType],
    ) -> Result<Arc<dyn Lens>, String> {
        let legacy = Codec::compile(only(inputs)?, family, &UpgradeType::Json)
            .map_err(|mismatch| mismatch.to_string())?;
        let key = |(key, target): (&String, &&UpgradeType)| {
            let outlet = Outlet::of(target)?;
            let form = match outlet.is_number() || outlet.is_boolean() || outlet.is_json() {
                true => Form::Raw,
                false => Form::Text,
            };
            Ok((key.clone(), form, outlet))
        };
        // A key that is null and one that is not there become the same NULL.
        promise(self.class, Class::LossyUp, || {
            "a key that is null and one that is missing become the same".to_owned()
        })?;
        Ok(Arc::new(Unpacked {
            legacy,
            keys: self
                .targets
                .values()
                .zip(outputs)
                .map(key)
                .collect::<Result<_, String>>()?,
            others: self.others,
            class: Class::LossyUp,
        }))
    }
}

impl Lens for Unpacked {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        let value = values.first().copied().unwrap_or(&Value::Null);
        let mut field = Vec::new();
        self.legacy.up(value, &mut field)?;
        let document = match (
            value,
            std::str::from_utf8(field.get(4..).unwrap_or_default()),
        ) {
            (Value::Null, _) => None,
            (_, Ok(text)) => Some(read_document(text)?),
            (_, Err(_)) => return Err(outside(&shown(value), "a JSON object")),
        };
        if let Some(document) = document.as_ref().filter(|_| self.others == Others::Park) {
            check_keys(document, self.keys.iter().map(|(key, ..)| key))?;
        }
        self.keys.iter().try_for_each(|(key, form, outlet)| {
            let raw = document.as_ref().and_then(|document| document.get(key));
            let text = raw.map_or(Ok(None), |raw| match (form, outlet.is_json()) {
                (Form::Raw, true) if *raw != "null" => Ok(Some((*raw).to_owned())),
                _ => form.read(raw),
            })?;
            outlet.put(text.as_deref(), out)
        })
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        let mut keys = Vec::new();
        for ((key, form, outlet), field) in self.keys.iter().zip(fields) {
            let text = outlet.take_raw(*field)?;
            if let Some(text) = text {
                keys.push((key.clone(), form.print(Some(&text))));
            }
        }
        if keys.is_empty() && fields.iter().all(Option::is_none) {
            return Ok(vec![Value::Null]);
        }
        let text = print_document(keys.into_iter());
        Ok(vec![self.legacy.down(Some(text.as_bytes()))?])
    }

    fn class(&self) -> Class {
        self.class
    }

    fn select(&self, quoted_column: &str) -> String {
        self.legacy.select(quoted_column)
    }
}
