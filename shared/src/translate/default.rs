//! Default: a copy in which NULL becomes a value.
//!
//! Promise: every other value arrives as a copy would bring it.

use super::declared::{Declared, only, promise};
use super::outlet::Outlet;
use super::scalar::text_for;
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::{Codec, UpgradeType, ValueError};
use crate::value::Value;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// A copy in which NULL becomes a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Default {
    /// The legacy column.
    pub source: String,
    /// The upgrade column.
    pub target: String,
    /// What NULL becomes.
    pub value: Json,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

#[derive(Debug)]
struct Filled {
    codec: Codec,
    field: Vec<u8>,
    class: Class,
}

impl Declared for Default {
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
        let (column, target) = (only(inputs)?, only(outputs)?);
        let class = match column.nullable {
            true => Class::LossyUp,
            false => Class::Lossless,
        };
        promise(self.class, class, || {
            "NULL becomes another value".to_owned()
        })?;
        let codec =
            Codec::compile(column, family, target).map_err(|mismatch| mismatch.to_string())?;
        let outlet = Outlet::of(target)?;
        let text = text_for(&outlet, &self.value)?
            .ok_or("the value that stands for NULL must not be null itself")?;
        let mut field = Vec::new();
        let put = outlet.put(Some(&text), &mut field);
        put.map_err(|error| format!("value {}: {error}", self.value))?;
        Ok(Arc::new(Filled {
            codec,
            field,
            class,
        }))
    }
}

impl Lens for Filled {
    fn up(&self, values: &[&Value], out: &mut Vec<u8>) -> Result<(), ValueError> {
        match values.first().copied().unwrap_or(&Value::Null) {
            Value::Null => {
                out.extend_from_slice(&self.field);
                Ok(())
            }
            value => self.codec.up(value, out),
        }
    }

    fn down(&self, fields: &[Option<&[u8]>]) -> Result<Vec<Value>, ValueError> {
        match fields.first().copied().flatten() {
            None => Err(ValueError::new(
                "outside_domain",
                "NULL is a value that no legacy value becomes",
            )),
            field => Ok(vec![self.codec.down(field)?]),
        }
    }

    fn class(&self) -> Class {
        self.class
    }

    fn select(&self, quoted_column: &str) -> String {
        self.codec.select(quoted_column)
    }
}
