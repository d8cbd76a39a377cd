//! Boolean conventions: which legacy values are true and which are false.

use super::declared::Declared;
use super::lookup::{Lookup, Otherwise};
use super::{Class, Lens};
use crate::mapping::catalog::{Family, LegacyColumn};
use crate::types::UpgradeType;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// A convention, as 'Y' and 'N', or 0 and -1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Boolean {
    /// The legacy column.
    pub source: String,
    /// The upgrade column, a boolean.
    pub target: String,
    /// The legacy values that are true; the first one is what true becomes on the way back.
    #[serde(rename = "true")]
    pub yes: Vec<Json>,
    /// The legacy values that are false.
    #[serde(rename = "false")]
    pub no: Vec<Json>,
    /// What becomes of any other.
    #[serde(default, skip_serializing_if = "Otherwise::is_park")]
    pub otherwise: Otherwise,
    /// The class that the map must be proved to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

impl Declared for Boolean {
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
        if let [target] = outputs
            && **target != UpgradeType::Bool
        {
            return Err(format!(
                "the upgrade column is of type {target}, not boolean"
            ));
        }
        let yes = self.yes.iter().map(|value| (value, true));
        let no = self.no.iter().map(|value| (value, false));
        let lookup = Lookup {
            source: self.source.clone(),
            target: self.target.clone(),
            pairs: yes
                .chain(no)
                .map(|(value, truth)| (value.clone(), Json::Bool(truth)))
                .collect(),
            otherwise: self.otherwise.clone(),
            class: self.class,
        };
        lookup.compile(inputs, family, outputs)
    }
}
